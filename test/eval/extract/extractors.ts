import { Readability } from '@mozilla/readability';
import { parseHTML } from 'linkedom';
import { htmlToLines } from './html-to-lines.ts';
import { decodeDocument } from '../../../domain/decode-bytes.ts';
import { authorNames } from '../../../processors/extract/author-names.ts';
import { pageContent } from '../../../processors/extract/page-content.ts';

export interface Extracted {
  readonly text: string;
  readonly title: string;
  readonly authors: readonly string[];
  /** Milliseconds since 1970; null where none was found. */
  readonly publishedAt: number | null;
  /** 0 to 1; null where the extractor does not say. */
  readonly confidence: number | null;
}

export type Extractor = (html: Buffer, url: string) => Extracted;

/** Such sets keep pages as UTF-8, whatever the pages say of themselves; a page that is no UTF-8 is decoded by its own word. */
const contentType = 'text/html; charset=utf-8';

/** All that the stage does with a page, from its bytes to text, fields and sanitised HTML, in this thread. */
export const mimir: Extractor = (html, url) => {
  const page = { html: decodeDocument(html, contentType), url, fetchedAt: Date.now(), extraction: null };
  const { text, metadata, publishedAt, confidence } = pageContent(page);
  return { text, title: metadata.title ?? '', authors: authorNames(metadata.authors, 20), publishedAt, confidence };
};

/** Mozilla's Readability on linkedom, as its documentation shows it: text only, blocks separated. */
export const plainReadability: Extractor = (html) => {
  const { document } = parseHTML(decodeDocument(html, contentType));
  const article = new Readability(document).parse();
  return {
    text: htmlToLines(article?.content ?? ''),
    title: article?.title ?? '',
    authors: article?.byline === null || article?.byline === undefined ? [] : [article.byline],
    publishedAt: article?.publishedTime ? Date.parse(article.publishedTime) || null : null,
    confidence: null,
  };
};
