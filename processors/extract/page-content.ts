import { Readability } from '@mozilla/readability';
import { parseHTML } from 'linkedom';
import { assertReadable, htmlToText } from '../../domain/html-text.ts';
import { type PageMetadata, pageMetadata } from './page-metadata.ts';
import { sanitize } from './sanitize.ts';

export interface PageContent {
  readonly metadata: PageMetadata;
  readonly method: 'readability' | 'json-ld';
  /** Sanitised; null where there is only text. */
  readonly html: string | null;
  /** Empty where no article was found. */
  readonly text: string;
}

/** What the page declares as its text is taken when it has so many times the length of what was found. */
const muchMore = 2;

/**
 * The article on a page, by Mozilla's Readability or, where that finds little, by what the page gives for machines;
 * and what the page says of itself.
 *
 * @param url of the page, after redirects
 * @throws TooComplex
 */
export function pageContent(html: string, url: string): PageContent {
  assertReadable(html);
  const { document } = parseHTML(html);
  // Readability rearranges the document, so what it says of itself is read first.
  const metadata = pageMetadata(document);
  const base = URL.parse(document.querySelector('base')?.getAttribute('href') ?? url, url)?.href ?? url;
  const found = sanitize(articleOf(document) ?? '', base);
  const text = htmlToText(found);
  const declared = metadata.body === null ? '' : htmlToText(metadata.body.replace(/\r?\n\s*/g, '<br><br>'));
  return declared.length > text.length * muchMore
    ? { metadata, method: 'json-ld', html: null, text: declared }
    : { metadata, method: 'readability', html: found, text };
}

function articleOf(document: ConstructorParameters<typeof Readability>[0]): string | null {
  // A template is no part of the page, but linkedom shows its content, and Readability fails on one outside the body.
  for (const template of document.querySelectorAll('template')) template.remove();
  try {
    return new Readability(document, { disableJSONLD: true }).parse()?.content ?? null;
  } catch {
    // Documents without a body.
    return null;
  }
}
