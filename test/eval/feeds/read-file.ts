import { absoluteUrl } from '../../../domain/canonical-url.ts';
import { cleanText } from '../../../domain/clean-text.ts';
import { decodeDocument } from '../../../domain/decode-bytes.ts';
import { feedDate } from '../../../processors/collect/feed/feed-date.ts';
import { parseFeed } from '../../../processors/collect/feed/parse-feed.ts';
import { readFeed } from '../../../processors/collect/feed/read-feed.ts';
import type { WireEntry, WireFeed } from '../../../processors/collect/feed/wire.ts';
import type { XmlNode } from '../../../processors/collect/feed/xml-node.ts';
import { readFeedTree } from '../../../processors/collect/feed/xml-tree.ts';

/** No site has it, so relative links can be told from absolute ones. */
export const nowhere = 'http://feed.invalid/';

export interface ReadFile {
  readonly wire: WireFeed;
  /** Entries that become articles. */
  readonly kept: number;
  readonly warnings: readonly string[];
  /** Of reading, in milliseconds. */
  readonly tookMs: number;
  /** Of reading and making entries of articles, in milliseconds. */
  readonly withEntriesMs: number;
}

export interface Counts {
  readonly items: number;
  readonly titles: number;
  readonly links: number;
  readonly dates: number;
}

/** @throws SourceProblem */
export async function readFile(bytes: Uint8Array): Promise<ReadFile> {
  const document = { bytes, contentType: '', url: nowhere };
  const startedAt = performance.now();
  const wire = readFeed(document);
  const readAt = performance.now();
  const { entries, warnings } = await parseFeed(document, Date.now());
  const withEntriesMs = performance.now() - readAt;
  return { wire, kept: entries.length, warnings, tookMs: readAt - startedAt, withEntriesMs };
}

export function countsOf({ entries, skippedEntries }: WireFeed): Counts {
  const count = (is: (entry: WireEntry) => boolean): number => entries.filter(is).length;
  return {
    items: entries.length + skippedEntries,
    titles: count(({ title }) => title !== null && title.trim() !== ''),
    links: count(({ links }) => links.some((link) => absoluteUrl(link, nowhere) !== null)),
    dates: count(({ published, updated }) => feedDate(published ?? updated ?? '', null) !== null),
  };
}

/** The elements of a feed and of its entries, for fields that the product does not keep; null for JSON. */
export interface RawFeed {
  readonly root: XmlNode;
  readonly feed: XmlNode;
  readonly entries: readonly XmlNode[];
}

export function rawFeed(bytes: Uint8Array): RawFeed | null {
  const entries: XmlNode[] = [];
  const text = cleanText(decodeDocument(bytes, '')).trimStart();
  const { root } = readFeedTree(text, nowhere, (entry) => entries.push(entry));
  if (root === null) return null;
  const channel = root.children.find(
    (child): child is XmlNode => typeof child !== 'string' && child.name === 'channel',
  );
  return { root, feed: channel ?? root, entries };
}
