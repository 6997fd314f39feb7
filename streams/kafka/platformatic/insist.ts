import { setTimeout as sleep } from 'node:timers/promises';
import { TransientError } from '../../errors.ts';
import { asking } from './errors.ts';

const maxTries = 6;
const backoffMs = 100;

/** Asks a few times over about three seconds: leaders move, and a broker does not know of a new topic at once. */
export async function insisting<T>(doing: string, ask: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await asking(doing, ask);
    } catch (error) {
      if (!(error instanceof TransientError) || tries >= maxTries) throw error;
      await sleep(backoffMs * 2 ** (tries - 1));
    }
  }
}
