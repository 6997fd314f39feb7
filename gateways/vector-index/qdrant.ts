import { randomUUID } from 'node:crypto';
import { QdrantClient, type Schemas } from '@qdrant/js-client-rest';
import { FatalError, TransientError } from '../../streams/errors.ts';
import type { VectorHit, VectorIndex, VectorPoint, VectorQuery, VectorRebuild } from './port.ts';
import {
  notNewerThan,
  olderThan,
  payloadIndexes,
  qdrantFilter,
  type StoredPayload,
  storedPayload,
  vectorPayload,
} from './qdrant-filter.ts';

const scanPage = 500;

export interface QdrantOptions {
  readonly url: string;
  readonly apiKey?: string;
  /** The alias that readers and writers use; collections are named after it. Default `mimir-articles`. */
  readonly alias?: string;
  /** For each request; default 10 s. */
  readonly timeoutMs?: number;
}

/**
 * The vectors in Qdrant 1.16 or later. Nothing is asked of the server before the first call; the collection is made by
 * the first upsert, with the length of its vectors, and reads of what does not exist yet find nothing.
 */
export function openQdrantVectorIndex(options: QdrantOptions): VectorIndex {
  const { url, apiKey, alias = 'mimir-articles', timeoutMs = 10_000 } = options;
  const address = new URL(url);
  const prefix = address.pathname.replace(/\/$/u, '');
  const client = new QdrantClient({
    url: address.origin,
    ...(prefix === '' ? {} : { prefix }),
    ...(apiKey === undefined ? {} : { apiKey }),
    timeout: timeoutMs,
    maxConnections: 8,
    // It would print to the console; checked below.
    checkCompatibility: false,
  });
  return indexOf(client, alias, alias);
}

/**
 * @param name the alias, or for a rebuild the new collection
 */
