import type { ArticleEnriched, Entity, Keyword, SkippedEnricher } from '../schemas/types.ts';

/**
 * An article as it is read: what a row of content.articles holds, with the ids of the feeds that list it. The fields
 * are named as the columns. It is also the JSON in Redis, hence times are ISO 8601 texts in UTC with milliseconds.
 */
export interface ArticleRecord {
  readonly id: string;
  readonly version: number;
  readonly visibility: string;
  readonly url: string;
  readonly canonical_url: string | null;
  readonly site_name: string | null;
  readonly title: string;
  readonly content: string;
  readonly html: string | null;
  readonly summary: string | null;
  readonly author: string | null;
  readonly authors: readonly string[];
  readonly tags: readonly string[];
  readonly section: string | null;
  readonly paywall: boolean | null;
  readonly withheld: string | null;
  readonly image_url: string | null;
  readonly published_date: string;
  readonly published_at_source: string;
  readonly modified_at: string | null;
  readonly scraped_at: string;
  readonly language: string | null;
  readonly language_confidence: number;
  readonly keywords: readonly Keyword[];
  readonly word_count: number;
  readonly reading_time_seconds: number;
  readonly sentiment_label: string | null;
  readonly sentiment_score: number | null;
  readonly sentiment_method: string | null;
  readonly language_method: string;
  readonly keywords_method: string;
  readonly sentence_count: number;
  readonly sentiment_confidence: number | null;
  readonly entities: readonly Entity[];
  readonly entities_method: string;
  readonly machine_summary: string | null;
  readonly machine_summary_method: string | null;
  readonly machine_summary_confidence: number | null;
  readonly quality: readonly string[];
  readonly quality_method: string;
  readonly quality_confidences: readonly number[];
  readonly skipped_enrichers: readonly SkippedEnricher[];
  readonly extraction_method: string;
  readonly extraction_confidence: number;
  readonly content_hash: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Sorted. Not a column: the rows of content.article_feeds. */
  readonly feed_ids: readonly string[];
}

type Column = Exclude<keyof ArticleRecord, 'feed_ids'>;

/** Every column with its type. The writer and every reader take their lists from here. */
export const articleColumnTypes: { readonly [C in Column]: string } = {
  id: 'uuid',
  version: 'bigint',
  visibility: 'text',
  url: 'text',
  canonical_url: 'text',
  site_name: 'text',
  title: 'text',
  content: 'text',
  html: 'text',
  summary: 'text',
  author: 'text',
  authors: 'text[]',
  tags: 'text[]',
  section: 'text',
  paywall: 'boolean',
  withheld: 'text',
  image_url: 'text',
  published_date: 'timestamptz',
  published_at_source: 'text',
  modified_at: 'timestamptz',
  scraped_at: 'timestamptz',
  language: 'text',
  language_confidence: 'double precision',
  keywords: 'jsonb',
  word_count: 'integer',
  reading_time_seconds: 'integer',
  sentiment_label: 'text',
  sentiment_score: 'double precision',
  sentiment_method: 'text',
  language_method: 'text',
  keywords_method: 'text',
  sentence_count: 'integer',
  sentiment_confidence: 'double precision',
  entities: 'jsonb',
  entities_method: 'text',
  machine_summary: 'text',
  machine_summary_method: 'text',
  machine_summary_confidence: 'double precision',
  quality: 'text[]',
  quality_method: 'text',
  quality_confidences: 'double precision[]',
  skipped_enrichers: 'jsonb',
  extraction_method: 'text',
  extraction_confidence: 'double precision',
  content_hash: 'text',
  metadata: 'jsonb',
};

export const articleColumns = Object.keys(articleColumnTypes) as readonly Column[];

/** A row of content.articles as pg gives it: times as Date. feed_ids may be missing where it was not asked for. */
export type ArticleRow = {
  readonly [C in Column]: C extends 'published_date' | 'scraped_at'
    ? Date
    : C extends 'modified_at'
      ? Date | null
      : ArticleRecord[C];
} & { readonly feed_ids?: readonly string[] | null };

export function articleRecordOfRow(row: ArticleRow): ArticleRecord {
  const { published_date, scraped_at, modified_at, feed_ids, ...same } = row;
  return {
    ...same,
    published_date: published_date.toISOString(),
    scraped_at: scraped_at.toISOString(),
    modified_at: modified_at === null ? null : modified_at.toISOString(),
    feed_ids: (feed_ids ?? []).toSorted(),
  };
}

/**
 * @throws RangeError for times that no calendar holds
 */
export function articleRecord(enriched: ArticleEnriched): ArticleRecord {
  const { article, sentiment } = enriched;
  return storable({
    id: enriched.article_id,
    version: enriched.version,
    visibility: article.visibility,
    url: article.url,
    canonical_url: article.canonical_url,
    site_name: article.site_name,
    title: article.title,
    content: article.text,
    html: article.html,
    summary: article.summary,
    author: article.authors.length === 0 ? null : article.authors.join(', '),
    authors: article.authors,
    tags: article.tags,
    section: article.section,
    paywall: article.paywall,
    withheld: article.withheld,
    image_url: article.image_url,
    published_date: new Date(article.published_at).toISOString(),
    published_at_source: article.published_at_source,
    modified_at: article.modified_at === null ? null : new Date(article.modified_at).toISOString(),
    scraped_at: new Date(article.fetched_at).toISOString(),
    language: enriched.language,
    language_confidence: enriched.language_confidence,
    keywords: enriched.keywords.map(({ term, weight }) => ({ term, weight })),
    word_count: enriched.word_count,
    reading_time_seconds: enriched.reading_time_seconds,
    sentiment_label: sentiment?.label ?? null,
    sentiment_score: sentiment?.score ?? null,
    sentiment_method: sentiment?.method ?? null,
    language_method: enriched.language_method,
    keywords_method: enriched.keywords_method,
    sentence_count: enriched.sentence_count,
    sentiment_confidence: sentiment?.confidence ?? null,
    entities: enriched.entities.map(({ key, name, type, count, confidence }) => ({
      key,
      name,
      type,
      count,
      confidence,
    })),
    entities_method: enriched.entities_method,
    machine_summary: enriched.summary?.text ?? null,
    machine_summary_method: enriched.summary?.method ?? null,
    // 0 in records from before there were confidences.
    machine_summary_confidence: enriched.summary?.confidence || null,
    quality: enriched.quality,
    quality_method: enriched.quality_method,
    quality_confidences: enriched.quality_confidences,
    skipped_enrichers: enriched.skipped.map(({ enricher, reason }) => ({ enricher, reason })),
    extraction_method: article.extraction_method,
    extraction_confidence: article.extraction_confidence,
    content_hash: article.content_hash,
    metadata: { language_hint: article.language_hint, text_hash: article.text_hash },
    feed_ids: [...new Set(article.feed_ids)].toSorted(),
  });
}

/**
 * The same value with every text as Postgres can hold it: without U+0000, lone surrogates replaced by U+FFFD. Stages
 * remove both; what an older one let through must not stop a view.
 */
export function storable<T>(value: T): T {
  if (typeof value === 'string') return value.toWellFormed().replaceAll('\0', '') as T;
  if (Array.isArray(value)) return value.map(storable) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, storable(field)])) as T;
}
