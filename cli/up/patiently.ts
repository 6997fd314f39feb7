import { setTimeout as sleep } from 'node:timers/promises';
import { TransientError } from '../../streams/errors.ts';

const pauseMs = 1_000;

/**
 * Does work again while something that it needs is away.
 *
 * @param work what may be done twice
 * @throws the last TransientError once the patience is over, and at once whatever else it throws
 */
export async function patiently<T>(patienceMs: number, work: () => Promise<T>): Promise<T> {
  const until = Date.now() + patienceMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof TransientError) || Date.now() >= until) throw error;
      await sleep(pauseMs);
    }
  }
}