function indexOf(client: QdrantClient, alias: string, name: string): VectorIndex {
  const createFirst = async (dimensions: number): Promise<void> => {
    await checkVersion(client);
    const collection = name === alias ? `${alias}-1` : name;
    await createCollection(client, collection, dimensions);
    if (name === alias) await pointAlias(client, alias, collection);
  };
  return {
    async upsert(points) {
      const [first] = points;
      if (first === undefined) return;
      const write = (): Promise<unknown> => client.batchUpdate(name, { wait: true, operations: points.map(newerOnly) });
      await called(async () => {
        try {
          await write();
        } catch (error) {
          if (!isMissing(error)) throw error;
          await createFirst(first.vector.length);
          await write();
        }
      });
    },
    async delete(articleIds, upTo) {
      if (articleIds.length === 0) return;
      const which = upTo === undefined ? { points: [...articleIds] } : { filter: notNewerThan(articleIds, upTo) };
      await orWhenMissing(undefined, () => client.delete(name, { wait: true, ...which }));
    },
    async fetch(articleIds) {
      if (articleIds.length === 0) return [];
      const found = await orWhenMissing([], () =>
        client.retrieve(name, { ids: [...articleIds], with_payload: true, with_vector: true }),
      );
      return found.map(pointOf);
    },
    query: (query) => queryOf(client, name, query),
    async count() {
      const { count } = await orWhenMissing({ count: 0 }, () => client.count(name, { exact: true }));
      return count;
    },
    scan: () => scanOf(client, name),
    async newestPublishedAt() {
      const { points } = await orWhenMissing({ points: [] }, () =>
        client.scroll(name, {
          limit: 1,
          order_by: { key: 'published_at', direction: 'desc' },
          with_payload: true,
          with_vector: false,
        }),
      );
      const [newest] = points.map(({ payload }) => vectorPayload(payload as unknown as StoredPayload).publishedAt);
      return newest ?? null;
    },
    rebuild: () => beginRebuild(client, alias),
    async ping() {
      await called(() => checkVersion(client));
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/**
 * Each point carries its own condition, which the server checks as it writes: two writers that overlap, the view and a
 * rebuild, cannot set an older version back. Points that are not there are inserted whatever the condition.
 */
function newerOnly(point: VectorPoint): {
  upsert: { points: { id: string; vector: number[]; payload: Record<string, unknown> }[]; update_filter: object };
} {
  return {
    upsert: {
      points: [{ id: point.articleId, vector: [...point.vector], payload: { ...storedPayload(point) } }],
      update_filter: { ...olderThan(point.version) },
    },
  };
}

function pointOf({ id, payload, vector }: Pick<Schemas['Record'], 'id' | 'payload' | 'vector'>): VectorPoint {
  const stored = payload as unknown as StoredPayload;
  return {
    articleId: String(id),
    version: stored.version,
    vector: vector as number[],
    payload: vectorPayload(stored),
  };
}

async function* scanOf(client: QdrantClient, name: string): AsyncGenerator<readonly VectorPoint[]> {
  let offset: Schemas['ScrollResult']['next_page_offset'];
  do {
    const from = offset;
    const page: Schemas['ScrollResult'] = await orWhenMissing({ points: [] }, () =>
      client.scroll(name, {
        limit: scanPage,
        with_payload: true,
        with_vector: true,
        ...(from === undefined ? {} : { offset: from }),
      }),
    );
    yield page.points.map(pointOf);
    offset = page.next_page_offset ?? undefined;
  } while (offset !== undefined);
}

async function queryOf(client: QdrantClient, name: string, query: VectorQuery): Promise<readonly VectorHit[]> {
  const { filter = {} } = query;
  // "Any of none" holds for nothing; it is not left to the server.
  const lists = [filter.feedIds, filter.languages, filter.visibilities];
  if (query.limit <= 0 || lists.some((list) => list?.length === 0)) return [];
  const { points } = await orWhenMissing({ points: [] }, () =>
    client.query(name, {
      query: [...query.vector],
      filter: qdrantFilter(filter),
      limit: query.limit,
      offset: query.offset ?? 0,
      ...(query.minScore === undefined ? {} : { score_threshold: query.minScore }),
      ...(query.exact === true ? { params: { exact: true } } : {}),
      with_payload: false,
      with_vector: false,
    }),
  );
  return points.map(({ id, score }) => ({ articleId: String(id), score }));
}

async function beginRebuild(client: QdrantClient, alias: string): Promise<VectorRebuild> {
  await removeLeftovers(client, alias);
  const next = `${alias}-${randomUUID()}`;
  let unused: string | undefined = next;
  return {
    index: indexOf(client, alias, next),
    activate: () =>
      called(async () => {
        const live = await liveCollection(client, alias);
        if (!(await client.collectionExists(next)).exists) {
          // Nothing was written. Without a live collection there is nothing to replace either.
          if (live === undefined) return;
          await createCollection(client, next, await dimensionsOf(client, live));
        }
        await pointAlias(client, alias, next);
        unused = live === next ? undefined : live;
      }),
    async cleanUp() {
      const collection = unused;
      if (collection !== undefined) await orWhenMissing(undefined, () => client.deleteCollection(collection));
    },
  };
}

/** What rebuilds left that were killed. Only names that are ours: another instance's may begin with the same letters. */
async function removeLeftovers(client: QdrantClient, alias: string): Promise<void> {
  await called(async () => {
    const live = await liveCollection(client, alias);
    const { collections } = await client.getCollections();
    for (const { name } of collections) {
      if (!name.startsWith(`${alias}-`) || name === live) continue;
      // The view may be about to make its first.
      if (live === undefined && name === `${alias}-1`) continue;
      if (ours.test(name.slice(alias.length + 1))) await client.deleteCollection(name);
    }
  });
}

const ours = /^(?:1|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/u;

async function dimensionsOf(client: QdrantClient, collection: string): Promise<number> {
  const { config } = await client.getCollection(collection);
  const size = config.params.vectors?.size;
  if (typeof size !== 'number') throw new FatalError(`Qdrant's collection ${collection} is not one of ours`);
  return size;
}

async function createCollection(client: QdrantClient, collection: string, dimensions: number): Promise<void> {
  try {
    await client.createCollection(collection, {
      vectors: { size: dimensions, distance: 'Cosine' },
      on_disk_payload: true,
    });
  } catch (error) {
    // Another process was faster.
    if (statusOf(error) !== 409) throw error;
  }
  for (const [field_name, field_schema] of Object.entries(payloadIndexes)) {
    await client.createPayloadIndex(collection, { wait: true, field_name, field_schema });
  }
}

/** Both actions take effect at once: readers see the old collection or the new one. */
async function pointAlias(client: QdrantClient, alias: string, collection: string): Promise<void> {
  const held = await liveCollection(client, alias);
  if (held === collection) return;
  await client.updateCollectionAliases({
    actions: [
      ...(held === undefined ? [] : [{ delete_alias: { alias_name: alias } }]),
      { create_alias: { collection_name: collection, alias_name: alias } },
    ],
  });
}

async function liveCollection(client: QdrantClient, alias: string): Promise<string | undefined> {
  const { aliases } = await client.getAliases();
  return aliases.find(({ alias_name }) => alias_name === alias)?.collection_name;
}

/** Before 1.16 a server takes no notice of `update_filter` and would set older versions back. */
async function checkVersion(client: QdrantClient): Promise<void> {
  const { version } = await client.versionInfo();
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < 1 || (major === 1 && minor < 16)) {
    throw new FatalError(`Qdrant ${version} is too old: conditional updates need 1.16 or later`);
  }
}

async function orWhenMissing<T>(nothing: T, call: () => Promise<unknown>): Promise<T> {
  return called(async () => {
    try {
      return (await call()) as T;
    } catch (error) {
      if (isMissing(error)) return nothing;
      throw error;
    }
  });
}

/**
 * @throws TransientError where Qdrant is away, overloaded or too slow
 * @throws FatalError where it refuses us, or the vectors' length
 * @throws Error for other requests that it calls wrong
 */
async function called<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof FatalError) throw error;
    const status = statusOf(error);
    const said = `Qdrant: ${detailOf(error)}`;
    if (status === undefined || status === 408 || status === 429 || status >= 500) {
      throw new TransientError(said, { cause: error });
    }
    if (status === 401 || status === 403 || /dimension/iu.test(said)) throw new FatalError(said, { cause: error });
    throw new Error(said, { cause: error });
  }
}

const isMissing = (error: unknown): boolean => statusOf(error) === 404;

function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('status' in error)) return undefined;
  return typeof error.status === 'number' ? error.status : undefined;
}

/** What the server said, where it said something: `{"status": {"error": "…"}}`. */
function detailOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (typeof error !== 'object' || error === null || !('data' in error)) return message;
  const data = error.data as { readonly status?: { readonly error?: unknown } } | null | undefined;
  return typeof data?.status?.error === 'string' ? data.status.error : message;
}
