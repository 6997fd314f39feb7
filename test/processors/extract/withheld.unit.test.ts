import { describe, expect, test } from 'vitest';
import { extractArticle } from '../../../processors/extract/extract-article.ts';
import { withheldBy } from '../../../processors/extract/withheld.ts';
import { newsPage, rawArticle } from './raw-article.ts';

test.each([
  ['noarchive', 'noarchive'],
  ['NoArchive, nofollow', 'noarchive'],
  ['nofollow, noindex', 'noindex'],
  ['none', 'none'],
  ['mimir: noarchive', 'noarchive'],
  ['otherbot: nofollow, mimir: noindex', 'noindex'],
  ['*: none', 'none'],
  ['max-snippet: 50, noarchive', 'noarchive'],
  ['unavailable_after: 25 Jun 2030 15:00:00 PST, noindex', 'noindex'],
  ['otherbot: noindex', null],
  ['otherbot: noindex, noarchive', null],
  ['all, follow, max-image-preview:large', null],
  ['', null],
  [null, null],
])('X-Robots-Tag %j withholds %j', (header, expected) => {
  expect(withheldBy(header, [])).toBe(expected);
});

test.each([
  ['robots', 'index, noarchive', 'noarchive'],
  ['mimir', 'none', 'none'],
  ['otherbot', 'noarchive', null],
  ['robots', 'index, follow', null],
])('a meta element %s of %j withholds %j', (name, content, expected) => {
  expect(withheldBy(null, [[name, content]])).toBe(expected);
});

describe('an article whose page may not be kept is made from its entry alone', () => {
  const entry = { summary_html: '<p>The summary.</p>' };
  const head = '<meta property="og:site_name" content="Daily">';
  test.each([
    ['by its header', rawArticle(newsPage(head), entry, { robots: 'noarchive' }), 'noarchive'],
    ['by its head', rawArticle(newsPage(`${head}<meta name="ROBOTS" content="NOINDEX">`), entry), 'noindex'],
  ])('%s', (_, raw, withheld) => {
    const article = extractArticle(raw);
    expect(article).toMatchObject({ withheld, text: 'The summary.', html: '<p>The summary.</p>', site_name: null });
  });

  test('and any other is not', () => {
    expect(extractArticle(rawArticle(newsPage(head), entry))).toMatchObject({ withheld: null, site_name: 'Daily' });
  });
});
