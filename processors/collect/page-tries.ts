import type { Redis } from 'ioredis';
import { redisCall } from '../../streams/redis.ts';

/** How often the page of a request could not be had. */
export interface PageTries {
  /**
   * @returns the failures so far, this one among them
   * @throws TransientError while Redis is away
   */
  failed(requestId: string): Promise<number>;
}

/** Longer than all pauses of a page together; a replay of the same request begins anew after it. */
const ttlSeconds = 3600;

export function openPageTries(redis: Pick<Redis, 'multi'>): PageTries {
  return {
    async failed(requestId) {
      const key = `collect:tries:${requestId}`;
      const replies = await redisCall(async () => redis.multi().incr(key).expire(key, ttlSeconds).exec());
      return Number(replies?.[0]?.[1] ?? 1);
    },
  };
}
