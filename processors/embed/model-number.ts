import { readFileSync } from 'node:fs';
import type { Redis } from 'ioredis';
import { redisCall } from '../../streams/redis.ts';

interface Script {
  embedModelNumber(key: string, model: string, least: number): Promise<number>;
}

const weekMs = 7 * 86_400_000;
const sinceMs = Date.UTC(2026, 0, 1);

/**
 * Numbers the models in the order in which they were first used, so that a vector can be given a greater version than
 * the one that another model made of the same article before: everything downstream keeps the greatest. A model that is
 * taken up again after another counts as a new one.
 *
 * The first number is the weeks since 2026 began: where Redis has lost the numbers, those that follow are greater still,
 * but for models that changed more often than weekly. Hours would be surer and too great: a version is a time in
 * microseconds, and its raises have to stay within the millisecond that tombstones and later versions are compared by.
 *
 * @throws TransientError where Redis is away
 */
export function modelNumber(redis: Redis, model: string, nowMs: number): Promise<number> {
  const lua = readFileSync(new URL('./lua/model-number.lua', import.meta.url), 'utf8');
  redis.defineCommand('embedModelNumber', { numberOfKeys: 1, lua });
  const least = Math.floor((nowMs - sinceMs) / weekMs);
  return redisCall(() => (redis as unknown as Script).embedModelNumber('embed:model', model, least));
}
