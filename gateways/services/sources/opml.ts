import { generateOpml, type Opml, parseOpml } from 'feedsmith';
import { Invalid } from '../faults.ts';

/** A feed as an OPML file lists it. */
export interface OpmlFeed {
  readonly url: string;
  /** Empty where the file gives none. */
  readonly title: string;
  readonly siteUrl: string | null;
  readonly description: string | null;
  /** The folder that it lies in first, as News/Europe, then its categories. */
  readonly tags: readonly string[];
}

/** More than any reader's list of subscriptions; keeps one request from creating work without end. */
const maxFeeds = 10_000;

/** Deeper than any list of folders. The parser walks outlines recursively. */
const maxDepth = 64;
/** As sources may have them. */
const maxTags = 20;
const maxTagLength = 100;
const maxFolders = 10;

/**
 * The feeds of an OPML document in its order, those that it lists twice as well.
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
  const feeds: OpmlFeed[] = [];
  const waiting = (document.body?.outlines ?? []).map((outline) => ({ outline, folder: '' })).toReversed();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { outline, folder } = next;
    const title = ((typeof outline.title === 'string' ? outline.title : '') || textOf(outline)).trim();
    const url = outline.xmlUrl?.trim() ?? '';
    const inner = url === '' ? [folder, title.replaceAll('/', ' ')].filter((name) => name !== '').join('/') : folder;
    waiting.push(...(outline.outlines ?? []).map((each) => ({ outline: each, folder: inner })).toReversed());
    if (url === '') continue;
    const description = outline.description?.trim() ?? '';
    const tags = tagsOf(folder, outline.category ?? '');
    feeds.push({ url, title, siteUrl: outline.htmlUrl ?? null, description: description || null, tags });
    if (feeds.length > maxFeeds) throw invalid(`more than ${maxFeeds} feeds: import them in parts`);
  }
  return feeds;
}

/** @param category paths with slashes, between commas (OPML 2.0) */
function tagsOf(folder: string, category: string): readonly string[] {
  const tags = [folder, ...category.slice(0, 5_000).split(',')]
    .map((tag) => cut(tag.trim().replace(/^\/+|\/+$/g, ''), maxTagLength).trim())
    .filter((tag) => tag !== '');
  return [...new Set(tags)].slice(0, maxTags);
}

function textOf(outline: Opml.Outline<string>): string {
  return typeof outline.text === 'string' ? outline.text : '';
}

/** An OPML document of the feeds, in folders by their first tags, in the order given. */
export function writeOpml(title: string, feeds: readonly OpmlFeed[]): string {
  const root: Folder = { feeds: [], folders: new Map() };
  for (const feed of feeds) {
    const names = feed.tags[0]?.split('/').filter((name) => name.trim() !== '') ?? [];
    folderAt(root, names.slice(0, maxFolders)).feeds.push(feed);
  }
  return generateOpml({ head: { title }, body: { outlines: outlinesOf(root) } });
}

interface Folder {
  readonly feeds: OpmlFeed[];
  readonly folders: Map<string, Folder>;
}

function folderAt(root: Folder, names: readonly string[]): Folder {
  let folder = root;
  for (const name of names) {
    const inner: Folder = folder.folders.get(name) ?? { feeds: [], folders: new Map() };
    folder.folders.set(name, inner);
    folder = inner;
  }
  return folder;
}

function outlinesOf({ feeds, folders }: Folder): Opml.Outline<Date>[] {
  return [
    ...[...folders].map(([name, folder]) => ({ text: name, title: name, outlines: outlinesOf(folder) })),
    ...feeds.map((feed) => ({
      type: 'rss',
      text: feed.title || feed.url,
      title: feed.title || feed.url,
      xmlUrl: feed.url,
      ...(feed.siteUrl === null ? {} : { htmlUrl: feed.siteUrl }),
      ...(feed.description === null ? {} : { description: feed.description }),
      ...(feed.tags.length < 2
        ? {}
        : {
            category: feed.tags
              .slice(1)
              .map((tag) => `/${tag}`)
              .join(','),
          }),
    })),
  ];
}

/** The beginning of a text, never cut within a character. */
export function cut(text: string, maxLength: number): string {
  return text.length <= maxLength
    ? text
    : text
        .slice(0, maxLength)
        .toWellFormed()
        .replace(/\uFFFD$/, '');
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
