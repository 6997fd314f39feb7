import { htmlToText } from '../../domain/html-text.ts';
import { languageTag } from '../../domain/language-tag.ts';
import { articleTree } from './article-tree.ts';
import { blocksOf, textOf } from './page/blocks.ts';
import { sizeOf } from './page/clean-blocks.ts';
import { parsePage, type ParsedPage } from './page/parse-page.ts';
import { type PageMetadata, pageMetadata } from './page-metadata.ts';
import { publicationDate } from './publication-date.ts';
import { sanitize } from './sanitize.ts';
import { type Selected, selectedParts } from './source-selectors.ts';

export interface PageContent {
  readonly metadata: PageMetadata;
  /** Milliseconds since 1970; null where nothing says. */
  readonly publishedAt: number | null;
  readonly method: 'selectors' | 'readability' | 'densest' | 'json-ld';
  /** 0 to 1. */
  readonly confidence: number;
  /** Sanitised; null where there is only text. */
  readonly html: string | null;
  /** Empty where no article was found. */
  readonly text: string;
}

export interface PageSource {
  readonly html: string;
  /** After redirects. */
  readonly url: string;
  /** When it was fetched, in milliseconds. */
  readonly fetchedAt: number;
  /** RawArticle.extraction. */
  readonly extraction: string | null;
}

/** What the page declares as its text is taken when it has so many times the length of what was found. */
const muchMore = 2;
/** Of the declared text that is compared. Characters. */
const maxDeclared = 200_000;

/**
 * The article on a page: by the selectors of its source, by its markup, or by what it gives for machines where that is
 * much more; and what the page says of itself.
 *
 * @throws TooComplex
 */
export function pageContent({ html, url, fetchedAt, extraction }: PageSource): PageContent {
  const page = parsePage(html, url);
  const selected = selectedParts(html, extraction);
  const metadata = withSelected(pageMetadata(page), selected);
  // Readability rearranges the tree, so what it says of itself is read first.
  const publishedAt = publishedOn(page, metadata, { html, url, fetchedAt });
  return { metadata, publishedAt, ...articleText(page, { html, url, metadata, selected }) };
}

function publishedOn(
  { document }: ParsedPage,
  { published, modified, language }: PageMetadata,
  { html, url, fetchedAt }: Pick<PageSource, 'html' | 'url' | 'fetchedAt'>,
): number | null {
  const page = { document, html, url, language: languageTag(language), declared: published, modified };
  return publicationDate(page, fetchedAt);
}

function withSelected(metadata: PageMetadata, selected: Selected | null): PageMetadata {
  if (selected === null) return metadata;
  return {
    ...metadata,
    title: selected.title || metadata.title,
    authors: selected.authors.length > 0 ? selected.authors : metadata.authors,
    published: [...selected.published, ...metadata.published],
  };
}

interface TextSource {
  readonly html: string;
  readonly url: string;
  readonly metadata: PageMetadata;
  readonly selected: Selected | null;
}

function articleText(
  page: ParsedPage,
  { html, url, metadata, selected }: TextSource,
): Pick<PageContent, 'method' | 'confidence' | 'html' | 'text'> {
  const base = baseOf(page, url);
  const chosen = selected === null || selected.content === '' ? null : selectedText(selected.content, base);
  if (chosen !== null && chosen.text !== '') return { method: 'selectors', confidence: 0.95, ...chosen };
  const declared =
    metadata.body === null ? '' : htmlToText(metadata.body.slice(0, maxDeclared).replace(/\r?\n\s*/g, '<br><br>'));
  const titles = [metadata.title ?? '', page.document.title];
  const found = articleTree(page, html, { titles, declared });
  const length = found?.text.length ?? 0;
  if (declared.length > length * muchMore) {
    return { method: 'json-ld', confidence: lengthConfidence(declared.length) * 0.9, html: null, text: declared };
  }
  if (found === null) return { method: 'readability', confidence: 0, html: '', text: '' };
  return {
    method: found.method,
    confidence: confidenceOf(found, declared),
    html: sanitize(found.html, base),
    text: found.text,
  };
}

/** What somebody chose is not cleaned any further. */
function selectedText(content: string, base: string): { readonly html: string; readonly text: string } {
  const { body } = parsePage(content, base).document;
  return { html: sanitize(content, base), text: textOf(blocksOf(body)) };
}

function baseOf({ document }: ParsedPage, url: string): string {
  const href = document
    .getElementsByTagName('base')
    .find((element) => element.hasAttribute('href'))
    ?.getAttribute('href');
  return URL.parse(href ?? url, url)?.href ?? url;
}

/**
 * By length, by how far the ways to find the text agree with each other and with what the page declares, and by how much
 * of the text stands in whole paragraphs.
 */
function confidenceOf(
  { method, agreement, text }: { method: string; agreement: number; text: string },
  declared: string,
): number {
  const ratio =
    declared === '' ? null : Math.min(declared.length, text.length) / Math.max(declared.length, text.length, 1);
  const agreed = Math.max(agreement, ratio ?? 0);
  const certainty = method === 'readability' ? 0.5 + 0.5 * agreed : 0.4;
  return Math.round(lengthConfidence(text.length) * certainty * (0.3 + 0.7 * proseShare(text)) * 100) / 100;
}

/** Few words are seldom a whole article. */
function lengthConfidence(characters: number): number {
  return Math.min(1, 0.3 + (0.7 * characters) / 1_500);
}

function proseShare(text: string): number {
  const prose = text.split(/\n+/).filter((line) => sizeOf(line) >= 100);
  return prose.join('').length / Math.max(1, text.length);
}
