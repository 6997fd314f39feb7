import { generateOpml, type Opml, parseOpml } from 'feedsmith';
import { Invalid } from '../faults.ts';

/** A source as an OPML file lists it. */
export interface OpmlSource {
  readonly url: string;
  readonly type: string;
  /** As the file writes it, unchecked: a JSON object where it is right. */
  readonly config: string;
  /** Empty where the file gives none. */
  readonly title: string;
  readonly siteUrl: string | null;
  readonly description: string | null;
  /** The folder that it lies in first, as News/Europe, then its categories. */
  readonly tags: readonly string[];
}

/** Attributes of our own: other programs know neither lists of a page and APIs nor settings. */
const namespace = 'urn:mimir:opml';
const extraOutlineAttributes = ['mimir:type', 'mimir:url', 'mimir:config'] as const;
type Outline = Opml.Outline<unknown, typeof extraOutlineAttributes>;

/** What every feed is called in OPML, whatever its format. */
const feedType = 'rss';
const noConfig = '{}';

/** More than any reader's list of subscriptions; keeps one request from creating work without end. */
const maxSources = 10_000;

/** Deeper than any list of folders. The parser walks outlines recursively. */
const maxDepth = 64;
/** As sources may have them. */
const maxTags = 20;
const maxTagLength = 100;
const maxFolders = 10;

/**
 * The feeds of an OPML document, and what else Mimir has written into it, in its order, also what it lists twice.
 *
 * @throws Invalid where the text is no OPML
 */
export function readOpml(text: string): readonly OpmlSource[] {
  refuseDeep(text);
  let outlines: readonly Outline[];
  try {
    outlines = parseOpml(text, { extraOutlineAttributes }).body?.outlines ?? [];
  } catch {
    throw invalid(
      'this is not OPML with feeds in it: it should be XML with <opml> at its root and feeds as <outline xmlUrl="…">',
    );
  }
  const sources: OpmlSource[] = [];
  const waiting = outlines.map((outline) => ({ outline, folder: '' })).toReversed();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { outline, folder } = next;
    const title = (textOf(outline.title) || textOf(outline.text)).trim();
    const url = (outline.xmlUrl ?? textOf(outline['mimir:url'])).trim();
    const inner = url === '' ? [folder, title.replaceAll('/', ' ')].filter((name) => name !== '').join('/') : folder;
    waiting.push(...(outline.outlines ?? []).map((each) => ({ outline: each, folder: inner })).toReversed());
    if (url === '') continue;
    sources.push({
      url,
      type: textOf(outline['mimir:type']) || feedType,
      config: textOf(outline['mimir:config']) || noConfig,
      title,
      siteUrl: outline.htmlUrl ?? null,
      description: outline.description?.trim() || null,
      tags: tagsOf(folder, outline.category ?? ''),
    });
    if (sources.length > maxSources) throw invalid(`more than ${maxSources} feeds: import them in parts`);
  }
  return sources;
}

/** @param category paths with slashes, between commas (OPML 2.0) */
function tagsOf(folder: string, category: string): readonly string[] {
  const tags = [folder, ...category.slice(0, 5_000).split(',')]
    .map((tag) => cut(tag.trim().replace(/^\/+|\/+$/g, ''), maxTagLength).trim())
    .filter((tag) => tag !== '');
  return [...new Set(tags)].slice(0, maxTags);
}

/** What stands in an outline may be of any kind: the parser takes numbers for numbers. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** An OPML document of the sources, in folders by their first tags, in the order given. */
export function writeOpml(title: string, sources: readonly OpmlSource[]): string {
  const root: Folder = { sources: [], folders: new Map() };
  for (const source of sources) {
    const names = source.tags[0]?.split('/').filter((name) => name.trim() !== '') ?? [];
    folderAt(root, names.slice(0, maxFolders)).sources.push(source);
  }
  const document = { head: { title }, body: { outlines: outlinesOf(root) } };
  return generateOpml(document, { extraOutlineAttributes }).replace('<opml ', `<opml xmlns:mimir="${namespace}" `);
}

interface Folder {
  readonly sources: OpmlSource[];
  readonly folders: Map<string, Folder>;
}

function folderAt(root: Folder, names: readonly string[]): Folder {
  let folder = root;
  for (const name of names) {
    const inner: Folder = folder.folders.get(name) ?? { sources: [], folders: new Map() };
    folder.folders.set(name, inner);
    folder = inner;
  }
  return folder;
}

function outlinesOf({ sources, folders }: Folder): WrittenOutline[] {
  return [
    ...[...folders].map(([name, folder]) => ({ text: name, title: name, outlines: outlinesOf(folder) })),
    ...sources.map(outlineOf),
  ];
}

type WrittenOutline = Opml.Outline<Date, typeof extraOutlineAttributes>;

function outlineOf({ url, type, config, title, siteUrl, description, tags }: OpmlSource): WrittenOutline {
  const isFeed = type === feedType;
  return {
    type: isFeed ? feedType : 'mimir',
    text: title || url,
    title: title || url,
    // Without xmlUrl other programs pass over what they cannot follow.
    ...(isFeed ? { xmlUrl: url } : { 'mimir:type': type, 'mimir:url': url }),
    ...(config === noConfig ? {} : { 'mimir:config': config }),
    ...(siteUrl === null ? {} : { htmlUrl: siteUrl }),
    ...(description === null ? {} : { description }),
    ...(tags.length < 2
      ? {}
      : {
          category: tags
            .slice(1)
            .map((tag) => `/${tag}`)
            .join(','),
        }),
  };
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
