import { decodeHTML } from 'entities';
import { htmlToText, TooComplex } from '../../domain/html-text.ts';
import { textOf, valueAt } from './json-answer.ts';
import { dateText, type MadeItem } from './made-feed.ts';

type Field =
  'url' | 'title' | 'published' | 'updated' | 'summary' | 'content' | 'author' | 'image' | 'tags' | 'language' | 'id';

/** Where an item holds what; the usual names are tried for what is left out. */
export type FieldPaths = Readonly<Partial<Record<Field, string>>>;

const usualNames: Readonly<Record<Field, readonly string[]>> = {
  url: ['url', 'link', 'href', 'web_url', 'webUrl', 'permalink', 'canonical_url', 'canonicalUrl', 'share_url'],
  title: ['title', 'headline', 'headline.main', 'webTitle', 'name'],
  published:
    'published_at publishedAt date_published datePublished pub_date pubDate published publication_date webPublicationDate date_gmt date created_at createdAt timestamp time'.split(
      ' ',
    ),
  updated: ['updated_at', 'updatedAt', 'date_modified', 'dateModified', 'modified_gmt', 'modified', 'last_modified'],
  summary: ['summary', 'abstract', 'description', 'excerpt', 'snippet', 'teaser', 'fields.trailText'],
  content: ['content_html', 'content', 'body', 'fields.body', 'text', 'content_text'],
  author: ['authors', 'author', 'byline', 'byline.original', 'creator', 'fields.byline'],
  image: ['image_url', 'imageUrl', 'image', 'urlToImage', 'thumbnail', 'fields.thumbnail'],
  tags: ['tags', 'keywords', 'categories', 'sectionName'],
  language: ['language', 'lang'],
  id: ['id', 'uuid', 'guid', 'uri'],
};

/** Looked at while a list is sought that nobody named. */
const maxLooked = 1_000;
const maxList = 5_000;

/**
 * The list of items: at the path, or the first list of objects, found from the outside inwards.
 *
 * @returns null where there is none
 */
export function itemsOf(json: unknown, path: string | undefined): readonly unknown[] | null {
  if (path !== undefined) {
    const value = valueAt(json, path);
    return Array.isArray(value) ? value.slice(0, maxList) : null;
  }
  let level: unknown[] = [json];
  for (let looked = 0; level.length > 0 && looked < maxLooked; looked += level.length) {
    const lists = level.filter((value): value is unknown[] => Array.isArray(value));
    const best =
      lists.find((list) => list.some((item) => fieldOf(item, 'url', {}) !== undefined)) ?? lists.find(isItems);
    if (best !== undefined) return best.slice(0, maxList);
    level = level
      .filter((value): value is object => typeof value === 'object' && value !== null && !Array.isArray(value))
      .flatMap((value) => Object.values(value).slice(0, maxLooked));
  }
  return Array.isArray(json) ? json : null;
}

function isItems(list: readonly unknown[]): boolean {
  return list.length > 0 && list.every((item) => typeof item === 'object' && item !== null);
}

/** @returns null for an item without an address on the web */
export function madeItem(item: unknown, paths: FieldPaths, base: string): MadeItem | null {
  const text = (field: Field): string | undefined => wordsOf(fieldOf(item, field, paths)) ?? undefined;
  const address = text('url');
  const url = address === undefined ? null : URL.parse(address, base);
  if (url === null || !/^https?:$/.test(url.protocol)) return null;
  const content = text('content');
  const image = text('image');
  return {
    id: text('id') ?? url.href,
    url: url.href,
    title: plain(text('title')),
    summary: plain(text('summary')),
    ...(content === undefined ? {} : looksLikeHtml(content) ? { content_html: content } : { content_text: content }),
    date_published: dateText(fieldOf(item, 'published', paths)),
    date_modified: dateText(fieldOf(item, 'updated', paths)),
    authors: listOf(fieldOf(item, 'author', paths)).map((name) => ({ name })),
    tags: listOf(fieldOf(item, 'tags', paths)),
    image: image === undefined ? undefined : URL.parse(image, base)?.href,
    language: text('language'),
  };
}

function fieldOf(item: unknown, field: Field, paths: FieldPaths): unknown {
  const told = paths[field];
  if (told !== undefined) return valueAt(item, told);
  for (const name of usualNames[field]) {
    const value = valueAt(item, name);
    if (value !== undefined && value !== null && value !== '') return value;
  }
  return undefined;
}

/** APIs wrap texts: WordPress in `rendered`, others in `name`, `url` or `href`. */
function wordsOf(value: unknown): string | null {
  const own = textOf(value);
  if (own !== null || typeof value !== 'object') return own;
  for (const name of ['rendered', 'name', 'url', 'href', 'label']) {
    const inner = textOf(valueAt(value, name));
    if (inner !== null) return inner;
  }
  return null;
}

function listOf(value: unknown): string[] {
  const list: unknown[] = Array.isArray(value) ? value.slice(0, 100) : [value];
  return list.map(wordsOf).filter((words) => words !== null);
}

/** News agencies write <STG>, which is no markup. */
const markup =
  /<\/?(?:p|br|div|span|a|b|i|em|strong|u|small|sup|sub|ul|ol|li|dl|h[1-6]|blockquote|figure|img|table|section|article)\b[^<>]*>/i;

function looksLikeHtml(text: string): boolean {
  return markup.test(text);
}

/** Titles and summaries of APIs come with and without markup, and with characters written as in HTML. */
function plain(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (!looksLikeHtml(text)) return decodeHTML(text);
  try {
    return htmlToText(text);
  } catch (error) {
    if (error instanceof TooComplex) return undefined;
    throw error;
  }
}
