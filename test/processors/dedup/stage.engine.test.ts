import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dedup } from '../../../processors/dedup/dedup.ts';
import { createTestDriver, type TestDriver } from '../../../streams/test-driver.ts';
import { engines } from '../../engines/engines.ts';
import { article, longText } from './articles.ts';

/** Put before every key, so that the test empties nothing but its own part of Redis. */
const keyPrefix = `test-dedup-stage-${randomUUID()}:`;
const url = new URL(engines().redisUrl);
url.searchParams.set('keyPrefix', keyPrefix);
const redisUrl = url.href;
const text = longText('The minister');
const original = article({ url: 'https://a.example/1', text, published_at: 1_000, fetched_at: Date.now() });
const copies = [2, 3].map((n) =>
  article({ url: `https://b.example/${n}`, text, published_at: n * 1_000, fetched_at: Date.now() }),
);

let redis: Redis;
beforeAll(() => {
  redis = new Redis(engines().redisUrl);
});
afterAll(async () => {
  await forget();
  redis.disconnect();
});

/** Removes the stage's state. @returns how many keys it had */
async function forget(): Promise<number> {
  const keys = await redis.keys(`${keyPrefix}*`);
  return keys.length === 0 ? 0 : redis.del(...keys);
}

async function links(driver: TestDriver): Promise<Record<string, string | null>> {
  const latest = new Map<string, { version: number; original: string | null }>();
  for (const { key, value } of await driver.output('article-duplicate')) {
    if (value !== null && value.version > (latest.get(key)?.version ?? 0)) {
      latest.set(key, { version: value.version, original: value.original_id });
    }
  }
  return Object.fromEntries([...latest].map(([key, { original: id }]) => [key, id]));
}

test('the stage in its runner passes on, links, drops repeats, and finds its state again when Redis was emptied', async () => {
  await using driver = createTestDriver([dedup], { config: { redisUrl } });
  await Promise.all(driver.stages.map((stage) => stage.ready));
  for (const one of [...copies, original, original]) await driver.send('article', one.article_id, one);
  await driver.settle();

  expect((await driver.output('article-unique')).map(({ key }) => key).toSorted()).toEqual(
    [original, ...copies].map(({ article_id: id }) => id).toSorted(),
  );
  expect(await links(driver)).toEqual(
    Object.fromEntries(copies.map(({ article_id: id }) => [id, original.article_id])),
  );

  expect(await forget()).toBeGreaterThan(0);
  const late = article({ url: 'https://c.example/late', text, published_at: 9_000, fetched_at: Date.now() });
  await driver.send('article', late.article_id, late);
  await driver.send('article', original.article_id, null);
  await driver.settle();

  const first = copies[0]?.article_id ?? '';
  expect(await links(driver)).toMatchObject({
    [first]: null,
    [copies[1]?.article_id ?? '']: first,
    [late.article_id]: first,
  });
  expect(await driver.deadLetters()).toEqual([]);
});
