import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { articleRecord } from '../../../gateways/article-record.ts';
import { articleCache, type ArticleCache } from '../../../gateways/views/redis/article-cache.ts';
import { listCache } from '../../../gateways/views/redis/list-cache.ts';
import { markOutdated } from '../../../gateways/views/redis/mark-outdated.ts';
import { setPositions } from '../../../gateways/views/postgres/positions.ts';
import { beginChange, holdView } from '../../../gateways/views/redis/view-change.ts';
import { openPostgres } from '../../../gateways/postgres.ts';
import { type RedisViewTopic, viewRedis } from '../../../gateways/views/redis/view-redis.ts';
import { TransientError } from '../../../streams/errors.ts';
import { connectRedis } from '../../../streams/redis.ts';
import { engines } from '../../engines/engines.ts';
import { article, duplicate, duplicateOf, enriched, id, noArticle, noDuplicate } from './messages.ts';
import { configOf, emptyKafka, log, openView, redisDatabase, type RunningView, storedAll } from './running-stage.ts';
import { testDatabase, type TestDatabase } from '../database.ts';

let redis: Redis;
let cache: ArticleCache;
let view: RunningView<RedisViewTopic>;
let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
  await storedAll(database.url);
  const url = redisDatabase(engines().redisUrl, 12);
  redis = connectRedis(url, log);
  cache = articleCache(redis, log);
  view = await openView(viewRedis, configOf({ REDIS_URL: url, DATABASE_URL: database.url }));
  // The first reader of an emptied Redis stores nothing.
  await cache.find([id(1)]);
});
afterAll(async () => {
  await view[Symbol.asyncDispose]();
  redis.disconnect();
  await database[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await redis.del(...Array.from({ length: 9 }, (_, number) => `article:${id(number)}`));
  await redis.del('articles:list:writers', 'search:results:writers', 'view-test:writers', 'view-test:held');
});

const read = async (ids: readonly string[]) => (await cache.find(ids)).articles;
const versionOf = async (number: number): Promise<number | undefined> =>
  (await read([id(number)]))[0]?.article?.version;

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
  expect(await read([id(3), id(2), id(1), id(4)])).toEqual([
    { article: undefined, duplicate: duplicateOf(3, null, 5) },
    { article: undefined, duplicate: duplicateOf(2, 1, 5) },
    { article: articleRecord(enriched(1, 7)), duplicate: undefined },
    { article: undefined, duplicate: undefined },
  ]);
  expect(await read([])).toEqual([]);
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

const fill = async (given: ReturnType<typeof found>): Promise<void> => (await cache.find([id(1)])).fill(given);

describe('a reader that stores what it missed', () => {
  test('fills both parts, also that there is no original', async () => {
    await fill(found(3));
    expect(await read([id(1)])).toEqual([{ article: articleRecord(enriched(1, 3)), duplicate: null }]);
  });

  test('sets back neither a newer article nor a newer link', async () => {
    await view.process(article(1, 7), duplicate(1, 2, 5));
    await fill(found(3));
    expect(await read([id(1)])).toEqual([{ article: articleRecord(enriched(1, 7)), duplicate: duplicateOf(1, 2, 5) }]);
  });

  test('cannot bring back what was deleted after it read it', async () => {
    const fetchedAtMs = 1_789_000_000_000;
    await view.process(article(1, fetchedAtMs * 1000));
    await view.process(noArticle(1, fetchedAtMs + 50));
    await fill(found(fetchedAtMs * 1000));
    expect(await versionOf(1)).toBeUndefined();
    await fill(found((fetchedAtMs + 51) * 1000));
    expect(await versionOf(1)).toBe((fetchedAtMs + 51) * 1000);
  });
});

test('a link that is deleted says that there is no original', async () => {
  await view.process(duplicate(1, 2, 5));
  await view.process(noDuplicate(1));
  expect((await read([id(1)]))[0]?.duplicate).toBeNull();
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
  const change = await beginChange(redis, 'view-test', ['articles:list']);
  await change.confirm();
  await change.end();
  expect((await lists.find('articles:list', query)).hit).toBe(false);
  expect((await lists.find('search:results', query)).hit).toBe(true);
});

describe('while a change is under way', () => {
  const query = { test: crypto.randomUUID() };

  test('lists are neither read nor kept, and what was computed of the old state is never found again', async () => {
    const lists = listCache(redis, log);
    const before = await lists.find('articles:list', query);
    if (before.hit) throw new Error('nothing was cached');
    await before.fill('old');
    const change = await beginChange(redis, 'view-test', ['articles:list']);
    const meanwhile = await lists.find('articles:list', query);
    if (meanwhile.hit) throw new Error('a change is under way');
    await meanwhile.fill('old');
    await before.fill('old');
    await change.confirm();
    await change.end();
    expect((await lists.find('articles:list', query)).hit).toBe(false);
  });

  test('another that ends earlier does not bring them back', async () => {
    const lists = listCache(redis, log);
    const [one, two] = [
      await beginChange(redis, 'view-test', ['articles:list']),
      await beginChange(redis, 'view-test', ['articles:list']),
    ];
    await one.end();
    const meanwhile = await lists.find('articles:list', query);
    if (meanwhile.hit) throw new Error('a change is under way');
    await meanwhile.fill('old');
    await two.end();
    const after = await lists.find('articles:list', query);
    if (after.hit) throw new Error('nothing was cached');
    await after.fill('new');
    expect(await lists.find('articles:list', query)).toEqual({ hit: true, value: 'new' });
  });

  test('a change that Redis has forgotten must not take effect', async () => {
    const change = await beginChange(redis, 'view-test', ['articles:list']);
    await redis.del('articles:list:writers');
    await expect(change.confirm()).rejects.toBeInstanceOf(TransientError);
    await change.end();
  });

  test('a view that is held begins none, and is held only once none is under way', async () => {
    const change = await beginChange(redis, 'view-test', ['articles:list']);
    let waits = 0;
    const hold = await holdView(redis, 'view-test', async () => {
      waits += 1;
      await expect(beginChange(redis, 'view-test', ['articles:list'])).rejects.toBeInstanceOf(TransientError);
      await change.end();
    });
    expect(waits).toBe(1);
    await hold.confirm();
    await hold.release();
    await (await beginChange(redis, 'view-test', ['articles:list'])).end();
  });
});

describe('a mark', () => {
  test('makes readers miss what is older, and lets nothing older in', async () => {
    await view.process(article(1, 7), duplicate(1, 2, 7));
    await markOutdated(redis, [article(1, 8), duplicate(1, null, 9)]);
    expect(await read([id(1)])).toEqual([{ article: undefined, duplicate: undefined }]);
    await fill(found(7));
    await view.process(article(1, 7), duplicate(1, 2, 8));
    expect(await read([id(1)])).toEqual([{ article: undefined, duplicate: undefined }]);
    await view.process(article(1, 8), duplicate(1, null, 9));
    expect(await versionOf(1)).toBe(8);
  });

  test('leaves what has its version or a greater one', async () => {
    await view.process(article(1, 8));
    await markOutdated(redis, [article(1, 8), article(1, 7)]);
    expect(await versionOf(1)).toBe(8);
  });

  test('that comes again for a deletion leaves what came after it', async () => {
    const deletedAtMs = 1_789_000_000_000;
    await view.process(noArticle(1, deletedAtMs));
    await view.process(article(1, (deletedAtMs + 1) * 1000));
    await markOutdated(redis, [noArticle(1, deletedAtMs)]);
    await view.process(noArticle(1, deletedAtMs));
    expect(await versionOf(1)).toBe((deletedAtMs + 1) * 1000);
  });

  test('that was lost with the rest of Redis brings nothing older back by a reader that began before', async () => {
    const early = await cache.find([id(1)]);
    await redis.del('article-cache:incarnation');
    await early.fill(found(3));
    const first = await cache.find([id(1)]);
    await first.fill(found(3));
    expect(await versionOf(1)).toBeUndefined();
    await fill(found(3));
    expect(await versionOf(1)).toBe(3);
  });
});

describe('before Postgres has stored an article', () => {
  test('the view waits, and goes on once it has', async () => {
    await using own = await testDatabase();
    const pool = openPostgres(own.url, { log, max: 1 });
    const url = redisDatabase(engines().redisUrl, 12);
    await using waiting = await openView(viewRedis, configOf({ REDIS_URL: url, DATABASE_URL: own.url }));
    const message = article(1, 9);
    await expect(waiting.process(message)).rejects.toThrow(/view-postgres has not stored article-enriched\/0 yet/u);
    expect(await versionOf(1)).toBeUndefined();
    await setPositions(pool, 'content', [{ topic: message.topic, partition: 0, offset: message.offset + 1n }]);
    await waiting.process(message);
    expect(await versionOf(1)).toBe(9);
    await pool.end();
  });

  test('the view does not wait for what view-postgres has given up', async () => {
    await using own = await testDatabase();
    const url = redisDatabase(engines().redisUrl, 12);
    const kafka = emptyKafka();
    const message = article(1, 9);
    await (
      await kafka.admin()
    ).setCommitted('mimir.view-postgres', [{ topic: message.topic, partition: 0, offset: message.offset + 1n }]);
    await using view2 = await openView(viewRedis, configOf({ REDIS_URL: url, DATABASE_URL: own.url }), { kafka });
    await view2.process(message);
    expect(await versionOf(1)).toBe(9);
  });
});

test('while Redis is away readers miss and go on, and the view waits', async () => {
  const away = connectRedis('redis://127.0.0.1:1', log);
  try {
    const missing = articleCache(away, log);
    const nothing = await missing.find([id(1)]);
    expect(nothing.articles).toEqual([{ article: undefined, duplicate: undefined }]);
    await nothing.fill(found(1));
    const list = await listCache(away, log).find('articles:list', {});
    if (list.hit) throw new Error('Redis is away');
    await list.fill('anything');
    await using waiting = await openView(
      viewRedis,
      configOf({ REDIS_URL: 'redis://127.0.0.1:1', DATABASE_URL: database.url }),
    );
    await expect(waiting.process(article(1, 1))).rejects.toBeInstanceOf(TransientError);
  } finally {
    away.disconnect();
  }
});
