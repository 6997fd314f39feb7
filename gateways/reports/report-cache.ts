import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { redisCall } from '../../streams/redis.ts';

/** Reports under `analytics:report:{id}`, forecasts under `ml:predictions:{model}`. While Redis is away nothing is found. */
export interface ReportCache {
  find(key: string): Promise<unknown>;
  /** Stores what was read, unless somebody else has stored it: a writer's is newer than what a reader found before. */
  fill(key: string, value: unknown): Promise<void>;
  /** Stores what was written; null has readers ask the database for as long as it is kept. */
  replace(key: string, value: unknown): Promise<void>;
}

export const reportKey = (id: string): string => `analytics:report:${id}`;
export const predictionKey = (model: string): string => `ml:predictions:${model}`;

const lifetimeSeconds = { 'analytics:report': 1_800, 'ml:predictions': 3_600 } as const;

const lifetimeOf = (key: string): number =>
  lifetimeSeconds[key.startsWith('ml:') ? 'ml:predictions' : 'analytics:report'];

export function reportCache(redis: Redis, log: Logger): ReportCache {
  const quietly = async <T>(work: () => Promise<T>): Promise<T | null> => {
    try {
      return await redisCall(work);
    } catch (error) {
      log.debug({ err: error }, 'cached reports cannot be reached');
      return null;
    }
  };
  return {
    async find(key) {
      const text = await quietly(() => redis.get(key));
      return text === null ? null : (JSON.parse(text) as unknown);
    },
    async fill(key, value) {
      await quietly(() => redis.set(key, JSON.stringify(value), 'EX', lifetimeOf(key), 'NX'));
    },
    async replace(key, value) {
      await quietly(() => redis.set(key, JSON.stringify(value), 'EX', lifetimeOf(key)));
    },
  };
}
