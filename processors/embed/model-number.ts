import { readFileSync } from 'node:fs';
import type { Redis } from 'ioredis';
import { redisCall } from '../../streams/redis.ts';

interface Script {
  embedModelNumber(key: string, model: string, least: number): Promise<number>;
}

const hourMs = 3_600_000;
const sinceMs = Date.UTC(2026, 0, 1);

/**
 * Numbers the models in the order in which they were first used, so that a vector can be given a greater version than
 * the one that another model made of the same article before: everything downstream keeps the greatest. A model that is
 * taken up again after another counts as a new one.
 *
 * The first number is the hours since 2026 began: where Redis has lost the numbers, those that follow are still greater.
 *
 * @throws TransientError where Redis is away
 */
export function modelNumber(redis: Redis, model: string, nowMs: number): Promise<number> {
  const lua = readFileSync(new URL('./lua/model-number.lua', import.meta.url), 'utf8');
  redis.defineCommand('embedModelNumber', { numberOfKeys: 1, lua });
  const least = Math.floor((nowMs - sinceMs) / hourMs);
  return redisCall(() => (redis as unknown as Script).embedModelNumber('embed:model', model, least));
}
