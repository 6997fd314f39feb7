import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { modelNumber } from '../../../processors/embed/model-number.ts';
import { engines } from '../../engines/engines.ts';

let redis: Redis;
beforeEach(() => {
  redis?.disconnect();
  redis = new Redis(engines().redisUrl, { keyPrefix: `test-model-${randomUUID()}:` });
});
afterAll(() => redis.disconnect());

const now = Date.UTC(2026, 10, 23);
const weeks = 46;

test('a model keeps its number, and the next has a greater one', async () => {
  const first = await modelNumber(redis, 'a@1', now);

  expect(first).toBe(weeks);
  expect(await modelNumber(redis, 'a@1', now + 86_400_000)).toBe(first);
  expect(await modelNumber(redis, 'b@1', now)).toBe(first + 1);
});

test('a model that is taken up again comes after the one that replaced it', async () => {
  const numbers = [];
  for (const model of ['a@1', 'b@1', 'a@1']) numbers.push(await modelNumber(redis, model, now));

  expect(numbers).toEqual([weeks, weeks + 1, weeks + 2]);
});

test('where the numbers are lost, those that follow are greater still', async () => {
  await modelNumber(redis, 'a@1', now);
  const before = await modelNumber(redis, 'b@1', now);
  await redis.del('embed:model');

  expect(await modelNumber(redis, 'c@1', now + 2 * 7 * 86_400_000)).toBeGreaterThan(before);
});

test('processes that start together agree', async () => {
  const numbers = await Promise.all(Array.from({ length: 8 }, () => modelNumber(redis, 'a@1', now)));

  expect(new Set(numbers).size).toBe(1);
});
