import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Pool } from 'pg';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { typedQueries, openPostgres } from '../../../gateways/postgres.ts';
import { type Articles, openArticles } from '../../../gateways/services/articles/articles.ts';
import { defaultOrganizationId } from '../../../gateways/schema.ts';
import { openQueries } from '../../../gateways/services/query/queries.ts';
import { openQueryEmbedder } from '../../../gateways/services/search/query-embedder.ts';
import { openVectorIndex } from '../../../gateways/vector-index/open.ts';
import type { VectorIndex, VectorPoint } from '../../../gateways/vector-index/port.ts';
import { viewChecksum } from '../../../gateways/views/checksum.ts';
import { rebuildView } from '../../../gateways/views/rebuild.ts';
import type { RebuildProgress } from '../../../gateways/views/rebuild-target.ts';
import { articleCache } from '../../../gateways/views/redis/article-cache.ts';
import { listCache } from '../../../gateways/views/redis/list-cache.ts';
import { viewPostgres } from '../../../gateways/views/postgres/view-postgres.ts';
import { views as allViews } from '../../../gateways/views/views.ts';
import type { Config } from '../../../streams/config.ts';
import { InputError } from '../../../streams/errors.ts';
import { connectKafkajs } from '../../../streams/kafka/kafkajs.ts';
import { connectRedis } from '../../../streams/redis.ts';
import { openCodec } from '../../../streams/registry-codec.ts';
import { groupOf, type RunningStage, startStage } from '../../../streams/runner.ts';
import type { Runtime } from '../../../streams/runtime.ts';
import type { Message } from '../../../streams/stage.ts';
import { engines } from '../../engines/engines.ts';
import { testDatabase, type TestDatabase } from '../database.ts';
import {
  article,
  duplicate,
  feed,
  id,
  judgements,
  noArticle,
  noDuplicate,
  noJudgements,
  noVector,
  status,
  vector,
} from './messages.ts';
import { ownTopics, type OwnTopics } from './prefixed-kafka.ts';
import { configOf, log, redisDatabase } from './running-stage.ts';

let dir: string;
let database: TestDatabase;
let pool: Pool;
let redis: Redis;
let index: VectorIndex;
let config: Config;
let topics: OwnTopics;
let runtime: Runtime;
let live: readonly RunningStage[];
let articles: Articles;
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
  runtime = { config, log, codec, kafka: topics.kafka, metrics: new Registry() };
  const keys = await redis.keys('article:*');
  await redis.del('x', ...keys, ...(await redis.keys('*:writers')), ...(await redis.keys('*:held')));
  const ports = { db: typedQueries(pool), vectors: index, organizationId: defaultOrganizationId };
  // No query here asks for meaning.
  const embedder = openQueryEmbedder(() => Promise.reject(new Error('not used')), log);
  articles = openArticles({
    ...ports,
    articleCache: articleCache(redis, log),
    listCache: listCache(redis, log),
    queries: openQueries({ ...ports, embedder, now: Date.now }),
  });
  await embedder.close();
  live = allViews.map((view) => startStage(view, runtime, { commitIntervalMs: 100 }));
  await Promise.all(live.map((view) => view.ready));
});
afterAll(async () => {
  await Promise.all(live.map((view) => view.stop()));
  await topics[Symbol.asyncDispose]();
  await kafka[Symbol.asyncDispose]();
  await index[Symbol.asyncDispose]();
  redis.disconnect();
  await pool.end();
  await database[Symbol.asyncDispose]();
  await rm(dir, { recursive: true });
});

/** Every row of the live tables, as text. */
const contentTables = [
  'articles',
  'article_feeds',
  'duplicates',
  'feed_status',
  'article_categories',
  'article_topics',
  'article_relevance',
  'article_judged',
] as const;

