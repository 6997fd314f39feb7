import type { Redis } from 'ioredis';
import { connectRedis, redisCall } from '../../../streams/redis.ts';
import type { Message } from '../../../streams/stage.ts';
import { openPostgres, stageError } from '../../postgres.ts';
import { placeOf } from '../postgres/positions.ts';
import { standingOfPostgres } from '../postgres/standing.ts';
import type { RebuildRuntime, RebuildTarget } from '../rebuild-target.ts';
import { articleKey, blankArticles } from './article-cache.ts';
import { type RedisViewTopic, viewRedis, writeToRedis } from './view-redis.ts';

/**
 * Redis has no second generation: what is cached is made unknown, and then written again from the topics, each by its
 * version, as far as Postgres holds it. A reader that misses one meanwhile reads it from Postgres. There is no moment of
 * switching, and nothing to catch up with: what comes after is the live view's.
 */
export async function openRedisRebuild({ config, log, kafka }: RebuildRuntime): Promise<RebuildTarget> {
  const redis = connectRedis(config.redisUrl, log);
  const pool = openPostgres(config.databaseUrl, { log, max: 1 });
  const close = async (): Promise<void> => {
    redis.disconnect();
    await pool.end();
  };
  try {
    await blankAll(redis);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    async until() {
      const standing = await standingOfPostgres(kafka, pool, viewRedis.inputs).catch((error: unknown) => {
        throw stageError(error);
      });
      return new Map(standing.map((one) => [placeOf(one), one.offset]));
    },
    write: (messages) => writeToRedis(redis, messages as readonly Message<RedisViewTopic>[]),
    activate: (catchUp) => catchUp(),
    [Symbol.asyncDispose]: close,
  };
}

async function blankAll(redis: Redis): Promise<void> {
  let cursor = '0';
  do {
    const [next, keys] = await redisCall(() => redis.scan(cursor, 'MATCH', articleKey('*'), 'COUNT', 1000));
    await blankArticles(redis, keys);
    cursor = next;
  } while (cursor !== '0');
}
