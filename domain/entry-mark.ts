import { createHash } from 'node:crypto';
import type { FeedEntry } from '../schemas/types.ts';
import { canonicalizeUrl } from './canonical-url.ts';
import { articleId } from './identity.ts';

/** Tells whether an entry was collected before as it is now. */
export interface EntryMark {
  readonly articleId: string;
  /** Of what makes the entry worth collecting again. */
  readonly hash: string;
}

/**
 * Identifiers and dates of publication are left out of the hash: there are feeds that make new ones at each request, and
 * every fetch would collect everything again.
 */
export function entryMark(entry: FeedEntry, visibility: string): EntryMark {
  const { title, summary_html, content_html, updated_at } = entry;
  const content = JSON.stringify([title, summary_html, content_html, updated_at]);
  return {
    articleId: articleId(visibility, canonicalizeUrl(entry.url) ?? entry.url),
    hash: createHash('sha256').update(content).digest('base64url').slice(0, 22),
  };
}
