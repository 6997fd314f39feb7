import { jsonLdMetadata } from './json-ld.ts';

/** What a page says of itself: strings as published. */
export interface PageMetadata {
  readonly title: string | null;
  readonly authors: readonly string[];
  readonly published: string | null;
  readonly modified: string | null;
  readonly canonical: string | null;
  readonly image: string | null;
  readonly siteName: string | null;
  readonly language: string | null;
  readonly description: string | null;
  readonly tags: readonly string[];
  /** The whole text, where the page gives it for machines. */
  readonly body: string | null;
}

/** What of a DOM is needed here. */
export interface MetadataDocument {
  readonly title: string;
  querySelectorAll(selector: string): Iterable<MetadataElement>;
}

interface MetadataElement {
  readonly textContent: string | null;
  getAttribute(name: string): string | null;
}

/** From JSON-LD, OpenGraph, meta elements and the document, in this order. */
export function pageMetadata(document: MetadataDocument): PageMetadata {
  const meta = metaElements(document);
  const first = (...names: readonly string[]): string | null =>
    names.flatMap((name) => meta.get(name) ?? []).find((content) => content.trim() !== '') ?? null;
  const scripts = [...document.querySelectorAll('script[type="application/ld+json"]')];
  const ld = jsonLdMetadata(scripts.map((script) => script.textContent ?? ''));
  const authors = ['author', 'article:author', 'dc.creator', 'parsely-author', 'sailthru.author'].flatMap(
    (name) => meta.get(name) ?? [],
  );
  return {
    title: ld.title ?? first('og:title', 'twitter:title', 'dc.title') ?? text(document.title),
    authors: ld.authors?.length ? ld.authors : authors,
    published:
      ld.published ??
      first(
        'article:published_time',
        'og:published_time',
        'date',
        'pubdate',
        'publishdate',
        'dc.date',
        'dc.date.issued',
        'datepublished',
        'parsely-pub-date',
        'sailthru.date',
      ) ??
      attributeOf(document, 'time[itemprop="datePublished"], time[pubdate]', 'datetime'),
    modified:
      ld.modified ?? first('article:modified_time', 'og:updated_time', 'datemodified', 'lastmod', 'last-modified'),
    canonical: attributeOf(document, 'link[rel="canonical"]', 'href') ?? first('og:url'),
    image: ld.image ?? first('og:image:secure_url', 'og:image', 'twitter:image', 'twitter:image:src'),
    siteName: first('og:site_name', 'application-name') ?? ld.siteName ?? null,
    language:
      attributeOf(document, 'html', 'lang') ?? ld.language ?? first('og:locale', 'content-language', 'language'),
    description: first('og:description', 'description', 'twitter:description'),
    body: ld.body ?? null,
    tags: [
      ...(meta.get('article:tag') ?? []),
      ...(ld.tags ?? []),
      ...(first('news_keywords', 'keywords')?.split(',') ?? []),
    ],
  };
}

/** By property, name, itemprop or http-equiv, in lower case. */
function metaElements(document: MetadataDocument): ReadonlyMap<string, string[]> {
  const found = new Map<string, string[]>();
  for (const element of document.querySelectorAll('meta')) {
    const content = element.getAttribute('content');
    if (content === null) continue;
    for (const attribute of ['property', 'name', 'itemprop', 'http-equiv']) {
      const name = element.getAttribute(attribute)?.toLowerCase();
      if (name !== undefined) found.set(name, [...(found.get(name) ?? []), content]);
    }
  }
  return found;
}

function attributeOf(document: MetadataDocument, selector: string, name: string): string | null {
  for (const element of document.querySelectorAll(selector)) return text(element.getAttribute(name));
  return null;
}

function text(value: string | null): string | null {
  return value === null || value.trim() === '' ? null : value;
}
