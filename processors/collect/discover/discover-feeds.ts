import type { FeedDocument, ParsedFeed } from '../connector.ts';
import { connectorNamed } from '../connectors.ts';
import type { DocumentReader } from '../documents/document-reader.ts';
import type { FeedParser } from '../feed/feed-parser.ts';
import { getIfChanged } from '../get-if-changed.ts';
import type { PoliteClient } from '../polite-client.ts';
import { parseRobotsTxt } from '../robots/robots-txt.ts';
import { type SourceProblem, sourceProblemOf } from '../source-problem.ts';
import type { Candidate } from './candidate.ts';
import { ranked } from './rank.ts';

export interface Discovery {
  /** Where the search ended up, after redirects. */
  readonly url: string;
  /** Of the page; null where there is none. */
  readonly title: string | null;
  /** The best first. */
  readonly candidates: readonly Candidate[];
}

export interface DiscoveryPorts {
  readonly client: PoliteClient;
  readonly parser: Pick<FeedParser, 'parse'>;
  readonly reader: Pick<DocumentReader, 'list' | 'sitemap' | 'links'>;
}

const accept =
  'text/html, application/xhtml+xml, application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5';
/** Requests for candidates of each kind at most. */
const maxLinks = 8;
const maxAnchors = 6;
const maxSitemaps = 3;
const wellKnown = [
  '/feed',
  '/rss',
  '/rss.xml',
  '/feed.xml',
  '/atom.xml',
  '/index.xml',
  '/feed.json',
  '/feeds/posts/default',
  '/?feed=rss2',
];
/** Fewer headlines are no list. */
const minListed = 3;

/**
 * Finds out how a site can be followed: the address itself, what the page declares, what its links look like, the usual
 * places, the sitemaps of its robots.txt, its list of headlines. Each is tried, one after the other; what comes later
 * in this order is tried only where it may be needed.
 *
 * @throws SourceProblem where the address itself cannot be had
 * @throws the signal's reason, once it is aborted
 */
export async function discoverFeeds(
  url: string,
  ports: DiscoveryPorts,
  waiting: Parameters<PoliteClient['get']>[2],
): Promise<Discovery> {
  const get: Get = (address, options) => ports.client.get(address, options, waiting);
  const candidates = new Map<string, Candidate>();
  const tried = new Set<string>([new URL(url).href]);
  const tryFeeds = async (urls: readonly string[], found: Candidate['found']): Promise<void> => {
    for (const address of urls) {
      if (tried.has(address)) continue;
      tried.add(address);
      const candidate = await feedAt(address, found, get, ports, waiting.now());
      if (candidate !== null && !candidates.has(candidate.url)) candidates.set(candidate.url, candidate);
    }
  };

  const first = await asProblem(getIfChanged({ url, validators: null, get }, accept));
  if ('problem' in first) throw first.problem;
  if (first.value.kind === 'not-modified') throw new Error('nothing was known before');
  const { document } = first.value;
  tried.add(document.url);
  const itself = await parsed(document, 'address', ports, waiting.now());
  if (itself !== null) return { url: document.url, title: itself.title, candidates: [{ ...itself, url }] };

  const links = await asProblem(ports.reader.links(document));
  const { title, declared, anchors } = 'problem' in links ? { title: null, declared: [], anchors: [] } : links.value;
  await tryFeeds(
    declared.slice(0, maxLinks).map((link) => link.url),
    'link',
  );
  await tryFeeds(
    anchors.slice(0, maxAnchors).map((link) => link.url),
    'anchor',
  );
  const { origin } = new URL(document.url);
  if (candidates.size === 0)
    await tryFeeds(
      wellKnown.map((path) => origin + path),
      'well-known',
    );
  for (const candidate of await sitemapsOf(origin, get, ports, waiting.now())) candidates.set(candidate.url, candidate);
  const listed = await listOn(document, ports);
  if (listed !== null) candidates.set(listed.url, listed);
  return { url: document.url, title, candidates: ranked([...candidates.values()], document.url, waiting.now()) };
}

