import type { Article, FeedEntry } from '../schemas/types.ts';
import type { Credentials } from './credentials.ts';

/** A source as it would be followed. */
export interface TriedSource {
  readonly url: string;
  readonly connector: string;
  /** Not validated: what is wrong with it is part of the answer. */
  readonly config: unknown;
  readonly credentials: Credentials | null;
}

/** What a source would yield. */
export interface SourceTrial {
  readonly url: string;
  readonly ok: boolean;
  readonly http_status: number | null;
  readonly error_code: string | null;
  /** For people: what went wrong and what to do. */
  readonly error_detail: string | null;
  readonly title: string | null;
  readonly site_url: string | null;
  readonly entries: readonly FeedEntry[];
  /** Of the first three entries, as they would be stored. */
  readonly articles: readonly TrialArticle[];
  /** For people: what is odd about the source. */
  readonly warnings: readonly string[];
  /** Milliseconds, without the waiting between requests; pages of articles count as fetched. */
  readonly timings: {
    readonly robots_ms: number;
    readonly fetch_ms: number;
    readonly parse_ms: number;
    readonly extract_ms: number;
  };
}

export interface TrialArticle extends Pick<
  Article,
  | 'url'
  | 'title'
  | 'text'
  | 'authors'
  | 'image_url'
  | 'published_at'
  | 'published_at_source'
  | 'extraction_method'
  | 'extraction_confidence'
> {
  /** Why there is no page, in words; null where there is one, or none is needed. */
  readonly page_error: string | null;
}
