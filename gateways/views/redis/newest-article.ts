import type { Redis } from 'ioredis';
import { redisCall } from '../../../streams/redis.ts';

/** When the newest article that the view ever wrote was published; has no lifetime, unlike the articles. */
const key = 'view-redis:newest-published-at';

const raise = `
local stored = tonumber(redis.call('GET', KEYS[1]) or '0')
if tonumber(ARGV[1]) > stored then redis.call('SET', KEYS[1], ARGV[1]) end`;

/**
 * @param publishedAt milliseconds since 1970
 * @throws TransientError where Redis is away or full
 */
export async function noteNewestArticle(redis: Redis, publishedAt: number): Promise<void> {
  await redisCall(() => redis.eval(raise, 1, key, publishedAt));
}

/** @returns null where nothing was written since Redis was last emptied */
export async function newestArticle(redis: Redis): Promise<number | null> {
  const stored = await redisCall(() => redis.get(key));
  return stored === null ? null : Number(stored);
}
