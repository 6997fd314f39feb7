import type { Redis } from 'ioredis';
import { connectRedis, redisCall } from '../../../streams/redis.ts';
import type { Runtime } from '../../../streams/runtime.ts';
import type { Message } from '../../../streams/stage.ts';
import type { RebuildTarget } from '../rebuild-target.ts';
import { articleKey } from './article-cache.ts';
import { endLists } from './list-cache.ts';
import { type RedisViewTopic, writeToRedis } from './view-redis.ts';

/**
 * Redis has no second generation: articles are written in place, each by version, and then those go that no topic
 * holds. A reader that misses one meanwhile reads it from Postgres.
 */
export function openRedisRebuild({ config, log }: Pick<Runtime, 'config' | 'log'>): Promise<RebuildTarget> {
  const redis = connectRedis(config.redisUrl, log);
  const held = new Set<string>();
  return Promise.resolve({
    async write(messages) {
      for (const { key, value } of messages) if (value !== null) held.add(articleKey(key));
      await writeToRedis(redis, messages as readonly Message<RedisViewTopic>[]);
    },
    activate: () => removeOthers(redis, held),
    finish: () => endLists(redis, ['articles:list', 'search:results']),
    [Symbol.asyncDispose]() {
      redis.disconnect();
      return Promise.resolve();
    },
  });
}

/** What the view wrote since the reading ended may go too; it is read and written again right after. */
async function removeOthers(redis: Redis, held: ReadonlySet<string>): Promise<void> {
  let cursor = '0';
  do {
    const [next, keys] = await redisCall(() => redis.scan(cursor, 'MATCH', articleKey('*'), 'COUNT', 1000));
    const others = keys.filter((key) => !held.has(key));
    if (others.length > 0) await redisCall(() => redis.unlink(...others));
    cursor = next;
  } while (cursor !== '0');
}
