import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { articleRecord } from '../../../gateways/article-record.ts';
import { articleCache, type ArticleCache } from '../../../gateways/views/redis/article-cache.ts';
import { endLists, listCache } from '../../../gateways/views/redis/list-cache.ts';
import { type RedisViewTopic, viewRedis } from '../../../gateways/views/redis/view-redis.ts';
import { TransientError } from '../../../streams/errors.ts';
import { connectRedis } from '../../../streams/redis.ts';
import { engines } from '../../engines/engines.ts';
import { article, duplicate, duplicateOf, enriched, id, noArticle, noDuplicate } from './messages.ts';
import { configOf, log, openView, redisDatabase, type RunningView } from './running-stage.ts';

let redis: Redis;
let cache: ArticleCache;
let view: RunningView<RedisViewTopic>;

beforeAll(async () => {
  const url = redisDatabase(engines().redisUrl, 12);
  redis = connectRedis(url, log);
  cache = articleCache(redis, log);
  view = await openView(viewRedis, configOf({ REDIS_URL: url }));
});
afterAll(async () => {
  await view[Symbol.asyncDispose]();
  redis.disconnect();
});
beforeEach(async () => {
  await redis.del(...Array.from({ length: 9 }, (_, number) => `article:${id(number)}`));
});

const versionOf = async (number: number): Promise<number | undefined> =>
  (await cache.read([id(number)]))[0]?.article?.version;

test('an article is a hash of two parts with their versions, for one hour', async () => {
  await view.process(article(1, 7), duplicate(1, 2, 5));
  const hash = await redis.hgetall(`article:${id(1)}`);
  expect(Object.keys(hash).toSorted()).toEqual(['article', 'article_version', 'duplicate', 'duplicate_version']);
  expect([hash['article_version'], hash['duplicate_version']]).toEqual(['7', '5']);
  expect(JSON.parse(hash['article'] ?? '')).toEqual(articleRecord(enriched(1, 7)));
  expect(JSON.parse(hash['duplicate'] ?? '')).toEqual(duplicateOf(1, 2, 5));
  expect(await redis.ttl(`article:${id(1)}`)).toBeOneOf([3599, 3600]);
});

test('readers get one answer an id, and undefined for each part that is not cached', async () => {
  await view.process(article(1, 7), duplicate(2, 1, 5), duplicate(3, null, 5));
  expect(await cache.read([id(3), id(2), id(1), id(4)])).toEqual([
    { article: undefined, duplicate: duplicateOf(3, null, 5) },
    { article: undefined, duplicate: duplicateOf(2, 1, 5) },
    { article: articleRecord(enriched(1, 7)), duplicate: undefined },
    { article: undefined, duplicate: undefined },
  ]);
  expect(await cache.read([])).toEqual([]);
});

test('the greatest version stays, whatever the order', async () => {
  await view.process(article(1, 7));
  await view.process(article(1, 6));
  expect(await versionOf(1)).toBe(7);
  await view.process(article(1, 8), article(1, 5));
  expect(await versionOf(1)).toBe(8);
});

/** What a reader read from Postgres. */
const found = (version: number) => [{ article: articleRecord(enriched(1, version)), duplicate: null }];

describe('a reader that stores what it missed', () => {
  test('fills both parts, also that there is no original', async () => {
    await cache.fill(found(3));
    expect(await cache.read([id(1)])).toEqual([{ article: articleRecord(enriched(1, 3)), duplicate: null }]);
  });

  test('sets back neither a newer article nor a newer link', async () => {
    await view.process(article(1, 7), duplicate(1, 2, 5));
    await cache.fill(found(3));
    expect(await cache.read([id(1)])).toEqual([
      { article: articleRecord(enriched(1, 7)), duplicate: duplicateOf(1, 2, 5) },
    ]);
  });

  test('cannot bring back what was deleted after it read it', async () => {
    const fetchedAtMs = 1_789_000_000_000;
    await view.process(article(1, fetchedAtMs * 1000));
    await view.process(noArticle(1, fetchedAtMs + 50));
    await cache.fill(found(fetchedAtMs * 1000));
    expect(await versionOf(1)).toBeUndefined();
    await cache.fill(found((fetchedAtMs + 51) * 1000));
    expect(await versionOf(1)).toBe((fetchedAtMs + 51) * 1000);
  });
});

test('a link that is deleted says that there is no original', async () => {
  await view.process(duplicate(1, 2, 5));
  await view.process(noDuplicate(1));
  expect((await cache.read([id(1)]))[0]?.duplicate).toBeNull();
});

test('lists live for their lifetimes, and end together when their kind ends', async () => {
  const lists = listCache(redis, log);
  const value = { ids: [1, 2] };
  const query = { a: 1, b: { d: [1, 2], c: undefined }, test: crypto.randomUUID() };
  for (const [kind, seconds] of [
    ['articles:list', 300],
    ['search:results', 900],
  ] as const) {
    const miss = await lists.find(kind, query);
    if (miss.hit) throw new Error('nothing was cached');
    const before = new Set(await redis.keys(`${kind}:*`));
    await miss.fill(structuredClone(value));
    expect(await lists.find(kind, { test: query.test, b: { d: [1, 2] }, a: 1 })).toEqual({ hit: true, value });
    const [key = '', ...more] = (await redis.keys(`${kind}:*`)).filter((name) => !before.has(name));
    expect(more).toEqual([]);
    expect(await redis.ttl(key)).toBeOneOf([seconds - 1, seconds]);
    expect((await lists.find(kind, { ...query, a: 2 })).hit).toBe(false);
  }
  await endLists(redis, ['articles:list']);
  expect((await lists.find('articles:list', query)).hit).toBe(false);
  expect((await lists.find('search:results', query)).hit).toBe(true);
});

test('while Redis is away readers miss and go on, and the view waits', async () => {
  const away = connectRedis('redis://127.0.0.1:1', log);
  try {
    const missing = articleCache(away, log);
    expect(await missing.read([id(1)])).toEqual([{ article: undefined, duplicate: undefined }]);
    await missing.fill(found(1));
    const list = await listCache(away, log).find('articles:list', {});
    if (list.hit) throw new Error('Redis is away');
    await list.fill('anything');
    await using waiting = await openView(viewRedis, configOf({ REDIS_URL: 'redis://127.0.0.1:1' }));
    await expect(waiting.process(article(1, 1))).rejects.toBeInstanceOf(TransientError);
  } finally {
    away.disconnect();
  }
});
