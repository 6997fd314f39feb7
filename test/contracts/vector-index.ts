import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { VectorIndex, VectorPayload, VectorPoint, VectorQuery } from '../../gateways/vector-index/port.ts';

/** What the suite needs of an adapter. */
export interface VectorIndexUnderTest extends AsyncDisposable {
  /** Opens the same store again, as another process would. */
  open(): Promise<VectorIndex>;
}

const id = (number: number): string => `00000000-0000-5000-8000-${String(number).padStart(12, '0')}`;
const feedA = 'aaaaaaaa-0000-5000-8000-000000000000';
const feedB = 'bbbbbbbb-0000-5000-8000-000000000000';
const feedC = 'cccccccc-0000-5000-8000-000000000000';
const day = 86_400_000;

/** A unit vector of 8 numbers, at the angle in degrees from the first axis towards the given one. */
function at(degrees: number, axis = 1): number[] {
  const vector = Array.from({ length: 8 }, () => 0);
  vector[0] = Math.cos((degrees * Math.PI) / 180);
  vector[axis] = Math.sin((degrees * Math.PI) / 180);
  return vector;
}

function point(
  number: number,
  vector: readonly number[],
  payload: Partial<VectorPayload> = {},
  version = 1,
): VectorPoint {
  return {
    articleId: id(number),
    version,
    vector,
    payload: { visibility: 'public', feedIds: [feedA], language: 'en', publishedAt: 0, model: 'test', ...payload },
  };
}

