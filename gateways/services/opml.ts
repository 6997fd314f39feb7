import { generateOpml, type Opml, parseOpml } from 'feedsmith';
import { Invalid } from './faults.ts';

/** A feed as an OPML file lists it. */
export interface OpmlFeed {
  readonly url: string;
  /** Empty where the file gives none. */
  readonly title: string;
  readonly siteUrl: string | null;
}

/** More than any reader's list of subscriptions; keeps one request from creating work without end. */
const maxFeeds = 10_000;

/** Deeper than any list of folders. The parser walks outlines recursively. */
const maxDepth = 64;

/**
 * The feeds of an OPML document, each address once, folders ignored.
 *
 * @throws Invalid where the text is no OPML
 */
export function readOpml(text: string): readonly OpmlFeed[] {
  refuseDeep(text);
  let document: Opml.Document<string>;
  try {
    document = parseOpml(text);
  } catch {
    throw invalid(
      'this is not OPML with feeds in it: it should be XML with <opml> at its root and feeds as <outline xmlUrl="…">',
    );
  }
  const feeds = new Map<string, OpmlFeed>();
  const waiting: Opml.Outline<string>[] = (document.body?.outlines ?? []).toReversed();
  for (let outline = waiting.pop(); outline !== undefined; outline = waiting.pop()) {
    waiting.push(...(outline.outlines ?? []).toReversed());
    const url = outline.xmlUrl?.trim();
    if (url === undefined || url === '' || feeds.has(url)) continue;
    const title = (typeof outline.title === 'string' ? outline.title : '') || textOf(outline);
    feeds.set(url, { url, title: title.trim(), siteUrl: outline.htmlUrl ?? null });
    if (feeds.size > maxFeeds) throw invalid(`more than ${maxFeeds} feeds: import them in parts`);
  }
  return [...feeds.values()];
}

function textOf(outline: Opml.Outline<string>): string {
  return typeof outline.text === 'string' ? outline.text : '';
}

/** An OPML document of the feeds, in the order given. */
export function writeOpml(title: string, feeds: readonly OpmlFeed[]): string {
  return generateOpml({
    head: { title },
    body: {
      outlines: feeds.map((feed) => ({
        type: 'rss',
        text: feed.title || feed.url,
        title: feed.title || feed.url,
        xmlUrl: feed.url,
        ...(feed.siteUrl === null ? {} : { htmlUrl: feed.siteUrl }),
      })),
    },
  });
}

/**
 * Counts how deep elements nest, without a parser: what passes is safe to give to one. One pass over the text; a `>`
 * inside a quoted attribute ends no tag.
 */
function refuseDeep(text: string): void {
  let depth = 0;
  for (let at = text.indexOf('<'); at !== -1; at = text.indexOf('<', at + 1)) {
    const first = text[at + 1];
    if (first === '!' || first === '?') continue;
    at = endOfTag(text, at);
    if (first === '/') depth -= 1;
    else if (text[at - 1] !== '/') depth += 1;
    if (depth > maxDepth) throw invalid(`elements nest deeper than ${maxDepth}`);
  }
}

function endOfTag(text: string, start: number): number {
  let quote = '';
  for (let at = start; at < text.length; at += 1) {
    const letter = text.charAt(at);
    if (quote !== '') quote = letter === quote ? '' : quote;
    else if (letter === '"' || letter === "'") quote = letter;
    else if (letter === '>') return at;
  }
  return text.length;
}

function invalid(detail: string): Invalid {
  return new Invalid({ field: '', code: 'invalid_opml', detail });
}
