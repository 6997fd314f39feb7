import { createHash, randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { redisCall } from '../../../streams/redis.ts';

/** Kinds of cached lists, by the first parts of their keys, with their lifetimes in seconds. */
const lifetimes = { 'articles:list': 5 * 60, 'search:results': 15 * 60 } as const;

export type ListKind = keyof typeof lifetimes;

/**
 * Lists as readers last computed them, under `articles:list:{hash}` and `search:results:{hash}`. The hash covers the
 * query and the kind's epoch; a view that changed gives the kind a new epoch, by which all its lists end at once.
 */
export interface ListCache {
  /**
   * Looks a list up. While Redis is away every look-up is a miss that cannot be filled.
   *
   * @param query everything that the list depends on; the order of an object's fields makes no difference
   */
  find(kind: ListKind, query: unknown): Promise<FoundList>;
}

export type FoundList =
  | { readonly hit: true; readonly value: unknown }
  | {
      readonly hit: false;
      /**
       * Stores what was computed after the look-up: it belongs to the epoch of the look-up, so that a list that was
       * computed while the view changed is not found afterwards. Never throws.
       */
      fill(value: unknown): Promise<void>;
    };

export function listCache(redis: Redis, log: Logger): ListCache {
  return {
    async find(kind, query) {
      try {
        const key = `${kind}:${hashOf(query, await epochOf(redis, kind))}`;
        const text = await redisCall(() => redis.get(key));
        if (text !== null) return { hit: true, value: JSON.parse(text) as unknown };
        return {
          hit: false,
          async fill(value) {
            await redisCall(() => redis.set(key, JSON.stringify(value), 'EX', lifetimes[kind])).catch(
              (error: unknown) => log.debug({ err: error, key }, 'a list was not cached'),
            );
          },
        };
      } catch (error) {
        log.debug({ err: error, kind }, 'cached lists cannot be read');
        return { hit: false, fill: () => Promise.resolve() };
      }
    },
  };
}

/**
 * Ends every cached list of these kinds. May be repeated.
 *
 * @throws TransientError where Redis is away: then it must be called again, or readers see old lists
 */
export async function endLists(redis: Redis, kinds: readonly ListKind[]): Promise<void> {
  // A value that never comes again, where a counter that was evicted would begin anew and meet its old lists.
  const fields = kinds.flatMap((kind) => [`${kind}:epoch`, randomUUID()]);
  await redisCall(() => redis.mset(...fields));
}

async function epochOf(redis: Redis, kind: ListKind): Promise<string> {
  const key = `${kind}:epoch`;
  const known = await redisCall(() => redis.get(key));
  if (known !== null) return known;
  await redisCall(() => redis.set(key, randomUUID(), 'NX'));
  return (await redisCall(() => redis.get(key))) ?? randomUUID();
}

function hashOf(query: unknown, epoch: string): string {
  return createHash('sha256')
    .update(JSON.stringify([epoch, sorted(query)]))
    .digest('hex')
    .slice(0, 32);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(
    fields.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, field]) => [key, sorted(field)]),
  );
}
