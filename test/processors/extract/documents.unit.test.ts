import { expect, test } from 'vitest';
import { documentAuthors } from '../../../processors/extract/document-authors.ts';
import { parsePage } from '../../../processors/extract/page/parse-page.ts';
import { publicationDate } from '../../../processors/extract/publication-date.ts';
import { fetchedMs } from './raw-article.ts';

const url = 'https://example.org/';
const inside = '<i>Ada</i> '.repeat(5_000);

test('authors inside authors are not read at each level', () => {
  const { document } = parsePage(`${'<b class="author">'.repeat(500)}${inside}`, url);
  expect(documentAuthors(document)).toEqual([]);
  expect(document.work.steps).toBeLessThan(100_000);
});

test('dates inside dates are not read at each level', () => {
  const html = `${'<time>'.repeat(500)}${inside}`;
  const { document } = parsePage(html, url);
  const page = { document, html, url, language: null, declared: [], modified: [] };
  expect(publicationDate(page, fetchedMs)).toBeNull();
  expect(document.work.steps).toBeLessThan(100_000);
});
