import { atomEntry, atomFeed } from './atom-feed.ts';
import { rssEntry, rssFeed } from './rss-feed.ts';
import type { WireEntry, WireFeed } from './wire.ts';
import { readFeedTree } from './xml-tree.ts';

/** XML without an element that a feed begins with. */
export class NoFeed extends Error {
  override name = 'NoFeed';
}

/**
 * RSS, RDF and Atom of all versions, well-formed or not.
 *
 * @param documentUrl where the feed was, null where nobody knows
 * @throws NoFeed; UnreadableXml
 */
export function readXmlFeed(xml: string, documentUrl: string | null): WireFeed {
  const entries: WireEntry[] = [];
  const { root, firstName, skippedEntries, fault } = readFeedTree(xml, documentUrl, (entry, { name }) => {
    entries.push(name === 'feed' ? atomEntry(entry) : rssEntry(entry));
  });
  if (root === null)
    throw new NoFeed(firstName === null ? 'it has no element' : `it begins with <${firstName.slice(0, 40)}>`);
  const warnings = fault === null ? [] : [`the feed is not well-formed (${fault}) and was read leniently`];
  return { ...(root.name === 'feed' ? atomFeed(root) : rssFeed(root)), entries, skippedEntries, warnings };
}
