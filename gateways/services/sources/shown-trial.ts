import type { SourceTrial, TrialArticle } from '../../../domain/source-trial.ts';
import type { FeedEntry } from '../../../schemas/types.ts';
import type { Discovery } from './trials.ts';

/** A trial as both APIs show it. Times are ISO 8601. */
export interface ShownTrial extends Omit<SourceTrial, 'entries' | 'articles'> {
  readonly entries: readonly ShownEntry[];
  readonly articles: readonly ShownArticle[];
}

export interface ShownEntry extends Pick<FeedEntry, 'url' | 'title' | 'authors' | 'tags' | 'image_url'> {
  readonly published_at: string | null;
  readonly updated_at: string | null;
  /** Whether the feed itself holds a text or a summary of it. */
  readonly has_text: boolean;
}

export interface ShownArticle extends Omit<TrialArticle, 'published_at'> {
  readonly published_at: string;
}

export interface ShownDiscovery extends Omit<Discovery, 'candidates'> {
  readonly candidates: readonly ShownCandidate[];
}

export interface ShownCandidate extends Omit<Discovery['candidates'][number], 'newest_at'> {
  readonly newest_at: string | null;
}

export function shownTrial({ entries, articles, ...trial }: SourceTrial): ShownTrial {
  return {
    ...trial,
    entries: entries.map(shownEntry),
    articles: articles.map((article) => ({ ...article, published_at: isoOf(article.published_at) })),
  };
}

function shownEntry(entry: FeedEntry): ShownEntry {
  const { url, title, authors, tags, image_url, summary_html, content_html } = entry;
  return {
    url,
    title,
    published_at: isoOrNull(entry.published_at),
    updated_at: isoOrNull(entry.updated_at),
    authors,
    tags,
    image_url,
    has_text: (content_html ?? summary_html) !== null,
  };
}

export function shownDiscovery({ candidates, ...discovery }: Discovery): ShownDiscovery {
  return {
    ...discovery,
    candidates: candidates.map((candidate) => ({ ...candidate, newest_at: isoOrNull(candidate.newest_at) })),
  };
}

/** @param atMs since 1970 */
function isoOf(atMs: number): string {
  return new Date(atMs).toISOString();
}

function isoOrNull(atMs: number | null): string | null {
  return atMs === null ? null : isoOf(atMs);
}
