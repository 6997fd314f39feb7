import { setTimeout as sleep } from 'node:timers/promises';
import { TransientError } from '../../errors.ts';
import { asking } from './errors.ts';

const insistForMs = 4_000;
const firstBackoffMs = 100;
const maxBackoffMs = 1_000;

/** Asks again for a few seconds: leaders move, and a broker does not know of a new topic at once. */
export async function insisting<T>(doing: string, ask: () => Promise<T>): Promise<T> {
  const deadlineMs = Date.now() + insistForMs;
  for (let tries = 1; ; tries += 1) {
    try {
      return await asking(doing, ask);
    } catch (error) {
      if (!(error instanceof TransientError) || Date.now() >= deadlineMs) throw error;
      await sleep(Math.min(maxBackoffMs, firstBackoffMs * 2 ** (tries - 1)));
    }
  }
}
