import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPostgres } from '../../../gateways/postgres.ts';
import { openVectorIndex } from '../../../gateways/vector-index/open.ts';
import type { VectorIndex } from '../../../gateways/vector-index/port.ts';
import { viewPostgres } from '../../../gateways/views/postgres/view-postgres.ts';
import { rebuildView } from '../../../gateways/views/rebuild.ts';
import type { RebuildProgress, RebuildRuntime } from '../../../gateways/views/rebuild-target.ts';
import { viewRedis } from '../../../gateways/views/redis/view-redis.ts';
import { viewVectors } from '../../../gateways/views/vectors/view-vectors.ts';
import { views as allViews } from '../../../gateways/views/views.ts';
import type { Config } from '../../../streams/config.ts';
import { InputError } from '../../../streams/errors.ts';
import { connectKafkajs } from '../../../streams/kafka/kafkajs.ts';
import { connectRedis } from '../../../streams/redis.ts';
import { openCodec } from '../../../streams/registry-codec.ts';
import type { Message } from '../../../streams/stage.ts';
import { engines } from '../../engines/engines.ts';
import { testDatabase, type TestDatabase } from '../database.ts';
import { article, duplicate, feed, id, noArticle, noDuplicate, noVector, status, vector } from './messages.ts';
import { ownTopics, type OwnTopics } from './prefixed-kafka.ts';
import { configOf, log, openView, redisDatabase } from './running-stage.ts';

let dir: string;
let database: TestDatabase;
let pool: Pool;
let redis: Redis;
let index: VectorIndex;
let config: Config;
let topics: OwnTopics;
let runtime: RebuildRuntime;
const kafka = connectKafkajs({ brokers: engines().kafkaBrokers, clientId: 'rebuild-test', log });

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'mimir-rebuild-'));
  database = await testDatabase();
  const redisUrl = redisDatabase(engines().redisUrl, 14);
  config = configOf({ MIMIR_DATA_DIR: dir, DATABASE_URL: database.url, REDIS_URL: redisUrl });
  pool = openPostgres(database.url, { log });
  redis = connectRedis(redisUrl, log);
  index = await openVectorIndex(config.vectors, { log });
  const codec = openCodec(engines().schemaRegistryUrl, log);
  await codec.registerAll();
  topics = await ownTopics(kafka, codec, [...new Set(allViews.flatMap(({ inputs }) => inputs))]);
  runtime = { config, log, codec, kafka: topics.kafka };
});
afterAll(async () => {
  await topics[Symbol.asyncDispose]();
  await kafka[Symbol.asyncDispose]();
  await index[Symbol.asyncDispose]();
  redis.disconnect();
  await pool.end();
  await database[Symbol.asyncDispose]();
  await rm(dir, { recursive: true });
});

/** Every row of the live tables, as text. */
async function tables(): Promise<Readonly<Record<string, readonly string[]>>> {
  const rows: Record<string, readonly string[]> = {};
  for (const table of ['articles', 'article_feeds', 'duplicates', 'feed_status']) {
    const answer = await pool.query<{ row: string }>(`select t::text as row from content.${table} t order by 1`);
    rows[table] = answer.rows.map(({ row }) => row);
  }
  return rows;
}

/** What describes the tables themselves: a rebuild must lose no index, constraint or comment. */
async function definitions(): Promise<unknown> {
  const { rows } = await pool.query(
    `select c.relname, obj_description(c.oid), obj_description(c.relnamespace, 'pg_namespace') as schema,
            (select array_agg(indexdef order by indexdef) from pg_indexes i where i.schemaname = 'content' and i.tablename = c.relname) as indexes,
            (select array_agg(conname || ' ' || pg_get_constraintdef(oid) order by conname) from pg_constraint where conrelid = c.oid) as constraints,
            (select array_agg(row (attname, format_type(atttypid, atttypmod), attnotnull, attgenerated, pg_get_expr(adbin, adrelid),
                                   col_description(c.oid, attnum))::text order by attnum)
             from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum
             where attrelid = c.oid and attnum > 0 and not attisdropped) as columns
     from pg_class c where c.relnamespace = 'content'::regnamespace and c.relkind = 'r' order by 1`,
  );
  return rows;
}

async function points(): Promise<unknown> {
  const ids = Array.from({ length: 60 }, (_, number) => id(number));
  return (await index.fetch(ids)).toSorted((a, b) => (a.articleId < b.articleId ? -1 : 1));
}

/** A history with new versions, late ones, deletions and returns, as the stages could have written it. */
function history(): Message[] {
  const messages: Message[] = [];
  for (let number = 1; number <= 50; number += 1) {
    messages.push(article(number, 1), vector(number, 1, number));
    if (number % 3 === 0)
      messages.push(article(number, 3, { feeds: [feed('a'), feed('b')] }), vector(number, 3, number + 1));
    if (number % 5 === 0) messages.push(duplicate(number, 1, 10));
    if (number % 7 === 0) messages.push(article(number, 2, { title: 'late' }));
    if (number % 10 === 0) messages.push(noArticle(number), noVector(number), noDuplicate(number));
    if (number % 20 === 0) messages.push(article(number, 1, { title: 'back again' }), vector(number, 1, 5));
  }
  return [...messages, status('a', 100), status('b', 100), status('a', 200, { outcome: 'failed' })];
}

