import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { VectorPoint } from '../../../gateways/vector-index/port.ts';
import { openQdrantVectorIndex } from '../../../gateways/vector-index/qdrant.ts';
import { FatalError, TransientError } from '../../../streams/errors.ts';
import { vectorIndexContract } from '../../contracts/vector-index.ts';
import { type QdrantDouble, startQdrantDouble } from './qdrant-double.ts';

vectorIndexContract('the Qdrant adapter, against a stand-in for the server', async () => {
  const double = await startQdrantDouble();
  return {
    open: () => Promise.resolve(openQdrantVectorIndex({ url: double.url, alias: 'contract' })),
    [Symbol.asyncDispose]: () => double[Symbol.asyncDispose](),
  };
});

const realUrl = process.env['QDRANT_URL'];
describe.skipIf(realUrl === undefined)('with QDRANT_URL', () => {
  const alias = `contract-${randomUUID()}`;
  vectorIndexContract('the Qdrant adapter, against a real server', () =>
    Promise.resolve({
      open: () => Promise.resolve(openQdrantVectorIndex({ url: realUrl ?? '', alias })),
      async [Symbol.asyncDispose]() {
        const response = await fetch(new URL('/aliases', realUrl));
        const { result } = (await response.json()) as {
          result: { aliases: { alias_name: string; collection_name: string }[] };
        };
        for (const { alias_name, collection_name } of result.aliases) {
          if (alias_name !== alias) continue;
          await fetch(new URL(`/collections/${collection_name}`, realUrl), { method: 'DELETE' });
        }
      },
    }),
  );
});

const indexed = (field_name: string, field_schema: unknown) => ({
  call: 'PUT /collections/news-1/index?wait=true',
  body: { field_name, field_schema },
});

