import { jsonLdMetadata } from './json-ld.ts';
import { documentAuthors } from './document-authors.ts';
import { pageTitle } from './page-title.ts';
import type { ParsedPage } from './page/parse-page.ts';

/** What a page says of itself: strings as published. */
export interface PageMetadata {
  readonly title: string | null;
  readonly authors: readonly string[];
  /** Dates of publication, the surest first. */
  readonly published: readonly string[];
  readonly modified: readonly string[];
  readonly canonical: string | null;
  readonly image: string | null;
  readonly siteName: string | null;
  readonly section: string | null;
  /** Null where it does not say. */
  readonly paywall: boolean | null;
  readonly language: string | null;
  readonly description: string | null;
  readonly tags: readonly string[];
  /** The whole text, where the page gives it for machines. */
  readonly body: string | null;
  /** What stands in its meta elements for robots: the robot, in lower case, and its directives. */
  readonly robots: readonly (readonly [string, string])[];
}

const names = {
  title: ['og:title', 'twitter:title', 'dc.title', 'parsely-title', 'sailthru.title'],
  authors: [
    'author',
    'article:author',
    'article:author_name',
    'dc.creator',
    'parsely-author',
    'sailthru.author',
    'byl',
    'byline',
    'cxenseparse:author',
    'dcterms.creator',
    'twitter:data1',
  ],
  published: (
    'article:published_time og:article:published_time og:published_time datepublished published_time article:published article.published ' +
    'parsely-pub-date sailthru.date dc.date.issued dcterms.issued dc.date.created dcterms.created dc.date dcterms.date ' +
    'originalpublicationdate article_date_original publication_date publicationdate publication-date publishdate publish-date publish_date ' +
    'pubdate rbpubdate bt:pubdate cxenseparse:recs:publishtime citation_publication_date citation_date prism.publicationdate ' +
    'article:created_time article:post_date datecreated date.created date_created created release_date displaydate gentime pdate ptime date article:date og:pubdate analytics-s-publish-date'
  ).split(' '),
  modified: (
    'article:modified_time og:article:modified_time og:updated_time article:updated_time datemodified dcterms.modified dc.date.modified ' +
    'lastmod last-modified modified revised updated_time bt:moddate'
  ).split(' '),
  image: [
    'og:image:secure_url',
    'og:image',
    'og:image:url',
    'twitter:image',
    'twitter:image:src',
    'parsely-image-url',
    'thumbnail',
  ],
  section: [
    'article:section',
    'parsely-section',
    'cxenseparse:section',
    'dc.subject',
    'section',
    'sailthru.section',
    'category',
  ],
} as const;

/** From JSON-LD, OpenGraph and other meta elements, and the document, in this order. */
export function pageMetadata({ document, jsonLd }: ParsedPage): PageMetadata {
  const meta = metaElements(document.getElementsByTagName('meta'));
  const all = (wanted: readonly string[]): string[] =>
    wanted.flatMap((name) => meta.get(name) ?? []).filter((content) => content.trim() !== '');
  const first = (...wanted: readonly string[]): string | null => all(wanted)[0] ?? null;
  const ld = jsonLdMetadata(jsonLd);
  const siteName = first('og:site_name', 'application-name') ?? ld.siteName ?? null;
  const title = ld.title ?? first(...names.title) ?? text(document.title);
  const authors = all(names.authors).filter((name) => !/^\s*(?:https?:|@)/i.test(name));
  return {
    title: title === null ? null : pageTitle(title, siteName, document),
    authors: ld.authors?.length ? ld.authors : authors.length > 0 ? authors : documentAuthors(document),
    published: [...(ld.published ?? []), ...all(names.published)],
    modified: [...(ld.modified ?? []), ...all(names.modified)],
    canonical: linkTo('canonical') ?? first('og:url'),
    image: ld.image ?? first(...names.image) ?? linkTo('image_src'),
    siteName,
    section: ld.section ?? first(...names.section),
    paywall:
      ld.paywall ??
      paywallOf(
        first('article:content_tier', 'og:article:content_tier', 'content_tier', 'cxenseparse:recs:articleaccess'),
      ),
    language:
      text(document.documentElement.getAttribute('lang')) ??
      ld.language ??
      first('og:locale', 'content-language', 'language', 'dc.language'),
    description: first('og:description', 'description', 'twitter:description'),
    body: ld.body ?? null,
    tags: [
      ...(meta.get('article:tag') ?? []),
      ...(ld.tags ?? []),
      ...(first('news_keywords', 'keywords')?.split(',') ?? []),
    ],
    robots: ['robots', 'mimir'].flatMap((name) => (meta.get(name) ?? []).map((content) => [name, content] as const)),
  };

  function linkTo(relation: string): string | null {
    for (const link of document.getElementsByTagName('link')) {
      if (link.getAttribute('rel')?.toLowerCase() === relation) return text(link.getAttribute('href'));
    }
    return null;
  }
}

/** Facebook's content tiers: metered articles can be read, some of them. */
function paywallOf(tier: string | null): boolean | null {
  const word = tier?.trim().toLowerCase();
  if (word === 'free') return false;
  return word === 'locked' || word === 'metered' || word === 'paid' || word === 'premium' ? true : null;
}

/** By property, name, itemprop or http-equiv, in lower case. */
function metaElements(
  elements: readonly { getAttribute(name: string): string | null }[],
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const element of elements) {
    const content = element.getAttribute('content');
    if (content === null) continue;
    for (const attribute of ['property', 'name', 'itemprop', 'http-equiv']) {
      const name = element.getAttribute(attribute)?.trim().toLowerCase();
      if (name === undefined) continue;
      const contents = found.get(name) ?? [];
      contents.push(content);
      found.set(name, contents);
    }
  }
  return found;
}

function text(value: string | null): string | null {
  return value === null || value.trim() === '' ? null : value;
}
