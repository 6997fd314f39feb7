import { createHash, randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { redisCall } from '../../../streams/redis.ts';
import { epochKey, lifetimes, type ListKind, writersKey } from './list-keys.ts';

/**
 * Lists as readers last computed them, under `articles:list:{hash}` and `search:results:{hash}`. The hash covers the
 * query and the kind's epoch; a view that changes gives the kind a new epoch, by which all its lists end at once.
 */
export interface ListCache {
  /**
   * Looks a list up. While Redis is away, or a view is being changed, every look-up is a miss that cannot be filled.
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
        const epoch = await epochOf(redis, kind);
        if (epoch === null) return miss;
        const key = `${kind}:${hashOf(query, epoch)}`;
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
        return miss;
      }
    },
  };
}

const miss: FoundList = { hit: false, fill: () => Promise.resolve() };

const epochScript = `
local time = redis.call('TIME')
if redis.call('ZCOUNT', KEYS[2], time[1] * 1000 + math.floor(time[2] / 1000), '+inf') > 0 then return false end
local known = redis.call('GET', KEYS[1])
if known then return known end
redis.call('SET', KEYS[1], ARGV[1])
return ARGV[1]`;

/**
 * Null while a view is being changed. A value never comes again, where a counter that was evicted would begin anew and
 * meet its old lists.
 */
async function epochOf(redis: Redis, kind: ListKind): Promise<string | null> {
  const answer = await redisCall(() => redis.eval(epochScript, 2, epochKey(kind), writersKey(kind), randomUUID()));
  return typeof answer === 'string' ? answer : null;
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