describe('what the Qdrant adapter sends', () => {
  const articleId = 'e7f6d1b1-0000-5000-8000-000000000001';
  const point: VectorPoint = {
    articleId,
    version: 1_790_000_000_000_003,
    vector: [0.6, 0.8],
    payload: { visibility: 'public', feedIds: ['b', 'a'], language: 'en', publishedAt: 1_790_000_000_000, model: 'm' },
  };
  let double: QdrantDouble;
  const open = (timeoutMs = 10_000) => openQdrantVectorIndex({ url: double.url, alias: 'news', timeoutMs });

  beforeEach(async () => {
    double = await startQdrantDouble();
  });
  afterEach(() => double[Symbol.asyncDispose]());

  test('the first upsert makes the collection with its named indexes and the alias, then writes', async () => {
    await open().upsert([point]);
    const write = {
      call: 'POST /collections/news/points/batch?wait=true',
      body: {
        operations: [
          {
            upsert: {
              points: [
                {
                  id: articleId,
                  vector: [0.6, 0.8],
                  payload: {
                    version: 1_790_000_000_000_003,
                    visibility: 'public',
                    feed_ids: ['a', 'b'],
                    language: 'en',
                    published_at: 1_790_000_000_000,
                    model: 'm',
                  },
                },
              ],
              update_filter: { must: [{ key: 'version', range: { lt: 1_790_000_000_000_003 } }] },
            },
          },
        ],
      },
    };
    expect(double.requests).toEqual([
      write,
      { call: 'GET /', body: undefined },
      { call: 'PUT /collections/news-1', body: { vectors: { size: 2, distance: 'Cosine' }, on_disk_payload: true } },
      indexed('version', { type: 'integer', lookup: false, range: true }),
      indexed('visibility', 'keyword'),
      indexed('feed_ids', 'keyword'),
      indexed('language', 'keyword'),
      indexed('model', 'keyword'),
      indexed('published_at', { type: 'integer', lookup: false, range: true }),
      { call: 'GET /aliases', body: undefined },
      {
        call: 'POST /collections/aliases',
        body: { actions: [{ create_alias: { collection_name: 'news-1', alias_name: 'news' } }] },
      },
      write,
    ]);
  });

  test('a query carries all its conditions and asks for neither payload nor vector', async () => {
    await open().query({
      vector: [0.6, 0.8],
      limit: 20,
      offset: 40,
      minScore: 0.3,
      filter: {
        feedIds: ['a', 'b'],
        languages: ['en'],
        publishedFrom: 1000,
        publishedTo: 2000,
        excludeArticleIds: [articleId],
      },
    });
    expect(double.requests).toEqual([
      {
        call: 'POST /collections/news/points/query',
        body: {
          query: [0.6, 0.8],
          filter: {
            must: [
              { key: 'feed_ids', match: { any: ['a', 'b'] } },
              { key: 'language', match: { any: ['en'] } },
              { key: 'published_at', range: { gte: 1000, lt: 2000 } },
            ],
            must_not: [{ has_id: [articleId] }],
          },
          limit: 20,
          offset: 40,
          score_threshold: 0.3,
          with_payload: false,
          with_vector: false,
        },
      },
    ]);
  });

  test.each([
    [true, { params: { exact: true } }],
    [false, {}],
  ])('a query that is exact or not (%s) says so', async (exact, said) => {
    await open().query({ vector: [0.6, 0.8], limit: 1, exact });
    const rest = {
      query: [0.6, 0.8],
      filter: { must: [] },
      limit: 1,
      offset: 0,
      with_payload: false,
      with_vector: false,
    };
    expect(double.requests.map(({ body }) => body)).toEqual([{ ...rest, ...said }]);
  });

  test('fetching, counting and deleting name the alias, and deleting waits', async () => {
    const index = open();
    await index.fetch([articleId]);
    await index.count();
    await index.newestPublishedAt();
    await index.delete([articleId]);
    expect(double.requests).toEqual([
      {
        call: 'POST /collections/news/points',
        body: { ids: [articleId], with_payload: true, with_vector: true },
      },
      { call: 'POST /collections/news/points/count', body: { exact: true } },
      {
        call: 'POST /collections/news/points/scroll',
        body: {
          limit: 1,
          order_by: { key: 'published_at', direction: 'desc' },
          with_payload: true,
          with_vector: false,
        },
      },
      { call: 'POST /collections/news/points/delete?wait=true', body: { points: [articleId] } },
    ]);
  });

  test('a rebuild moves the alias in one request and then removes the old collection', async () => {
    const index = open();
    await index.upsert([point]);
    const rebuild = await index.rebuild();
    await rebuild.index.upsert([point]);
    const before = double.requests.length;
    await rebuild.activate();
    await rebuild.cleanUp();
    const sent = double.requests.slice(before).filter(({ call }) => !call.startsWith('GET'));
    const next = expect.stringMatching(/^news-[\da-f-]{36}$/u) as string;
    expect(sent).toEqual([
      {
        call: 'POST /collections/aliases',
        body: {
          actions: [
            { delete_alias: { alias_name: 'news' } },
            { create_alias: { collection_name: next, alias_name: 'news' } },
          ],
        },
      },
      { call: 'DELETE /collections/news-1', body: undefined },
    ]);
  });

  test.each([[429], [500], [503]])('status %i is a transient error', async (status) => {
    double.answerWith(status);
    await expect(open().upsert([point])).rejects.toBeInstanceOf(TransientError);
    await expect(open().query({ vector: [1, 0], limit: 1 })).rejects.toBeInstanceOf(TransientError);
    await expect(open().ping()).rejects.toBeInstanceOf(TransientError);
  });

  test('a server that does not answer is a transient error', async () => {
    double.answerWith('hang');
    await expect(open(200).count()).rejects.toBeInstanceOf(TransientError);
  });

  test('a server that is away is a transient error', async () => {
    const index = openQdrantVectorIndex({ url: 'http://127.0.0.1:1' });
    await expect(index.upsert([point])).rejects.toBeInstanceOf(TransientError);
    await expect(index.ping()).rejects.toBeInstanceOf(TransientError);
  });

  test.each([[401], [403]])('status %i is a fatal error', async (status) => {
    double.answerWith(status);
    await expect(open().upsert([point])).rejects.toBeInstanceOf(FatalError);
  });

  test('a server that knows no conditional updates is refused before anything is written', async () => {
    double.setVersion('1.15.5');
    await expect(open().upsert([point])).rejects.toThrow(FatalError);
    await expect(open().ping()).rejects.toThrow('1.16 or later');
    expect(await open().count()).toBe(0);
  });

  test('a path in the address is kept, and so is its port', async () => {
    await expect(openQdrantVectorIndex({ url: `${double.url}/vectors/` }).ping()).rejects.toThrow('Qdrant');
    expect(double.requests.map(({ call }) => call)).toEqual(['GET /vectors/']);
  });
});
