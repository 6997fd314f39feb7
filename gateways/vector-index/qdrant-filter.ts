import type { Schemas } from '@qdrant/js-client-rest';
import type { VectorFilter, VectorPayload, VectorPoint } from './port.ts';

/** The payload as it is stored. The version stands in it too, so that the server can compare it. */
export interface StoredPayload {
  readonly version: number;
  readonly visibility: string;
  readonly feed_ids: readonly string[];
  readonly language: string | null;
  readonly published_at: number;
  readonly model: string;
}

/** Every field that a filter names. Without an index Qdrant reads every payload, or refuses in strict mode. */
export const payloadIndexes: { readonly [F in keyof StoredPayload]?: Schemas['PayloadFieldSchema'] } = {
  version: { type: 'integer', lookup: false, range: true },
  visibility: 'keyword',
  feed_ids: 'keyword',
  language: 'keyword',
  model: 'keyword',
  published_at: { type: 'integer', lookup: false, range: true },
};

export function storedPayload(point: VectorPoint): StoredPayload {
  const { visibility, feedIds, language, publishedAt, model } = point.payload;
  return {
    version: point.version,
    visibility,
    feed_ids: feedIds.toSorted(),
    language,
    published_at: publishedAt,
    model,
  };
}

export function vectorPayload(stored: StoredPayload): VectorPayload {
  return {
    visibility: stored.visibility,
    feedIds: stored.feed_ids,
    language: stored.language,
    publishedAt: stored.published_at,
    model: stored.model,
  };
}

/** The one place where conditions on points are made. */
export function qdrantFilter(filter: VectorFilter): Schemas['Filter'] {
  const must: Schemas['Condition'][] = [];
  if (filter.feedIds !== undefined) must.push({ key: 'feed_ids', match: { any: [...filter.feedIds] } });
  if (filter.languages !== undefined) must.push({ key: 'language', match: { any: [...filter.languages] } });
  if (filter.visibilities !== undefined) must.push({ key: 'visibility', match: { any: [...filter.visibilities] } });
  if (filter.model !== undefined) must.push({ key: 'model', match: { any: [filter.model] } });
  const range = {
    ...(filter.publishedFrom === undefined ? {} : { gte: filter.publishedFrom }),
    ...(filter.publishedTo === undefined ? {} : { lt: filter.publishedTo }),
  };
  if (Object.keys(range).length > 0) must.push({ key: 'published_at', range });
  const excluded = filter.excludeArticleIds ?? [];
  return { must, ...(excluded.length === 0 ? {} : { must_not: [{ has_id: [...excluded] }] }) };
}

/** Holds for those of the articles whose stored version is not greater. */
export function notNewerThan(articleIds: readonly string[], version: number): Schemas['Filter'] {
  return { must: [{ has_id: [...articleIds] }, { key: 'version', range: { lte: version } }] };
}

/** Holds for points whose stored version is smaller. */
export function olderThan(version: number): Schemas['Filter'] {
  return { must: [{ key: 'version', range: { lt: version } }] };
}
