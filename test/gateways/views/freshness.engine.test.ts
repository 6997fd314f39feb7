import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import type { Pool } from 'pg';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPostgres } from '../../../gateways/postgres.ts';
import { openVectorIndex } from '../../../gateways/vector-index/open.ts';
import type { VectorIndex } from '../../../gateways/vector-index/port.ts';
import { viewFreshness } from '../../../gateways/views/freshness.ts';
import { viewPostgres } from '../../../gateways/views/postgres/view-postgres.ts';
import { viewRedis } from '../../../gateways/views/redis/view-redis.ts';
import { viewVectors } from '../../../gateways/views/vectors/view-vectors.ts';
import { connectRedis } from '../../../streams/redis.ts';
import { engines } from '../../engines/engines.ts';
import { testDatabase } from '../database.ts';
import { article, embedded, enriched, id, message } from './messages.ts';
import { configOf, log, openView, redisDatabase } from './running-stage.ts';

const undo = new AsyncDisposableStack();
const metrics = new Registry();
let pool: Pool;
let redis: Redis;
let vectors: VectorIndex;
let write: (numbers: readonly number[]) => Promise<void>;

beforeAll(async () => {
  const dir = await mkdtemp(join(tmpdir(), 'mimir-freshness-'));
  undo.defer(() => rm(dir, { recursive: true }));
  const database = undo.use(await testDatabase());
  const redisUrl = redisDatabase(engines().redisUrl, 9);
  const config = configOf({ MIMIR_DATA_DIR: dir, DATABASE_URL: database.url, REDIS_URL: redisUrl });
  pool = undo.adopt(openPostgres(config.databaseUrl, { log }), (one) => one.end());
  redis = undo.adopt(connectRedis(redisUrl, log), (one) => one.disconnect());
  await redis.del('view-redis:newest-published-at', ...[1, 2, 3].map((number) => `article:${id(number)}`));
  vectors = undo.use(await openVectorIndex(config.vectors, { log }));
  const postgresView = undo.use(await openView(viewPostgres, config, { metrics }));
  const vectorView = undo.use(await openView(viewVectors, config, { metrics }));
  const redisView = undo.use(await openView(viewRedis, config, { metrics }));
  write = async (numbers) => {
    const articles = numbers.map((number) => article(number, 1));
    await postgresView.process(...articles);
    await redisView.process(...articles);
    await vectorView.process(
      ...numbers.map((number) => {
        const published_at = enriched(number, 1).article.published_at;
        return message('article-embedded', id(number), { ...embedded(number, 1, 10 * number), published_at });
      }),
    );
  };
});
afterAll(() => undo.disposeAsync());

const expected = (articles: number, newest: number | null) =>
  ['view-postgres', 'view-vectors', 'view-redis'].map((view) => ({ view, articles, newestPublishedAt: newest }));

test('views that hold nothing say so', async () => {
  expect(await viewFreshness({ pool, vectors, redis })).toEqual(expected(0, null));
  expect(await metrics.metrics()).not.toContain('view="');
});

test('each view tells how many articles it holds and when the newest was published', async () => {
  await write([3, 1]);
  await write([2]);
  expect(await viewFreshness({ pool, vectors, redis })).toEqual(expected(3, 1_780_000_000_003));
});

test('the same is a metric of each view', async () => {
  const text = await metrics.metrics();
  for (const view of ['view-postgres', 'view-vectors', 'view-redis']) {
    expect(text).toContain(`mimir_view_newest_article_timestamp_seconds{view="${view}"} 1780000000.003`);
  }
});