async function tables(): Promise<Readonly<Record<string, readonly string[]>>> {
  const rows: Record<string, readonly string[]> = {};
  for (const table of contentTables) {
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

/** Resolves once the live views have done all that the topics hold. */
async function settled(): Promise<void> {
  await using admin = await runtime.kafka.admin();
  const isDone = async (): Promise<boolean> => {
    for (const { name, inputs } of allViews) {
      const committed = await admin.committed(groupOf(name), inputs);
      for (const topic of inputs) {
        for (const { partition, high } of await admin.watermarks(topic)) {
          const standing = committed.find((one) => one.topic === topic && one.partition === partition);
          if (high > (standing?.offset ?? 0n)) return false;
        }
      }
    }
    return true;
  };
  while (!(await isDone())) await setTimeout(100);
}

const checksums = async (): Promise<readonly unknown[]> =>
  Promise.all(allViews.map(({ name }) => viewChecksum(name, runtime)));

/** A history with new versions, late ones, deletions and returns, as the stages could have written it. */
function history(): Message[] {
  const messages: Message[] = [];
  for (let number = 1; number <= 50; number += 1) {
    messages.push(article(number, 1), vector(number, 1, number), ...judgements(number, 1));
    if (number % 3 === 0)
      messages.push(article(number, 3, { feeds: [feed('a'), feed('b')] }), vector(number, 3, number + 1));
    if (number % 4 === 0) messages.push(...judgements(number, 3), ...judgements(number, 2));
    if (number % 5 === 0) messages.push(duplicate(number, 1, 10));
    if (number % 7 === 0) messages.push(article(number, 2, { title: 'late' }));
    if (number % 10 === 0)
      messages.push(noArticle(number), noVector(number), noDuplicate(number), ...noJudgements(number));
    if (number % 20 === 0) messages.push(article(number, 1, { title: 'back again' }), vector(number, 1, 5));
  }
  return [...messages, status('a', 100), status('b', 100), status('a', 200, { outcome: 'failed' })];
}

/** Versions by id, as the titles tell them. */
function titled(found: readonly ({ id: string; title: string } | null)[]): ReadonlyMap<string, number> {
  return new Map(
    found.flatMap((one) => (one === null ? [] : [[one.id, Number(/version (\d+)/u.exec(one.title)?.[1])]])),
  );
}

describe('a rebuild', () => {
  beforeAll(async () => {
    await topics.produce(history());
    await settled();
  });

  test('that is dry tells what it would read, and changes nothing', async () => {
    const before = await checksums();
    const report = await rebuildView('view-postgres', runtime, { dryRun: true });
    const expected = history();
    expect(report).toEqual({
      view: 'view-postgres',
      dryRun: true,
      topics: viewPostgres.inputs.map((topic) => ({
        topic,
        records: expected.filter((message) => message.topic === topic).length,
      })),
      read: 0,
      skipped: 0,
    });
    expect(await checksums()).toEqual(before);
  });

  test('of each view ends equal to the live one, checksum for checksum', async () => {
    const before = await checksums();
    expect(before).toMatchObject(allViews.map(({ name }) => ({ view: name, records: expect.any(Number) as number })));
    for (const { name } of allViews) {
      await rebuildView(name, runtime);
      expect(await checksums()).toEqual(before);
    }
  });

  test('of Postgres equals the live view row by row, keeps every definition, and says how far it is', async () => {
    const before = [await tables(), await definitions()];
    const progress: RebuildProgress[] = [];
    const report = await rebuildView('postgres', runtime, { onProgress: (step) => progress.push(step) });
    expect([await tables(), await definitions()]).toEqual(before);
    const total = report.topics.reduce((sum, { records }) => sum + records, 0);
    expect(report).toMatchObject({ read: total, skipped: 0, dryRun: false });
    expect(new Set(progress.map(({ topic }) => topic))).toEqual(
      new Set(report.topics.filter(({ records }) => records > 0).map(({ topic }) => topic)),
    );
    expect(await schemas()).toEqual(['content']);
  });

  test('of Postgres mends rows that were changed, lost or made up', async () => {
    const before = await tables();
    await pool.query("update content.articles set title = 'wrong', version = 999 where id = $1", [id(1)]);
    await pool.query('delete from content.articles where id = $1', [id(2)]);
    await pool.query('insert into content.article_feeds values ($1, $2)', [id(99), feed('f')]);
    await rebuildView('view-postgres', runtime);
    expect(await tables()).toEqual(before);
  });

  test('of the vectors mends what was lost or made up', async () => {
    const before = await viewChecksum('view-vectors', runtime);
    await index.delete([id(1)]);
    await index.upsert([{ ...(await pointOf(2)), articleId: id(98) }]);
    expect(await viewChecksum('view-vectors', runtime)).not.toEqual(before);
    await rebuildView('view-vectors', runtime);
    expect(await viewChecksum('view-vectors', runtime)).toEqual(before);
  });

  test('of Redis brings back what was lost, and makes unknown what no topic holds', async () => {
    const before = await viewChecksum('view-redis', runtime);
    await redis.del(`article:${id(1)}`, `article:${id(3)}`);
    await redis.hset(`article:${id(98)}`, 'article', '{}', 'article_version', '1');
    expect(await viewChecksum('view-redis', runtime)).not.toEqual(before);
    await rebuildView('view-redis', runtime);
    expect(await viewChecksum('view-redis', runtime)).toEqual(before);
    expect(await redis.hget(`article:${id(3)}`, 'article_version')).toBe('3');
    expect(await redis.hgetall(`article:${id(98)}`)).toEqual({ article: '', article_version: '1' });
    await redis.del(`article:${id(98)}`);
  });

  test('while the live views go on writing: no reader misses an article or sees it go back', async () => {
    const rebuilds = new AbortController();
    const faults: string[] = [];
    const steady = [1, 2, 3].map(id);
    const growing = [4, 5, 6, 7, 8, 9];
    let reads = 0;

    /** Reads again and again; notes what is away and what is smaller than before. */
    const watch = async (name: string, read: () => Promise<ReadonlyMap<string, number>>): Promise<void> => {
      const greatest = new Map<string, number>();
      while (!rebuilds.signal.aborted) {
        const found = await read();
        reads += 1;
        // All of them share two processors with the views that they watch.
        await setTimeout(10);
        for (const [one, version] of greatest) {
          const now = found.get(one);
          if (now === undefined) faults.push(`${name}: ${one} vanished`);
          else if (now < version) faults.push(`${name}: ${one} went back from ${version} to ${now}`);
        }
        for (const [one, version] of found) greatest.set(one, version);
      }
    };
    const ids = [...steady, ...growing.map(id)];
    // Those beyond are deleted now and then.
    const listed = async (limit: number) =>
      (await articles.list({ limit })).items.flatMap(({ item }) => (ids.includes(item.id) ? [item] : []));
    const watches = [
      watch('one by one', async () => titled(await articles.getMany(ids))),
      watch('list', async () => titled(await listed(100))),
      // One reader of both: what the list said, the article must not contradict.
      watch('both', async () => {
        const list = titled(await listed(99));
        const single = titled(await articles.getMany(ids));
        for (const one of ids) {
          if ((single.get(one) ?? -1) < (list.get(one) ?? 0)) faults.push(`${one} is older than its list says`);
        }
        return single;
      }),
      watch('rows', async () => {
        const { rows } = await pool.query<{ id: string; version: number }>(
          'select id, version from content.articles where id = any($1)',
          [ids],
        );
        return new Map(rows.map((row) => [row.id, row.version]));
      }),
      watch('vectors', async () => {
        const found = await index.fetch(ids);
        return new Map(found.map(({ articleId, version }) => [articleId, version]));
      }),
    ];

    let written = 0;
    const writing = (async () => {
      for (let round = 0; !rebuilds.signal.aborted; round += 1) {
        const version = 1_000 + round * 2;
        const messages = growing.flatMap((number): Message[] => [
          article(number, version, { feeds: [feed('a'), feed(round % 2 === 0 ? 'c' : 'd')] }),
          vector(number, version, round % 90),
          duplicate(number, round % 2 === 0 ? 1 : null, version),
          // Repeats and late arrivals.
          ...(round % 3 === 0 ? [article(number, version - 2), vector(number, version - 2, 3)] : []),
          ...(round % 4 === 0 ? [article(50 + round, 1), noArticle(50 + round)] : []),
        ]);
        written += messages.length;
        await topics.produce(messages);
        await setTimeout(150);
      }
    })();

    for (let times = 0; times < 2; times += 1) {
      for (const { name } of allViews) await rebuildView(name, runtime);
    }
    rebuilds.abort();
    await Promise.all([...watches, writing]);

    expect([...new Set(faults)]).toEqual([]);
    expect(reads).toBeGreaterThan(50);
    expect(written).toBeGreaterThan(50);
    await settled();
    const after = await checksums();
    for (const { name } of allViews) await rebuildView(name, runtime);
    expect(await checksums()).toEqual(after);
  });

  test('that ends before the switch leaves the old view, and the next one cleans up after one that was killed', async () => {
    const before = await checksums();
    for (const { name } of allViews.slice(0, 2)) {
      const broken = rebuildView(name, runtime, {
        onProgress: () => {
          throw new Error('broken off');
        },
      });
      await expect(broken).rejects.toThrow('broken off');
    }
    expect(await checksums()).toEqual(before);
    await pool.query('create schema content_next; create schema content_old; create table content_old.articles ()');
    await rebuildView('view-postgres', runtime);
    expect(await schemas()).toEqual(['content']);
    expect(await checksums()).toEqual(before);
  });

  test('leaves out what cannot be stored, and counts it', async () => {
    const before = await tables();
    const poison = article(1, 5_000);
    await topics.produce([{ ...poison, key: 'x', value: { ...poison.value, article_id: 'no uuid' } } as Message]);
    await topics.produce([status('c', 100)]);
    await settled();
    await topics.produce([1, 2, 3, 4, 5, 6].map((number) => article(200 + number, 1)));
    await settled();
    expect(await rebuildView('view-postgres', runtime)).toMatchObject({ skipped: 1 });
    expect((await tables())['articles']).toHaveLength((before['articles']?.length ?? 0) + 6);
  });

  test.each(allViews.map(({ name }) => [name]))(
    'of %s refuses to run beside another of the same view',
    async (name) => {
      const both = await Promise.allSettled([1, 2].map(() => rebuildView(name, runtime)));
      expect(both.map(({ status: outcome }) => outcome).toSorted()).toEqual(['fulfilled', 'rejected']);
      expect(both.find((one) => one.status === 'rejected')?.reason).toBeInstanceOf(InputError);
      await expect(rebuildView(name, runtime)).resolves.toMatchObject({ view: name });
    },
  );

  test('of a view that does not exist names those that do', async () => {
    await expect(rebuildView('view-metrics', runtime)).rejects.toThrow(/view-postgres, view-vectors, view-redis/u);
  });
});

async function schemas(): Promise<readonly string[]> {
  const { rows } = await pool.query<{ nspname: string }>(
    "select nspname from pg_namespace where nspname like 'content%'",
  );
  return rows.map(({ nspname }) => nspname);
}

async function pointOf(number: number): Promise<VectorPoint> {
  const [point] = await index.fetch([id(number)]);
  if (point === undefined) throw new Error(`no point ${number}`);
  return point;
}
