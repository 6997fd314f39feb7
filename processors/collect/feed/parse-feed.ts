import { absoluteUrl } from '../../../domain/canonical-url.ts';
import { plainLine } from '../../../domain/plain-line.ts';
import type { FeedEntry } from '../../../schemas/types.ts';
import type { FeedDocument, ParsedFeed } from '../connector.ts';
import { firstByAddress } from '../first-by-address.ts';
import { feedEntryOf } from './feed-entry.ts';
import { readFeed } from './read-feed.ts';

const maxEntries = 1_000;

/**
 * A feed of any known format, decoded, resolved and capped.
 *
 * @throws SourceProblem not-a-feed, unreadable-feed
 */
export async function parseFeed(document: FeedDocument, nowMs: number): Promise<ParsedFeed> {
  const wire = readFeed(document);
  const site_url = wire.siteUrl === null ? null : absoluteUrl(wire.siteUrl, document.url);
  // Atom resolves against the feed's address, RSS by custom against the site's.
  const base = (wire.format === 'atom' ? null : site_url) ?? document.url;
  const frame = { base, language: wire.language, nowMs };
  const found = wire.entries.map((entry) => feedEntryOf(entry, frame)).filter((entry) => entry !== null);
  const { firsts: unique, others } = firstByAddress(found);
  const newest = unique.length > maxEntries ? newestFirst(unique).slice(0, maxEntries) : unique;
  const counted: [number, string][] = [
    [wire.entries.length - found.length, 'entries without an address on the web were left out'],
    [others, 'entries with the address of another, and another title, were left out'],
    [unique.length - newest.length + wire.skippedEntries, `entries beyond the newest ${maxEntries} were left out`],
  ];
  return {
    title: plainLine(wire.title ?? '', wire.titleIsHtml) || null,
    site_url,
    entries: newest,
    freshSeconds: wire.freshSeconds,
    warnings: [
      ...wire.warnings,
      ...counted.filter(([count]) => count > 0).map(([count, words]) => `${count} ${words}`),
    ],
  };
}

/** Entries without a date keep their place behind those that have one. */
function newestFirst(entries: readonly FeedEntry[]): FeedEntry[] {
  return entries.toSorted((a, b) => dateOf(b) - dateOf(a));
}

function dateOf(entry: FeedEntry): number {
  return entry.published_at ?? entry.updated_at ?? 0;
}
