import { parseHTML } from 'linkedom';
import { selectorParts } from '../../../domain/css-selector.ts';
import { assertReadable } from '../../../domain/html-text.ts';
import { oneLine } from '../../../domain/clean-text.ts';
import type { FeedDocument } from '../feed-document.ts';
import { findArticleLinks } from './automatic-list.ts';
import { pageText } from './page-text.ts';

/** What stands on a list page; texts as written, addresses absolute, nothing judged yet. */
export interface ListedArticle {
  readonly url: string;
  readonly title: string;
  readonly date: string | null;
  readonly summary: string | null;
  readonly image: string | null;
}

export interface ArticleList {
  readonly title: string | null;
  readonly articles: readonly ListedArticle[];
}

/** Where things stand on a list page; what is left out is found by itself. */
export interface ListSelectors {
  readonly item?: string | undefined;
  readonly link?: string | undefined;
  readonly title?: string | undefined;
  readonly date?: string | undefined;
  readonly summary?: string | undefined;
  readonly image?: string | undefined;
}

/** Items at most that are looked at. */
const maxItems = 1_000;
const maxTextCharacters = 5_000;

/**
 * The articles that a page lists, in its order.
 *
 * @throws SourceProblem unreadable-page
 * @throws TooComplex
 */
export function readList(page: FeedDocument, selectors: ListSelectors): ArticleList {
  const html = pageText(page);
  assertReadable(html);
  const { document } = parseHTML(html);
  const base = URL.parse(document.querySelector('base[href]')?.getAttribute('href') ?? '', page.url)?.href ?? page.url;
  const items =
    selectors.item === undefined
      ? findArticleLinks(document, base)
      : [...document.querySelectorAll(selectors.item)]
          .slice(0, maxItems)
          .map((item) => ({ item, link: linkOf(item, selectors) }));
  const articles = items.map(({ item, link }) => articleOf(item, link, selectors, base));
  return {
    title: oneLine(document.querySelector('title')?.textContent ?? '') || null,
    articles: articles.filter((article) => article !== null),
  };
}

/** The first link with words; a picture that is linked comes before the headline on many pages. */
function linkOf(item: Element, { link }: ListSelectors): Element | null {
  if (link !== undefined) {
    const { selector } = selectorParts(link);
    return item.matches(selector) ? item : item.querySelector(selector);
  }
  if (item.matches('a[href]')) return item;
  const inHeading = item.querySelector('h1 a[href], h2 a[href], h3 a[href], h4 a[href]');
  const links = [...item.querySelectorAll('a[href]')];
  return inHeading ?? links.find((each) => textOf(each) !== '') ?? links[0] ?? null;
}

function articleOf(item: Element, link: Element | null, selectors: ListSelectors, base: string): ListedArticle | null {
  if (link === null) return null;
  const attribute = selectors.link === undefined ? null : selectorParts(selectors.link).attribute;
  const url = absolute(link.getAttribute(attribute ?? 'href'), base);
  if (url === null) return null;
  const title = selectors.title === undefined ? titleOf(item, link) : valueOf(item, selectors.title);
  return {
    url,
    title: title ?? '',
    date: selectors.date === undefined ? dateOf(item) : valueOf(item, selectors.date, ['datetime', 'content']),
    summary: selectors.summary === undefined ? summaryOf(item, title ?? '') : valueOf(item, selectors.summary),
    image: absolute(
      selectors.image === undefined ? imageOf(item) : valueOf(item, selectors.image, ['data-src', 'src']),
      base,
    ),
  };
}

function titleOf(item: Element, link: Element): string {
  const heading = link.querySelector('h1, h2, h3, h4');
  const own = textOf(heading ?? link);
  if (own !== '') return own;
  return textOf(item.querySelector('h1, h2, h3, h4') ?? link) || oneLine(link.getAttribute('title') ?? '');
}

function dateOf(item: Element): string | null {
  const time = item.querySelector('time');
  return time === null ? null : (time.getAttribute('datetime') ?? textOf(time)) || null;
}

function summaryOf(item: Element, title: string): string | null {
  const text = [...item.querySelectorAll('p')].map(textOf).find((words) => words.length > 30 && words !== title);
  return text ?? null;
}

function imageOf(item: Element): string | null {
  const image = item.querySelector('img');
  const address = image?.getAttribute('data-src') ?? image?.getAttribute('src') ?? null;
  return address?.startsWith('data:') === true ? null : address;
}

/** @param attributes read in this order, before the text, where the selector names none */
function valueOf(item: Element, wanted: string, attributes: readonly string[] = []): string | null {
  const { selector, attribute } = selectorParts(wanted);
  const element = item.matches(selector) ? item : item.querySelector(selector);
  if (element === null) return null;
  if (attribute !== null) return element.getAttribute(attribute);
  const found = attributes.map((name) => element.getAttribute(name)).find((value) => value !== null && value !== '');
  return found ?? textOf(element);
}

function textOf(element: Element): string {
  return oneLine((element.textContent ?? '').slice(0, maxTextCharacters));
}

function absolute(address: string | null, base: string): string | null {
  if (address === null || address.trim() === '') return null;
  return URL.parse(address, base)?.href ?? null;
}
