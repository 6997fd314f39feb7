import { absoluteUrl, canonicalizeUrl } from '../../../domain/canonical-url.ts';
import { cleanText } from '../../../domain/clean-text.ts';
import { decodeDocument } from '../../../domain/decode-bytes.ts';
import { plainLine } from '../../../domain/plain-line.ts';
import type { FeedEntry } from '../../../schemas/types.ts';
import type { FeedDocument, ParsedFeed } from '../connector.ts';
import { SourceProblem } from '../source-problem.ts';
import { feedEntryOf } from './feed-entry.ts';
import { readJsonFeed } from './json-feed.ts';
import { readLenientXmlFeed } from './lenient-xml-feed.ts';
import type { WireFeed } from './wire.ts';
import { readXmlFeed } from './xml-feed.ts';

const maxEntries = 1_000;

/**
 * A feed of any known format, decoded, resolved and capped.
 *
 * @throws SourceProblem not-a-feed
 */
export async function parseFeed(document: FeedDocument, nowMs: number): Promise<ParsedFeed> {
  const text = cleanText(decodeDocument(document.bytes, document.contentType))
    .replace(/^\ufeff/, '')
    .trimStart();
  const wire = await readAnyFormat(text, document.url);
  // Atom resolves against the feed's address, RSS by custom against the site's.
  const stated = wire.base ?? wire.siteUrl;
  const base = (stated === null ? null : absoluteUrl(stated, document.url)) ?? document.url;
  const frame = { base, language: wire.language, nowMs };
  const found = wire.entries.map((entry) => feedEntryOf(entry, frame)).filter((entry) => entry !== null);
  const unique = firstByAddress(found);
  const newest = unique.length > maxEntries ? newestFirst(unique).slice(0, maxEntries) : unique;
  const counted: [number, string][] = [
    [wire.entries.length - found.length, 'entries without an address on the web were left out'],
    [found.length - unique.length, 'entries with the address of another were left out'],
    [unique.length - newest.length, `entries beyond the newest ${maxEntries} were left out`],
  ];
  return {
    title: plainLine(wire.title ?? '', true) || null,
    site_url: wire.siteUrl === null ? null : absoluteUrl(wire.siteUrl, document.url),
    entries: newest,
    freshSeconds: null,
    warnings: [
      ...wire.warnings,
      ...counted.filter(([count]) => count > 0).map(([count, words]) => `${count} ${words}`),
    ],
  };
}

async function readAnyFormat(text: string, url: string): Promise<WireFeed> {
  const { host } = new URL(url);
  if (text === '') throw new SourceProblem('not-a-feed', `${host} sent nothing where a feed was expected`);
  if (text.startsWith('{')) return readJson(text, host);
  if (/^(?:<!--[^>]*-->\s*|<\?xml[^>]*>\s*)*(?:<!doctype\s+html|<html|<head|<body)[\s>]/i.test(text.slice(0, 4_000))) {
    throw htmlInstead(text, url);
  }
  if (!text.startsWith('<'))
    throw new SourceProblem('not-a-feed', `${host} sent neither XML nor JSON where a feed was expected`);
  return readXml(text, host);
}

async function readXml(text: string, host: string): Promise<WireFeed> {
  try {
    // rss-parser loses the order of mixed content when it writes inline XHTML back.
    if (!/\btype\s*=\s*["']xhtml["']/.test(text)) return await readXmlFeed(text);
    return readLenientXmlFeed(text);
  } catch (refusal) {
    const why = refusal instanceof Error ? (refusal.message.split('\n', 1)[0] ?? '') : String(refusal);
    try {
      const feed = readLenientXmlFeed(text);
      return { ...feed, warnings: [`the feed is not well-formed (${why}) and was read leniently`] };
    } catch {
      throw new SourceProblem('not-a-feed', `${host} sent XML that is no RSS, Atom or RDF feed (${why})`);
    }
  }
}

function readJson(text: string, host: string): WireFeed {
  try {
    return readJsonFeed(JSON.parse(text));
  } catch (refusal) {
    const why = refusal instanceof SyntaxError ? 'it is not valid JSON' : 'it is another kind of JSON';
    throw new SourceProblem('not-a-feed', `${host} sent JSON that is no JSON Feed (${why})`);
  }
}

/** People paste the address of a site; its page mostly says where its feed is. */
function htmlInstead(text: string, url: string): SourceProblem {
  const links = text.slice(0, 200_000).match(/<link\s[^<>]*>/gi) ?? [];
  const link = links.find((tag) => /type\s*=\s*["']?application\/(?:rss|atom|rdf|feed)\+(?:xml|json)/i.test(tag));
  const href = link === undefined ? undefined : /href\s*=\s*["']?([^"'\s>]+)/i.exec(link)?.[1];
  const found = href === undefined ? null : absoluteUrl(href.replaceAll('&amp;', '&'), url);
  const next =
    found === null
      ? 'perhaps the feed has moved, or wants a login; open the address in a browser to see'
      : `the page says that its feed is ${found}`;
  return new SourceProblem('not-a-feed', `${url} is a web page and no feed: ${next}`);
}

function firstByAddress(entries: readonly FeedEntry[]): FeedEntry[] {
  const byAddress = new Map<string, FeedEntry>();
  for (const entry of entries) {
    const address = canonicalizeUrl(entry.url) ?? entry.url;
    if (!byAddress.has(address)) byAddress.set(address, entry);
  }
  return [...byAddress.values()];
}

/** Entries without a date keep their place behind those that have one. */
function newestFirst(entries: readonly FeedEntry[]): FeedEntry[] {
  return entries.toSorted((a, b) => dateOf(b) - dateOf(a));
}

function dateOf(entry: FeedEntry): number {
  return entry.published_at ?? entry.updated_at ?? 0;
}