type Live = (messages: readonly Message[]) => Promise<void>;

/** The live views, told of messages as their runners would tell them. */
async function live(): Promise<{ readonly write: Live } & AsyncDisposable> {
  const [postgres, vectors, cached] = [
    await openView(viewPostgres, config),
    await openView(viewVectors, config),
    await openView(viewRedis, config),
  ];
  return {
    async write(messages) {
      for (const one of messages) {
        if (one.topic === 'article-embedded') await vectors.process(one);
        if (one.topic === 'article-enriched' || one.topic === 'article-duplicate') await cached.process(one);
        if (one.topic === 'article-enriched' || one.topic === 'article-duplicate' || one.topic === 'feed-status') {
          await postgres.process(one);
        }
      }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([postgres, vectors, cached].map((view) => view[Symbol.asyncDispose]()));
    },
  };
}

describe('a rebuild', () => {
  beforeAll(async () => {
    const messages = history();
    await topics.produce(messages);
    await using views = await live();
    await views.write(messages);
  });

  test('that is dry tells what it would read, and changes nothing', async () => {
    const before = await tables();
    const report = await rebuildView('view-postgres', runtime, { dryRun: true });
    const expected = history();
    expect(report).toEqual({
      view: 'view-postgres',
      dryRun: true,
      topics: (['article-enriched', 'article-duplicate', 'feed-status'] as const).map((topic) => ({
        topic,
        records: expected.filter((message) => message.topic === topic).length,
      })),
      read: 0,
      skipped: 0,
    });
    expect(await tables()).toEqual(before);
  });

  test('of Postgres equals the live view row by row, keeps every definition, and says how far it is', async () => {
    const before = [await tables(), await definitions()];
    const progress: RebuildProgress[] = [];
    const report = await rebuildView('postgres', runtime, { onProgress: (step) => progress.push(step) });
    expect([await tables(), await definitions()]).toEqual(before);
    const total = report.topics.reduce((sum, { records }) => sum + records, 0);
    expect(report).toMatchObject({ read: total, skipped: 0, dryRun: false });
    expect(new Set(progress.map(({ topic }) => topic))).toEqual(new Set(report.topics.map(({ topic }) => topic)));
    const { rows } = await pool.query("select nspname from pg_namespace where nspname like 'content%'");
    expect(rows).toEqual([{ nspname: 'content' }]);
  });

  test('of Postgres mends rows that were changed, lost or made up', async () => {
    const before = await tables();
    await pool.query("update content.articles set title = 'wrong', version = 999 where id = $1", [id(1)]);
    await pool.query('delete from content.articles where id = $1', [id(2)]);
    await pool.query('insert into content.article_feeds values ($1, $2)', [id(99), feed('f')]);
    await rebuildView('view-postgres', runtime);
    expect(await tables()).toEqual(before);
  });

  test('of the vectors equals the live view', async () => {
    const before = await points();
    await index.delete([id(1)]);
    await rebuildView('view-vectors', runtime);
    expect(await points()).toEqual(before);
  });

  test('of Redis brings back what was lost and removes what no topic holds', async () => {
    const hashes = async (): Promise<unknown> => {
      const keys = (await redis.keys('article:*')).toSorted();
      return Promise.all(keys.map(async (key) => [key, await redis.hgetall(key)]));
    };
    await rebuildView('view-redis', runtime);
    const before = await hashes();
    await redis.del(`article:${id(1)}`, `article:${id(3)}`);
    await redis.hset(`article:${id(98)}`, 'article', '{}', 'article_version', '1');
    await rebuildView('view-redis', runtime);
    expect(await hashes()).toEqual(before);
    expect(await redis.hget(`article:${id(3)}`, 'article_version')).toBe('3');
  });

  test('while the live views go on writing: readers never miss an article, and nothing is lost or comes back', async () => {
    const before = (await tables())['articles']?.length ?? 0;
    expect(before).toBeGreaterThan(40);
    const rebuilds = new AbortController();
    const seen: number[] = [];
    const hits: number[] = [];
    const reading = (async () => {
      while (!rebuilds.signal.aborted) {
        const { rows } = await pool.query<{ held: number }>(
          'select count(*) as held from content.articles where id = any($1)',
          [[1, 2, 3].map(id)],
        );
        seen.push(rows[0]?.held ?? 0);
        hits.push((await index.fetch([1, 2, 3].map(id))).length);
      }
    })();

    const written: Message[] = [];
    const writing = (async () => {
      await using views = await live();
      for (let round = 0; !rebuilds.signal.aborted; round += 1) {
        const messages = [4, 5, 6, 7].flatMap((number): Message[] => {
          const version = 100 + round * 2;
          return [
            article(number, version, { feeds: [feed('a'), feed(round % 2 === 0 ? 'c' : 'd')] }),
            vector(number, version, round % 90),
            ...(round % 3 === number % 3 ? [noArticle(number), noVector(number)] : []),
            ...(round % 4 === 0 ? [article(number, version + 1), vector(number, version + 1, 3)] : []),
            duplicate(number, round % 2 === 0 ? 1 : null, version),
          ];
        });
        written.push(...messages);
        await topics.produce(messages);
        await views.write(messages);
      }
    })();

    for (let times = 0; times < 3; times += 1) {
      for (const { name } of allViews) await rebuildView(name, runtime);
    }
    rebuilds.abort();
    await Promise.all([reading, writing]);

    expect(new Set(seen)).toEqual(new Set([3]));
    expect(new Set(hits)).toEqual(new Set([3]));
    expect(written.length).toBeGreaterThan(100);
    const [rows, vectors] = [await tables(), await points()];
    for (const name of ['view-postgres', 'view-vectors']) await rebuildView(name, runtime);
    expect(await tables()).toEqual(rows);
    expect(await points()).toEqual(vectors);
  });

  const kinds = [
    {
      name: 'view-postgres',
      topic: 'article-enriched',
      value: article as (number: number, version: number) => Message,
      gone: noArticle as (number: number) => Message,
      async versionOf(number: number): Promise<number | undefined> {
        const { rows } = await pool.query<{ version: number }>('select version from content.articles where id = $1', [
          id(number),
        ]);
        return rows[0]?.version;
      },
    },
    {
      name: 'view-vectors',
      topic: 'article-embedded',
      value: (number: number, version: number): Message => vector(number, version, number),
      gone: noVector as (number: number) => Message,
      versionOf: async (number: number): Promise<number | undefined> => (await index.fetch([id(number)]))[0]?.version,
    },
  ] as const;

  /** What is written, and by the live view too, once the first reading has ended; and while the second hands that over. */
  test.each<[string, ['v' | 'gone', number][], ['v' | 'gone', number][], number | undefined]>([
    ['what came after the first reading is not lost', [['v', 5]], [], 5],
    [
      'what was deleted after the first reading stays deleted',
      [
        ['v', 5],
        ['gone', 0],
      ],
      [],
      undefined,
    ],
    [
      'a deletion that is repeated late removes nothing that came after it',
      [
        ['v', 5],
        ['gone', 0],
      ],
      [['v', 6]],
      6,
    ],
    [
      'an older version after its deletion is no exception',
      [
        ['v', 5],
        ['gone', 0],
      ],
      [['v', 4]],
      4,
    ],
    ['what is repeated late does not come back after its deletion', [['v', 5]], [['gone', 0]], undefined],
    [
      'nor is it lost when it comes back by itself',
      [['v', 5]],
      [
        ['gone', 0],
        ['v', 3],
      ],
      3,
    ],
  ])('%s', async (_title, first, second, expected) => {
    await using views = await live();
    let number = 1000;
    for (const kind of kinds) {
      number += 1;
      const write = async (steps: typeof first): Promise<void> => {
        const messages = steps.map(([what, version]) =>
          what === 'v' ? kind.value(number, version) : kind.gone(number),
        );
        await topics.produce(messages);
        await views.write(messages);
      };
      topics.onRead = async ({ topic, read, moment }) => {
        if (topic !== kind.topic) return;
        if (read === 1 && moment === 'done') await write(first);
        if (read === 2 && moment === 'handing over') await write(second);
      };
      await rebuildView(kind.name, runtime);
      topics.onRead = undefined;
      expect(await kind.versionOf(number)).toBe(expected);
      const last = [...first, ...second].at(-1);
      expect(last?.[0] === 'v').toBe(expected !== undefined);
      await write([['gone', 0]]);
    }
  });

  test('leaves out what cannot be stored, and counts it', async () => {
    const before = await tables();
    const poison = article(1, 500);
    await topics.produce([{ ...poison, key: 'x', value: { ...poison.value, article_id: 'no uuid' } } as Message]);
    expect(await rebuildView('view-postgres', runtime)).toMatchObject({ skipped: 1 });
    expect(await tables()).toEqual(before);
  });

  test('refuses to run beside another of the same view, and after that one works again', async () => {
    const both = await Promise.allSettled([1, 2].map(() => rebuildView('view-postgres', runtime)));
    expect(both.map(({ status: outcome }) => outcome).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(both.find((one) => one.status === 'rejected')?.reason).toBeInstanceOf(InputError);
    await expect(rebuildView('view-postgres', runtime)).resolves.toMatchObject({ view: 'view-postgres' });
  });

  test('of a view that does not exist names those that do', async () => {
    await expect(rebuildView('view-metrics', runtime)).rejects.toThrow(/view-postgres, view-vectors, view-redis/u);
  });
});
