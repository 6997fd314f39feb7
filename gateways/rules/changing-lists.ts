import type { Redis } from 'ioredis';
import { beginChange, type ViewChange } from '../views/redis/view-change.ts';

/** To be called within a transaction that changes marks, by which lists and searches are made. */
export interface ChangedLists {
  /**
   * From here on readers leave cached lists aside. Called before the first mark is written.
   *
   * @throws TransientError while Redis is away
   */
  begin(): Promise<void>;
  /**
   * Called last, right before the commit.
   *
   * @throws TransientError where it has lasted too long: then nothing must be committed
   */
  confirm(): Promise<void>;
}

/**
 * Runs work that changes marks in a transaction: cached lists end with it, so that no reader finds an article in them that
 * a rule has dropped. Where nothing begins, nothing ends.
 */
export async function changingLists<T>(redis: Redis, work: (lists: ChangedLists) => Promise<T>): Promise<T> {
  let change: ViewChange | undefined;
  let isDecided = false;
  try {
    const result = await work({
      async begin() {
        change ??= await beginChange(redis, 'marks', ['articles:list', 'search:results']);
      },
      async confirm() {
        await change?.confirm();
        // From here on an error says nothing about the outcome: the claim then runs out by itself.
        isDecided = true;
      },
    });
    await change?.end();
    return result;
  } catch (error) {
    if (!isDecided) await change?.end().catch(() => undefined);
    throw error;
  }
}
