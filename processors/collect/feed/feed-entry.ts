import { absoluteUrl } from '../../../domain/canonical-url.ts';
import { capped, cappedBytes, cleanText, oneLine } from '../../../domain/clean-text.ts';
import { plausibleDate } from '../../../domain/dates.ts';
import { languageTag } from '../../../domain/language-tag.ts';
import { plainLine, plainNames } from '../../../domain/plain-line.ts';
import type { FeedEntry } from '../../../schemas/types.ts';
import { feedDate } from './feed-date.ts';
import type { WireEntry } from './wire.ts';

const caps = {
  guidCharacters: 2_000,
  contentBytes: 1_000_000,
  summaryBytes: 64_000,
  authors: 20,
  tags: 50,
  dateCharacters: 200,
} as const;

/** A description of at least so many characters, with no content element beside it, is the content. */
const fullTextCharacters = 2_500;

/** What is the same for all entries of a feed. */
export interface FeedFrame {
  /** Absolute: what relative links stand against. */
  readonly base: string;
  readonly language: string | null;
  readonly nowMs: number;
}

/** @returns null for an entry without an address on the web */
export function feedEntryOf(entry: WireEntry, frame: FeedFrame): FeedEntry | null {
  const { base } = frame;
  const url = entry.links.map((link) => absoluteUrl(link, base)).find((link) => link !== null);
  if (url === undefined || url === null) return null;
  const published = feedDate(entry.published ?? '', frame.language);
  const published_at = plausibleDate(published, frame.nowMs);
  const [summary, content] = summaryAndContent(entry);
  return {
    guid: capped(shortLine(entry.id, caps.guidCharacters) || url, caps.guidCharacters),
    url,
    title: plainLine(entry.title ?? '', entry.titleIsHtml),
    summary_html: html(summary, caps.summaryBytes),
    content_html: html(content, caps.contentBytes),
    authors: plainNames(
      entry.authors.map(({ name, email }) => name ?? email ?? ''),
      caps.authors,
    ),
    tags: plainNames(entry.tags, caps.tags),
    published_at,
    updated_at: plausibleDate(feedDate(entry.updated ?? '', frame.language), frame.nowMs),
    image_url: entry.image === null ? null : absoluteUrl(entry.image, base),
    language: languageTag(entry.language) ?? languageTag(frame.language),
    published_raw: published !== null && published === published_at ? null : rawDate(entry.published),
  };
}

function summaryAndContent(entry: WireEntry): readonly [string | null, string | null] {
  const { summaryHtml, contentHtml } = entry;
  if (contentHtml === null && summaryHtml !== null && summaryHtml.length >= fullTextCharacters)
    return [null, summaryHtml];
  return [summaryHtml, contentHtml];
}

function rawDate(text: string | null): string | null {
  return shortLine(text, caps.dateCharacters) || null;
}

/** Folded only as far as it can matter: white space may go on for megabytes. */
function shortLine(text: string | null, max: number): string {
  return capped(oneLine((text ?? '').slice(0, max * 10)), max);
}

function html(text: string | null, maxBytes: number): string | null {
  if (text === null) return null;
  const clean = cappedBytes(cleanText(text), maxBytes).trim();
  return clean === '' ? null : clean;
}