type Get = (url: string, options: Parameters<PoliteClient['get']>[1]) => ReturnType<PoliteClient['get']>;

/** A fault of a candidate is no fault of the search; only what is no source's fault is thrown on. */
async function asProblem<T>(work: Promise<T>): Promise<{ readonly value: T } | { readonly problem: SourceProblem }> {
  try {
    return { value: await work };
  } catch (error) {
    return { problem: sourceProblemOf(error) };
  }
}

async function feedAt(
  url: string,
  found: Candidate['found'],
  get: Get,
  ports: DiscoveryPorts,
  nowMs: number,
): Promise<Candidate | null> {
  const answer = await asProblem(getIfChanged({ url, validators: null, get }, accept));
  if ('problem' in answer || answer.value.kind === 'not-modified') return null;
  return parsed(answer.value.document, found, ports, nowMs);
}

/** @returns null for what is no feed */
async function parsed(
  document: FeedDocument,
  found: Candidate['found'],
  { parser }: Pick<DiscoveryPorts, 'parser'>,
  nowMs: number,
): Promise<Candidate | null> {
  const answer = await asProblem(parser.parse(document, nowMs));
  if ('problem' in answer) return null;
  return { ...countsOf(answer.value), url: document.url, type: formatOf(document.bytes), found };
}

function countsOf({ title, entries }: ParsedFeed): Pick<Candidate, 'title' | 'item_count' | 'newest_at'> {
  const dates = entries
    .map(({ published_at, updated_at }) => published_at ?? updated_at)
    .filter((date) => date !== null);
  return {
    title,
    item_count: entries.length,
    newest_at: dates.length === 0 ? null : dates.reduce((newest, date) => Math.max(newest, date)),
  };
}

/** It was read as a feed; only its first element is asked for here. */
function formatOf(bytes: Uint8Array): 'rss' | 'atom' | 'json-feed' {
  const start = Buffer.from(bytes.subarray(0, 2_000)).toString('latin1').replaceAll('\0', '');
  if (/^[^<{]{0,10}\{/.test(start)) return 'json-feed';
  return /<(?:\w+:)?feed[\s>]/.test(start) ? 'atom' : 'rss';
}

async function sitemapsOf(
  origin: string,
  get: Get,
  ports: DiscoveryPorts,
  nowMs: number,
): Promise<readonly Candidate[]> {
  const robots = await asProblem(get(`${origin}/robots.txt`, { maxBytes: 500_000, whenLonger: 'truncate' }));
  if ('problem' in robots || robots.value.status !== 200) return [];
  const { sitemaps } = parseRobotsTxt(robots.value.body, 'Mimir');
  const urls = new Set(sitemaps.map((sitemap) => URL.parse(sitemap, origin)?.href));
  const own = [...urls].filter((url) => url !== undefined && new URL(url).origin === origin).slice(0, maxSitemaps);
  const found: Candidate[] = [];
  for (const url of own) {
    if (url === undefined) continue;
    const collected = await asProblem(
      connectorNamed('sitemap').collect(
        {
          url,
          validators: null,
          credentials: null,
          nowMs,
          get,
          parse: (document) => ports.parser.parse(document, nowMs),
          read: ports.reader,
        },
        { max_sitemaps: 2 },
      ),
    );
    if ('problem' in collected || collected.value.kind === 'not-modified') continue;
    const counts = countsOf(collected.value.feed);
    if (counts.item_count > 0) found.push({ ...counts, title: null, url, type: 'sitemap', found: 'robots' });
  }
  return found;
}

async function listOn(document: FeedDocument, ports: DiscoveryPorts): Promise<Candidate | null> {
  const list = await asProblem(ports.reader.list(document, {}));
  if ('problem' in list || list.value.articles.length < minListed) return null;
  const { title, articles } = list.value;
  return { url: document.url, type: 'html', title, item_count: articles.length, newest_at: null, found: 'page' };
}
