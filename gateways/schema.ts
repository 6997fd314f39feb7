import type { ColumnType, Generated, JSONColumnType } from 'kysely';

/**
 * The tables of migrations/*.sql, for queries that the compiler checks. A test holds the column names against the
 * database. Times come back as Date and may be given as Date or ISO 8601 text.
 */
export interface Database {
  organizations: Organizations;
  feeds: Feeds;
  sources: Sources;
  former_feeds: FormerFeeds;
  outbox: Outbox;
  pushed_entries: PushedEntries;
  'content.articles': ContentArticles;
  'content.article_feeds': ContentArticleFeeds;
  'content.duplicates': ContentDuplicates;
  'content.feed_status': ContentFeedStatus;
  'content.positions': ContentPositions;
}

/** The organisation that everything belongs to until identities exist; inserted by the first migration. */
export const defaultOrganizationId = '00000000-0000-4000-8000-000000000001';

type Time = ColumnType<Date, Date | string, Date | string>;
type TimeOrNull = ColumnType<Date | null, Date | string | null, Date | string | null>;
type GeneratedTime = ColumnType<Date, Date | string | undefined, Date | string>;
/** Read as an object, written as JSON text. */
type Json = JSONColumnType<Record<string, unknown>, string | undefined>;

export interface Organizations {
  id: string;
  name: string;
  slug: string;
  tier: Generated<string>;
  created_at: GeneratedTime;
}

export interface Feeds {
  id: string;
  visibility: Generated<string>;
  url: string;
  connector: string;
  config: Json;
  title: string | null;
  site_url: string | null;
  interval_seconds: number | null;
  next_due_at: GeneratedTime;
  last_requested_at: TimeOrNull;
  created_at: GeneratedTime;
  health: Generated<string>;
  health_reason: Generated<string>;
  checked_at: TimeOrNull;
  retry_at: TimeOrNull;
  paused: Generated<boolean>;
  failures: Generated<number>;
  failing_since: TimeOrNull;
  worked_at: TimeOrNull;
  entry_count: Generated<number>;
  recent: JSONColumnType<readonly RecentCollection[], string | undefined>;
  adaptive_seconds: number | null;
  fresh_seconds: number | null;
  moved_to: string | null;
  moved_times: Generated<number>;
}

/** One collection of a feed. */
export interface RecentCollection {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Entries not collected before. */
  readonly new: number;
  /** In words; null where it went well. */
  readonly failed: string | null;
  /** In words, what was odd although it went well; null where nothing was. */
  readonly odd: string | null;
}

/** A feed that has moved: its old id and address. */
export interface FormerFeeds {
  id: string;
  visibility: string;
  url: string;
  feed_id: string;
  moved_at: GeneratedTime;
}

export interface Sources {
  id: string;
  organization_id: string;
  feed_id: string;
  name: string;
  display_name: string | null;
  description: string | null;
  url: string;
  type: string;
  config: Json;
  enabled: Generated<boolean>;
  created_at: GeneratedTime;
  updated_at: GeneratedTime;
  interval_seconds: number | null;
  cron: string | null;
  time_zone: string | null;
  frequency: string | null;
  credentials: string | null;
  tags: Generated<string[]>;
}

export interface PushedEntries {
  feed_id: string;
  article_id: string;
  hash: string;
  pushed_at: GeneratedTime;
}

export interface Outbox {
  id: Generated<number>;
  topic: string;
  key: string;
  payload: JSONColumnType<Record<string, unknown> | null, string | null, string | null>;
  created_at: GeneratedTime;
}

/** search_vector is generated; it is for conditions and ranking. */
export interface ContentArticles {
  id: string;
  version: number;
  visibility: string;
  url: string;
  canonical_url: string | null;
  site_name: string | null;
  title: string;
  content: string;
  html: string | null;
  summary: string | null;
  author: string | null;
  authors: string[];
  tags: string[];
  image_url: string | null;
  published_date: Time;
  published_at_source: string;
  modified_at: TimeOrNull;
  scraped_at: Time;
  language: string | null;
  language_confidence: number;
  keywords: JSONColumnType<readonly { readonly term: string; readonly weight: number }[]>;
  word_count: number;
  reading_time_seconds: number;
  sentiment_label: string | null;
  sentiment_score: number | null;
  sentiment_method: string | null;
  extraction_method: string;
  extraction_confidence: number;
  content_hash: string;
  metadata: Json;
  search_vector: ColumnType<string, never, never>;
  section: string | null;
  paywall: boolean | null;
  withheld: string | null;
}

export interface ContentArticleFeeds {
  article_id: string;
  feed_id: string;
}

export interface ContentDuplicates {
  article_id: string;
  original_id: string | null;
  reason: string;
  score: number;
  version: number;
  method: string;
}

export interface ContentFeedStatus {
  feed_id: string;
  checked_at: Time;
  outcome: string;
  http_status: number | null;
  error_code: string | null;
  error_detail: string | null;
  title: string | null;
  site_url: string | null;
  entry_count: number;
  new_entry_count: number;
  duration_ms: number;
  moved_to: string | null;
  fresh_seconds: number | null;
  retry_after_seconds: number | null;
  newest_at: TimeOrNull;
  warnings: Generated<string[]>;
  oldest_at: TimeOrNull;
}

export interface ContentPositions {
  topic: string;
  partition: number;
  next_offset: number;
}
