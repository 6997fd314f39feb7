import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openVectorIndex } from '../../../gateways/vector-index/open.ts';
import type { VectorIndex } from '../../../gateways/vector-index/port.ts';
import { listCache } from '../../../gateways/views/redis/list-cache.ts';
import { viewVectors } from '../../../gateways/views/vectors/view-vectors.ts';
import { FatalError } from '../../../streams/errors.ts';
import { connectRedis } from '../../../streams/redis.ts';
import { engines } from '../../engines/engines.ts';
import { embedded, feed, id, message, noVector, vector } from './messages.ts';
import { configOf, log, openView, redisDatabase, type RunningView } from './running-stage.ts';

let dir: string;
let index: VectorIndex;
let view: RunningView<'article-embedded'>;
const redisUrl = (): string => redisDatabase(engines().redisUrl, 11);

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'mimir-view-vectors-'));
  const config = configOf({ MIMIR_DATA_DIR: dir, REDIS_URL: redisUrl() });
  view = await openView(viewVectors, config);
  index = await openVectorIndex(config.vectors, { log });
});
afterAll(async () => {
  await view[Symbol.asyncDispose]();
  await index[Symbol.asyncDispose]();
  await rm(dir, { recursive: true });
});

test('points follow the versions and tombstones of their messages', async () => {
  await view.process(vector(1, 1, 10), vector(2, 1, 20), vector(1, 2, 30), vector(3, 1, 40));
  await view.process(vector(1, 1, 50), noVector(2));
  await view.process(noVector(3), vector(3, 1, 60));
  const hits = await index.query({ vector: [1, 0], limit: 10 });
  expect(hits.map(({ articleId }) => articleId)).toEqual([id(1), id(3)]);
  const [point] = await index.fetch([id(1)]);
  expect(point).toEqual({
    articleId: id(1),
    version: 2,
    vector: embedded(1, 2, 30).vector,
    payload: {
      visibility: 'public',
      feedIds: [feed('a')],
      language: 'en',
      publishedAt: 1_780_000_000_001,
      model: 'test',
    },
  });
});

test('cached search results end when the view has changed', async () => {
  const redis = connectRedis(redisUrl(), log);
  try {
    const lists = listCache(redis, log);
    const query = { test: dir };
    const miss = await lists.find('search:results', query);
    if (miss.hit) throw new Error('nothing was cached');
    await miss.fill('old');
    await view.process(vector(9, 1, 70));
    expect((await lists.find('search:results', query)).hit).toBe(false);
  } finally {
    redis.disconnect();
  }
});

test('a vector of another length is refused alone, also as the first of an index', async () => {
  const other = message('article-embedded', id(4), { ...embedded(4, 1, 0), vector: [1, 0, 0] });
  const fresh = await mkdtemp(join(tmpdir(), 'mimir-view-vectors-'));
  const config = configOf({ MIMIR_DATA_DIR: fresh, REDIS_URL: redisUrl() });
  const empty = await openView(viewVectors, config);
  try {
    const refusal = await empty.process(other).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ message: expect.stringContaining('3 numbers and not 2') });
    expect(refusal).not.toBeInstanceOf(FatalError);
    await empty.process(vector(5, 1, 10));
  } finally {
    await empty[Symbol.asyncDispose]();
    await rm(fresh, { recursive: true });
  }
});