/** The same suite over each adapter. The tests build on each other: they are run in order. */
export function vectorIndexContract(name: string, start: () => Promise<VectorIndexUnderTest>): void {
  describe(`contract: ${name}`, () => {
    let store: VectorIndexUnderTest;
    let index: VectorIndex;

    beforeAll(async () => {
      store = await start();
      index = await store.open();
    });
    afterAll(async () => {
      await index[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    });

    const numbers = async (query: Partial<VectorQuery>, on: VectorIndex = index): Promise<number[]> => {
      const hits = await on.query({ vector: at(0), limit: 10, ...query });
      return hits.map((hit) => Number(hit.articleId.slice(-12)));
    };

    test('an empty index answers, and has nothing', async () => {
      await index.ping();
      expect(await index.count()).toBe(0);
      expect(await index.newestPublishedAt()).toBeNull();
      expect(await index.fetch([id(1)])).toEqual([]);
      expect(await numbers({})).toEqual([]);
      await index.delete([id(1)]);
    });

    test('what was upserted is seen at once, nearest first, with the cosine as score', async () => {
      await index.upsert([
        point(3, at(90), { feedIds: [feedC], language: null, publishedAt: 3 * day, model: 'other' }),
        point(1, at(10), { feedIds: [feedA], language: 'en', publishedAt: day }),
        point(2, at(40), { feedIds: [feedA, feedB], language: 'de', publishedAt: 2 * day }),
        point(4, at(170), { feedIds: [feedB], language: 'en', publishedAt: 4 * day, visibility: 'theirs' }),
      ]);
      expect(await index.count()).toBe(4);
      expect(await index.newestPublishedAt()).toBe(4 * day);
      const hits = await index.query({ vector: at(0), limit: 10 });
      expect(hits.map((hit) => hit.articleId)).toEqual([id(1), id(2), id(3), id(4)]);
      const cosines = [10, 40, 90, 170].map((degrees) => Math.cos((degrees * Math.PI) / 180));
      for (const [place, cosine] of cosines.entries()) expect(hits[place]?.score).toBeCloseTo(cosine, 5);
    });

    test('another process sees it too', async () => {
      await using other = await store.open();
      expect(await numbers({}, other)).toEqual([1, 2, 3, 4]);
    });

    test('points come back whole', async () => {
      const [found, ...more] = await index.fetch([id(2), id(99)]);
      expect(more).toEqual([]);
      const { vector, ...rest } = point(2, [], { feedIds: [feedA, feedB], language: 'de', publishedAt: 2 * day });
      expect({ ...found, vector: [] }).toEqual({ ...rest, vector });
      for (const [place, number] of at(40).entries()) expect(found?.vector[place]).toBeCloseTo(number, 6);
    });

    test.each<[string, Partial<VectorQuery>, number[]]>([
      ['a limit', { limit: 2 }, [1, 2]],
      ['a limit of none', { limit: 0 }, []],
      ['an offset', { limit: 2, offset: 1 }, [2, 3]],
      ['an offset past the end', { offset: 9 }, []],
      ['that every point is compared', { exact: true, minScore: 0.5 }, [1, 2]],
      ['a least score', { minScore: 0.5 }, [1, 2]],
      ['one feed', { filter: { feedIds: [feedB] } }, [2, 4]],
      ['any of several feeds, each point once', { filter: { feedIds: [feedA, feedB] } }, [1, 2, 4]],
      ['a feed of nothing', { filter: { feedIds: ['dddddddd-0000-5000-8000-000000000000'] } }, []],
      ['no feeds at all', { filter: { feedIds: [] } }, []],
      ['languages', { filter: { languages: ['en', 'fr'] } }, [1, 4]],
      ['visibilities', { filter: { visibilities: ['public'] } }, [1, 2, 3]],
      ['no visibilities at all', { filter: { visibilities: [] } }, []],
      ['the model', { filter: { model: 'other' } }, [3]],
      ['no languages at all', { filter: { languages: [] } }, []],
      ['a first moment, inclusive', { filter: { publishedFrom: 2 * day } }, [2, 3, 4]],
      ['a last moment, exclusive', { filter: { publishedTo: 2 * day } }, [1]],
      ['a span', { filter: { publishedFrom: 2 * day, publishedTo: 4 * day } }, [2, 3]],
      ['articles left out', { filter: { excludeArticleIds: [id(1), id(3)] } }, [2, 4]],
      ['nothing left out', { filter: { excludeArticleIds: [] } }, [1, 2, 3, 4]],
      [
        'all of it together',
        { minScore: 0, filter: { feedIds: [feedA, feedB], publishedFrom: day, excludeArticleIds: [id(1)] } },
        [2],
      ],
    ])('a query honours %s', async (_title, query, expected) => {
      expect(await numbers(query)).toEqual(expected);
    });

    test('a greater version replaces vector and payload', async () => {
      await index.upsert([point(4, at(5), { feedIds: [feedC], language: 'fr', publishedAt: 9 * day }, 2)]);
      expect(await numbers({})).toEqual([4, 1, 2, 3]);
      expect(await numbers({ filter: { feedIds: [feedB] } })).toEqual([2]);
      expect(await numbers({ filter: { feedIds: [feedC] } })).toEqual([4, 3]);
      expect(await index.count()).toBe(4);
    });

    test('an equal or smaller version changes nothing, while new points of the same call are stored', async () => {
      await index.upsert([
        point(4, at(120), { feedIds: [feedA] }, 1),
        point(4, at(120), { feedIds: [feedA] }, 2),
        point(5, at(60), { feedIds: [feedB] }),
      ]);
      const found = (await index.fetch([id(4), id(5)])).toSorted((a, b) => (a.articleId < b.articleId ? -1 : 1));
      expect(found.map(({ version, payload }) => [version, payload.feedIds])).toEqual([
        [2, [feedC]],
        [1, [feedB]],
      ]);
    });

    test('versions as great as a time in microseconds keep their order', async () => {
      const now = 1_790_000_000_000_000;
      await index.upsert([point(6, at(60), { language: 'first' }, now)]);
      await index.upsert([point(6, at(60), { language: 'second' }, now + 1)]);
      await index.upsert([point(6, at(60), { language: 'late' }, now)]);
      expect((await index.fetch([id(6)])).map(({ version, payload }) => [version, payload.language])).toEqual([
        [now + 1, 'second'],
      ]);
    });

    test('deleting removes points, and what is not there is no error', async () => {
      await index.delete([id(5), id(6), id(77)]);
      expect(await index.count()).toBe(4);
      expect(await index.fetch([id(5), id(6)])).toEqual([]);
      expect(await numbers({ filter: { feedIds: [feedB] } })).toEqual([2]);
    });

    test('deleting up to a version leaves what is newer', async () => {
      await index.upsert([point(5, at(60), { feedIds: [feedB] }, 7), point(6, at(60), {}, 9)]);
      await index.delete([id(5), id(6), id(77)], 8);
      expect((await index.fetch([id(5), id(6)])).map(({ version }) => version)).toEqual([9]);
      expect(await numbers({ filter: { feedIds: [feedB] } })).toEqual([2]);
      await index.delete([id(6)], 9);
      expect(await index.count()).toBe(4);
    });

    test('a scan gives every point once, whole', async () => {
      const more = Array.from({ length: 1_234 }, (_, number) => point(1_000 + number, at(number % 90)));
      await index.upsert(more);
      const scanned: VectorPoint[] = [];
      for await (const page of index.scan()) scanned.push(...page);
      expect(new Set(scanned.map(({ articleId }) => articleId)).size).toBe(scanned.length);
      expect(scanned).toHaveLength(await index.count());
      const [held] = await index.fetch([id(1_500)]);
      expect(scanned.find(({ articleId }) => articleId === id(1_500))).toEqual(held);
      await index.delete(more.map(({ articleId }) => articleId));
    });

    test('two writers at once leave the greatest version', async () => {
      await using other = await store.open();
      const versions = Array.from({ length: 20 }, (_, version) => version + 1);
      await Promise.all(
        versions.map((version) => (version % 2 === 0 ? index : other).upsert([point(7, at(80), {}, version)])),
      );
      expect((await index.fetch([id(7)])).map(({ version }) => version)).toEqual([20]);
      await index.delete([id(7)]);
    });

    test('vectors of another length are refused', async () => {
      await expect(index.upsert([point(8, [1, 0])])).rejects.toThrow(/dimension|holds vectors of 8/iu);
      await expect(index.query({ vector: [1, 0], limit: 1 })).rejects.toThrow(/dimension|holds vectors of 8/iu);
      expect(await index.count()).toBe(4);
    });

    test('a rebuild is seen by nobody before it is active, and by everybody after', async () => {
      await using reader = await store.open();
      const rebuild = await index.rebuild();
      await rebuild.index.upsert([point(11, at(20), { feedIds: [feedB] }), point(12, at(30))]);
      expect(await rebuild.index.count()).toBe(2);
      expect(await numbers({})).toEqual([4, 1, 2, 3]);
      expect(await numbers({}, reader)).toEqual([4, 1, 2, 3]);
      await index.upsert([point(13, at(1))]);

      await rebuild.activate();
      expect(await numbers({})).toEqual([11, 12]);
      expect(await numbers({}, reader)).toEqual([11, 12]);
      await reader.upsert([point(14, at(2))]);
      await rebuild.cleanUp();
      expect(await numbers({})).toEqual([14, 11, 12]);
      expect(await numbers({ filter: { feedIds: [feedB] } }, reader)).toEqual([11]);
    });

    test('a rebuild that is given up leaves the old index', async () => {
      const rebuild = await index.rebuild();
      await rebuild.index.upsert([point(21, at(20))]);
      await rebuild.cleanUp();
      expect(await numbers({})).toEqual([14, 11, 12]);
    });

    test('a rebuild begins by removing what one left that was killed', async () => {
      const killed = await index.rebuild();
      await killed.index.upsert([point(31, at(20))]);
      const rebuild = await index.rebuild();
      expect(await killed.index.count().catch(() => 0)).toBe(0);
      await rebuild.cleanUp();
      expect(await numbers({})).toEqual([14, 11, 12]);
    });

    test('a rebuild from nothing leaves an empty index that can be written', async () => {
      const rebuild = await index.rebuild();
      await rebuild.activate();
      await rebuild.cleanUp();
      expect(await numbers({})).toEqual([]);
      expect(await index.count()).toBe(0);
    });
  });
}
