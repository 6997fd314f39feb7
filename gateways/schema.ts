import type { ColumnType, Generated, JSONColumnType } from 'kysely';
import type { Entity, SkippedEnricher } from '../schemas/types.ts';
import type { Report } from './reports/report.ts';

/**
 * The tables of migrations/*.sql, for queries that the compiler checks. A test holds the column names against the
 * database. Times come back as Date and may be given as Date or ISO 8601 text.
 */
export interface Database {
  organizations: Organizations;
  feeds: Feeds;
  sources: Sources;
  former_feeds: FormerFeeds;
  topics: Topics;
  keywords: Keywords;
  story_overrides: StoryOverrides;
  outbox: Outbox;
  notification_channels: NotificationChannels;
  saved_searches: SavedSearches;
  alert_kind_settings: AlertKindSettings;
  alert_settings: AlertSettings;
  alerts: Alerts;
  alert_lanes: AlertLanes;
  alerts_let_go: AlertsLetGo;
  notifications: Notifications;
  alert_deliveries: AlertDeliveries;
  watched_articles: WatchedArticles;
  report_schedules: ReportSchedules;
  reports: Reports;
  rule_sets: RuleSets;
  rules: Rules;
  article_marks: ArticleMarks;
  rule_runs: RuleRuns;
  pushed_entries: PushedEntries;
  article_metrics: ArticleMetrics;
  user_activity: UserActivity;
  metric_articles: MetricArticles;
  metric_touched: MetricTouched;
  metric_feeds: MetricFeeds;
  metric_audit: MetricAudit;
  'content.articles': ContentArticles;
  'content.article_feeds': ContentArticleFeeds;
  'content.duplicates': ContentDuplicates;
  'content.feed_status': ContentFeedStatus;
  'content.article_categories': ContentArticleCategories;
  'content.article_topics': ContentArticleTopics;
  'content.article_relevance': ContentArticleRelevance;
  'content.article_judged': ContentArticleJudged;
  'content.stories': ContentStories;
  'content.article_stories': ContentArticleStories;
  'content.positions': ContentPositions;
  'history.article_revisions': ArticleRevisions;
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
  /** Whether the answer was long in coming; absent from collections that were judged before this was noted. */
  readonly slow?: boolean;
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
  delay_seconds: number | null;
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

/** search_vector and search_keys are for conditions and ranking. */
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
  search_vector: Generated<string>;
  section: string | null;
  paywall: boolean | null;
  withheld: string | null;
  language_method: Generated<string>;
  keywords_method: Generated<string>;
  sentence_count: Generated<number>;
  sentiment_confidence: number | null;
  entities: JSONColumnType<readonly Entity[], string | undefined>;
  entities_method: Generated<string>;
  machine_summary: string | null;
  machine_summary_method: string | null;
  quality: Generated<string[]>;
  quality_method: Generated<string>;
  skipped_enrichers: JSONColumnType<readonly SkippedEnricher[], string | undefined>;
  entity_keys: ColumnType<string[], never, never>;
  search_keys: Generated<string[]>;
  analysis: Generated<number>;
  machine_summary_confidence: number | null;
  quality_confidences: Generated<number[]>;
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

export interface ArticleRevisions {
  article_id: string;
  version: number;
  title: string;
  content: string;
  scraped_at: Time;
  superseded_at: Time;
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

export interface Topics {
  id: string;
  organization_id: string;
  name: string;
  description: string | null;
  examples: JSONColumnType<readonly { readonly article_id: string | null; readonly text: string }[]>;
  created_at: GeneratedTime;
  updated_at: GeneratedTime;
}

export interface Keywords {
  id: string;
  organization_id: string;
  keyword: string;
  weight: Generated<number>;
  created_at: GeneratedTime;
  updated_at: GeneratedTime;
}

export interface ContentArticleCategories {
  article_id: string;
  version: number;
  topics: string[];
  categories: JSONColumnType<readonly { readonly topic: string; readonly score: number; readonly facet: string }[]>;
  method: string;
  model: string;
}

export interface ContentArticleTopics {
  article_id: string;
  organization_id: string;
  version: number;
  defined_at: number;
  topic_ids: string[];
  matches: JSONColumnType<readonly { readonly topic_id: string; readonly score: number; readonly nearest: string }[]>;
  method: string;
}

export interface ContentArticleRelevance {
  article_id: string;
  organization_id: string;
  version: number;
  defined_at: number;
  score: number;
  keywords: JSONColumnType<readonly object[]>;
  method: string;
}

export interface ContentPositions {
  topic: string;
  partition: number;
  next_offset: number;
}

export interface ContentStories {
  id: string;
  version: number;
  visibility: string;
  merged_into: string | null;
  title: string;
  first_at: Time;
  last_at: Time;
  article_count: number;
  sources: string[];
  languages: string[];
  entities: string[];
  by_hand: boolean;
  method: string;
}

export interface ContentArticleStories {
  article_id: string;
  story_id: string;
  version: number;
  score: number;
  cosine: number;
  reason: string;
  shared: string[];
  method: string;
}

export interface StoryOverrides {
  id: string;
  organization_id: string;
  kind: string;
  story_id: string;
  into_story_id: string;
  article_ids: string[];
  created_at: GeneratedTime;
}

export interface NotificationChannels {
  id: string;
  organization_id: string;
  name: string;
  kind: string;
  address: string | null;
  secret: string | null;
  enabled: Generated<boolean>;
  failures: Generated<number>;
  failing_since: TimeOrNull;
  retry_at: TimeOrNull;
  claimed_until: TimeOrNull;
  last_error: string | null;
  delivered_at: TimeOrNull;
  created_at: GeneratedTime;
  updated_at: GeneratedTime;
}

export interface SavedSearches {
  id: string;
  organization_id: string;
  user_id: string | null;
  name: string;
  query: JSONColumnType<{ readonly text: string; readonly resolved: string }>;
  alert_enabled: Generated<boolean>;
  alerting_since: TimeOrNull;
  throttle_minutes: number | null;
  digest: Generated<string>;
  snoozed_until: TimeOrNull;
  channel_ids: Generated<string[]>;
  created_at: GeneratedTime;
  updated_at: GeneratedTime;
}

export interface AlertKindSettings {
  organization_id: string;
  kind: string;
  throttle_minutes: number | null;
  digest: Generated<string>;
  snoozed_until: TimeOrNull;
  updated_at: GeneratedTime;
}

export interface AlertSettings {
  organization_id: string;
  min_relevance: number | null;
  high_score_since: TimeOrNull;
  channel_ids: Generated<string[]>;
  updated_at: GeneratedTime;
}

export interface Alerts {
  id: string;
  organization_id: string;
  kind: string;
  subject: string;
  title: string;
  saved_search_id: string | null;
  article_id: string | null;
  matched: Generated<string[]>;
  facts: JSONColumnType<Record<string, unknown>, string | undefined>;
  raised_at: GeneratedTime;
  over_at: TimeOrNull;
  acknowledged_at: TimeOrNull;
}

export interface AlertsLetGo {
  one: Generated<boolean>;
  collected_until: Time;
}

export interface AlertLanes {
  channel_id: string;
  lane: string;
  saved_search_id: string | null;
  waiting_since: TimeOrNull;
  notified_at: TimeOrNull;
}

export interface Notifications {
  id: string;
  number: Generated<number>;
  channel_id: string;
  organization_id: string;
  type: string;
  data: JSONColumnType<Record<string, unknown>>;
  created_at: GeneratedTime;
  attempts: Generated<number>;
  delivered_at: TimeOrNull;
  given_up_at: TimeOrNull;
  last_error: string | null;
}

export interface AlertDeliveries {
  alert_id: string;
  channel_id: string;
  lane: string;
  notification_id: string | null;
}

export interface WatchedArticles {
  article_id: string;
  first_collected_at: Time;
}

export interface ContentArticleJudged {
  article_id: string;
  what: string;
  version: number;
  defined_at: number;
}

export interface ReportSchedules {
  id: string;
  organization_id: string;
  name: string;
  kind: 'daily' | 'weekly';
  saved_search_id: string | null;
  hour: number;
  weekday: Generated<number>;
  time_zone: string;
  channel_ids: Generated<string[]>;
  enabled: Generated<boolean>;
  next_at: Time;
  failures: Generated<number>;
  retry_at: TimeOrNull;
  last_error: string | null;
  created_at: GeneratedTime;
  updated_at: GeneratedTime;
}

export interface Reports {
  id: string;
  organization_id: string;
  kind: 'daily' | 'weekly';
  saved_search_id: string | null;
  title: string;
  time_zone: string;
  period_from: Time;
  period_to: Time;
  content: JSONColumnType<Report>;
  generated_at: Time;
}

export interface RuleSets {
  organization_id: string;
  revision: Generated<number>;
  updated_at: GeneratedTime;
}

export interface Rules {
  id: string;
  organization_id: string;
  name: string;
  query: string;
  resolved: string;
  position: number;
  enabled: Generated<boolean>;
  actions: JSONColumnType<RuleActions>;
  revision: Generated<number>;
  live_since: GeneratedTime;
  created_at: GeneratedTime;
  updated_at: GeneratedTime;
}

/** What a rule does to the articles that it selects. */
export interface RuleActions {
  readonly tags: readonly string[];
  readonly drop: boolean;
  /** Steps up, or down below 0. */
  readonly priority: number;
  readonly route: string | null;
  readonly channel_id: string | null;
  readonly stop: boolean;
}

export interface ArticleMarks {
  article_id: string;
  organization_id: string;
  tags: string[];
  tag_keys: string[];
  dropped: boolean;
  priority: number;
  routes: string[];
  rules: JSONColumnType<readonly MarkingRule[]>;
  article_version: number;
  rules_revision: number;
  judged_at: Time;
}

/** A rule that has matched, as it was then. */
export interface MarkingRule {
  readonly id: string;
  readonly name: string;
  readonly revision: number;
}

export interface RuleRuns {
  id: string;
  organization_id: string;
  rule_id: string | null;
  state: Generated<'waiting' | 'running' | 'done' | 'cancelled' | 'failed'>;
  rules_revision: number;
  total: number | null;
  judged: Generated<number>;
  changed: Generated<number>;
  last_article_id: string | null;
  error: string | null;
  requested_at: GeneratedTime;
  started_at: TimeOrNull;
  finished_at: TimeOrNull;
}

/** A count by hour. Written with sql, since rows are told apart by their dimensions. */
export interface ArticleMetrics {
  time: Time;
  organization_id: string;
  source_id: string | null;
  metric_name: string;
  metric_value: number;
  dimensions: JSONColumnType<Record<string, string>, string | undefined>;
}

export interface UserActivity {
  time: Time;
  organization_id: string;
  user_id: string | null;
  action: string;
  resource_type: string;
  resource_id: string | null;
  metadata: Json;
}

export interface MetricArticles {
  article_id: string;
  hour: Time;
}

export interface MetricTouched {
  hour: Time;
  organization_id: Generated<string>;
  marks: Generated<number>;
  touched_at: GeneratedTime;
}

export interface MetricFeeds {
  source_id: string;
  feed_id: string;
  organization_id: string;
}

export interface MetricAudit {
  one: Generated<boolean>;
  next_hour: Time;
}
