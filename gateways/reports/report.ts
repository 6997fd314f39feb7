import type { Forecast } from '../../domain/forecast/forecast.ts';

export const reportKinds = ['daily', 'weekly'] as const;
export type ReportKind = (typeof reportKinds)[number];

/** A report as data: all that its pages show. Times are ISO 8601 texts in UTC. */
export interface Report {
  readonly kind: ReportKind;
  readonly title: string;
  readonly organization: { readonly id: string; readonly name: string };
  /** Null: on all that the organisation follows. */
  readonly saved_search: { readonly id: string; readonly name: string; readonly query: string } | null;
  readonly period: ReportPeriod;
  readonly generated_at: string;
  readonly volume: Volume;
  /** Null where no article was judged. */
  readonly sentiment: Sentiment | null;
  readonly stories: readonly ReportStory[];
  /** What most articles were about. */
  readonly topics: readonly ReportTopic[];
  /** What takes a greater share of the articles than before, the clearest first. */
  readonly rising: readonly ReportTopic[];
  readonly sources: ReportSources;
  readonly articles: readonly NotableArticle[];
}

export interface ReportPeriod {
  readonly from: string;
  /** Exclusive. */
  readonly to: string;
  /** IANA name: days begin at its midnights. */
  readonly time_zone: string;
}

/** Articles by when they were published, in hours for a day and in days for a week. */
export interface Volume {
  readonly total: number;
  /** In the period of the same length before. */
  readonly previous: number;
  readonly step: 'hour' | 'day';
  readonly steps: readonly VolumeStep[];
  /** What follows the period; null where the history is too short. */
  readonly forecast: { readonly steps: readonly ExpectedStep[]; readonly method: Forecast['words'] } | null;
  /** What had been forecast of the period when it began; null where the history was too short. */
  readonly expected: { readonly mean: number } | null;
}

export interface VolumeStep {
  readonly time: string;
  readonly count: number;
  /** What had been forecast of it; null where the history was too short. */
  readonly expected: Omit<ExpectedStep, 'time'> | null;
}

export interface ExpectedStep {
  readonly time: string;
  readonly mean: number;
  /** Of the 80 % interval. */
  readonly low: number;
  readonly high: number;
}

export interface Sentiment {
  /** Mean score, -1 to 1. */
  readonly score: number;
  readonly previous_score: number | null;
  readonly negative: number;
  readonly neutral: number;
  readonly positive: number;
}

export interface ReportStory {
  readonly id: string;
  readonly title: string;
  /** In the period, as far as the report is on them. */
  readonly articles: number;
  readonly sites: number;
  readonly first_at: string;
  readonly last_at: string;
  /** The first of its articles in the period that follows no other. */
  readonly lead: ArticleReference;
}

export interface ArticleReference {
  readonly id: string;
  readonly title: string;
  readonly url: string;
  readonly site: string;
  readonly language: string | null;
  readonly summary: string | null;
  readonly published_at: string;
}

export interface NotableArticle extends ArticleReference {
  /** Why it is shown, in words. */
  readonly reason: string;
}

export const topicKinds = ['category', 'topic', 'entity'] as const;

export interface ReportTopic {
  readonly kind: (typeof topicKinds)[number];
  readonly key: string;
  readonly name: string;
  readonly count: number;
  /** In the period of the same length before. */
  readonly previous: number;
}

export interface ReportSources {
  readonly active: readonly SourceCount[];
  /** Which had articles in the weeks before, and none in the period. */
  readonly silent: readonly { readonly id: string; readonly name: string; readonly usual: number }[];
  readonly failing: readonly {
    readonly id: string;
    readonly name: string;
    readonly state: string;
    readonly words: string;
  }[];
}

export interface SourceCount {
  readonly id: string;
  readonly name: string;
  readonly count: number;
  readonly previous: number;
}
