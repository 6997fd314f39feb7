import { describe, expect, test } from 'vitest';
import { extractArticle } from '../../../processors/extract/extract-article.ts';
import type { Article } from '../../../schemas/types.ts';
import { newsPage, paragraphs, rawArticle } from './raw-article.ts';

const page = newsPage(
  '<meta property="article:published_time" content="2026-02-01">',
  '<div class="live"><p>One.</p><p class="ad">Buy this.</p><p>Two.</p></div><b class="who">Ada Bell</b><i class="when">3 February 2026</i><h2 class="kicker">Another title</h2>',
);

function article(extraction: unknown): Article {
  const settings = typeof extraction === 'string' ? extraction : JSON.stringify(extraction);
  return extractArticle({ ...rawArticle(page, { title: '' }), extraction: settings });
}

test('a source says by selectors what its articles are', () => {
  const found = article({ content: '.live', remove: ['.ad'], title: '.kicker', authors: '.who', published: '.when' });
  expect(found).toMatchObject({
    text: 'One.\n\nTwo.',
    html: '<div><p>One.</p><p>Two.</p></div>',
    title: 'Another title',
    authors: ['Ada Bell'],
    published_at: Date.parse('2026-02-03'),
    extraction_method: 'selectors',
  });
});

test('several elements are taken in their order, and remove may be one selector', () => {
  expect(article({ content: '.live p', remove: '.ad' }).text).toBe('One.\n\nTwo.');
});

describe('the usual way is taken', () => {
  test.each([
    ['where the selector finds nothing', { content: '.gone' }],
    ['where it is no selector', { content: 'p[' }],
    ['where there are no settings', {}],
    ['where the settings are no JSON', '{'],
    ['where they are something else', '[1]'],
  ])('%s', (_, extraction) => {
    const found = article(extraction);
    expect(found.extraction_method).toBe('readability');
    expect(found.text).toContain(paragraphs[0]);
  });
});

test('what is selected is sanitised', () => {
  const raw = rawArticle(newsPage('', '<div class="x"><p onclick="x()">a<script>x()</script></p></div>'), {
    title: '',
  });
  expect(extractArticle({ ...raw, extraction: '{"content":".x"}' }).html).toBe('<div><p>a</p></div>');
});

test("a source's rule for the enrichment passes on with its articles, and makes no new version of them", () => {
  const rule = '{"skip":["sentiment"]}';
  const found = extractArticle({ ...rawArticle(page), enrichment: rule });
  expect(found.enrichment).toBe(rule);
  expect(found.content_hash).toBe(extractArticle(rawArticle(page)).content_hash);
});
