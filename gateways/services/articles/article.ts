import type { ArticleRecord } from '../../article-record.ts';
import type { Entity, Keyword, SkippedEnricher } from '../../../schemas/types.ts';

/** An article as both APIs show it, without its text: what lists are made of. Times are ISO 8601 texts in UTC. */
export interface ArticleSummary {
  readonly id: string;
  readonly url: string;
  readonly canonical_url: string | null;
  readonly site_name: string | null;
  readonly title: string;
  readonly summary: string | null;
  readonly author: string | null;
  readonly authors: readonly string[];
  readonly tags: readonly string[];
  readonly section: string | null;
  /** Null: the page does not say. */
  readonly paywall: boolean | null;
  /** Why the page's text is not kept; null: it is. */
  readonly withheld: string | null;
  readonly image_url: string | null;
  readonly published_at: string;
  readonly published_at_source: string;
  readonly modified_at: string | null;
  readonly scraped_at: string;
  readonly language: string | null;
  readonly language_confidence: number;
  readonly language_method: string;
  readonly keywords: readonly Keyword[];
  readonly keywords_method: string;
  readonly word_count: number;
  readonly reading_time_seconds: number;
  readonly sentence_count: number;
  readonly sentiment: ArticleSentiment | null;
  /** The most mentioned first. */
  readonly entities: readonly Entity[];
  readonly entities_method: string;
  /** The machine's; `summary` is the publisher's. */
  readonly machine_summary: MachineSummary | null;
  /** Flags such as paywall_stub. */
  readonly quality: readonly string[];
  readonly quality_method: string;
  /** 0.5 to 1 for each flag, in their order; empty: judged before there were any. */
  readonly quality_confidences: readonly number[];
  /** What did not judge it. */
  readonly skipped: readonly SkippedEnricher[];
  readonly extraction_method: string;
  readonly extraction_confidence: number;
  /** Null: it is no copy of another article. */
  readonly duplicate: DuplicateLink | null;
  /** The feeds that list it. */
  readonly feed_ids: readonly string[];
}

export interface ArticleSentiment {
  readonly label: string;
  readonly score: number;
  readonly method: string;
  /** 0 to 1; null: judged before there was one. */
  readonly confidence: number | null;
}

export interface MachineSummary {
  readonly text: string;
  readonly method: string;
  /** 0 to 1: the share of what the text says that it says too; null: made before there was one. */
  readonly confidence: number | null;
}

export interface Article extends ArticleSummary {
  /** Plain text; paragraphs are separated by one empty line. */
  readonly content: string;
  /** The same, as sanitised HTML. */
  readonly html: string | null;
}

export interface DuplicateLink {
  readonly original_id: string;
  readonly reason: string;
  /** 0 to 1. */
  readonly score: number;
  /** What judged, with its version. */
  readonly method: string;
}

export function articleOf(record: ArticleRecord, duplicate: DuplicateLink | null): Article {
  return {
    id: record.id,
    url: record.url,
    canonical_url: record.canonical_url,
    site_name: record.site_name,
    title: record.title,
    summary: record.summary,
    content: record.content,
    html: record.html,
    author: record.author,
    authors: record.authors,
    tags: record.tags,
    // Redis may hold records from before there were these fields.
    section: record.section ?? null,
    paywall: record.paywall ?? null,
    withheld: record.withheld ?? null,
    image_url: record.image_url,
    published_at: record.published_date,
    published_at_source: record.published_at_source,
    modified_at: record.modified_at,
    scraped_at: record.scraped_at,
    language: record.language,
    language_confidence: record.language_confidence,
    language_method: record.language_method ?? '',
    keywords: record.keywords,
    keywords_method: record.keywords_method ?? '',
    word_count: record.word_count,
    reading_time_seconds: record.reading_time_seconds,
    sentence_count: record.sentence_count ?? 0,
    sentiment: sentimentOf(record),
    entities: record.entities ?? [],
    entities_method: record.entities_method ?? '',
    machine_summary: machineSummaryOf(record),
    quality: record.quality ?? [],
    quality_method: record.quality_method ?? '',
    quality_confidences: record.quality_confidences ?? [],
    skipped: record.skipped_enrichers ?? [],
    extraction_method: record.extraction_method,
    extraction_confidence: record.extraction_confidence,
    duplicate,
    feed_ids: record.feed_ids,
  };
}

/** Redis may hold records from before there were these fields. */
function machineSummaryOf(record: Partial<ArticleRecord>): MachineSummary | null {
  const { machine_summary: text, machine_summary_method: method, machine_summary_confidence: confidence } = record;
  return (text ?? null) === null ? null : { text: text ?? '', method: method ?? '', confidence: confidence ?? null };
}

function sentimentOf(record: ArticleRecord): ArticleSentiment | null {
  if (record.sentiment_label === null) return null;
  return {
    label: record.sentiment_label,
    score: record.sentiment_score ?? 0,
    method: record.sentiment_method ?? '',
    confidence: record.sentiment_confidence ?? null,
  };
}

export function summaryOf({ content: _content, html: _html, ...summary }: Article): ArticleSummary {
  return summary;
}

/**
 * @param link of which a null original says that the article was judged to be no copy any more
 */
export function duplicateLink(
  link: (Omit<DuplicateLink, 'original_id'> & { readonly original_id: string | null }) | null | undefined,
): DuplicateLink | null {
  const originalId = link?.original_id ?? null;
  return link === null || link === undefined || originalId === null
    ? null
    : { original_id: originalId, reason: link.reason, score: link.score, method: link.method };
}
