import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rememberExamples } from '../../../processors/categorize/example-memory.ts';
import { engines } from '../../engines/engines.ts';

const prefix = `test-examples-${randomUUID()}:`;
let redis: Redis;
beforeAll(() => {
  redis = new Redis(engines().redisUrl, { keyPrefix: prefix });
});
afterAll(() => redis.disconnect());

/** Stands for the sentence model, and tells what it was asked. */
function counting(model: string) {
  const asked: string[] = [];
  return {
    asked,
    model,
    embed: (texts: readonly string[]) => {
      asked.push(...texts);
      return Promise.resolve(texts.map((text) => Float32Array.from([text.length, 0.1])));
    },
  };
}

test('what one process has embedded another does not embed again, and gets the same numbers', async () => {
  const [first, second] = [counting('m@1'), counting('m@1')];
  const made = await rememberExamples(redis, first).embed(['one', 'three']);
  const found = await rememberExamples(redis, second).embed(['three', 'and more', 'one']);
  expect(second.asked).toEqual(['and more']);
  expect(found).toEqual([made[1], Float32Array.from([8, 0.1]), made[0]]);
});

test('another model embeds anew', async () => {
  await rememberExamples(redis, counting('m@2')).embed(['two']);
  const other = counting('m@3');
  await rememberExamples(redis, other).embed(['two']);
  expect(other.asked).toEqual(['two']);
});

test('a text that is asked for again is kept for longer', async () => {
  const ask = () => rememberExamples(redis, counting('m@4')).embed(['four']);
  const before = new Set(await redis.keys(`${prefix}*`));
  await ask();
  const [key = ''] = (await redis.keys(`${prefix}*`)).filter((one) => !before.has(one));
  const own = key.slice(prefix.length);
  await redis.expire(own, 100);
  await ask();
  expect(await redis.ttl(own)).toBeGreaterThan(86_400);
});

test('without Redis all is embedded', async () => {
  const away = new Redis('redis://127.0.0.1:1', { maxRetriesPerRequest: 0, retryStrategy: () => null });
  away.on('error', () => undefined);
  const model = counting('m@5');
  expect(await rememberExamples(away, model).embed(['one'])).toEqual([Float32Array.from([3, 0.1])]);
  expect(model.asked).toEqual(['one']);
  away.disconnect();
});
