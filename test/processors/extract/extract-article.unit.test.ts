import { describe, expect, test } from 'vitest';
import { extractArticle } from '../../../processors/extract/extract-article.ts';
import { fetchedMs, newsPage, pageUrl, paragraphs, rawArticle } from './raw-article.ts';

const at = (text: string): number => Date.parse(text);
const text = paragraphs.join('\n\n');
const jsonLd = (node: object): string => `<script type="application/ld+json">${JSON.stringify(node)}</script>`;

const copy = (title: string, inside = ''): ReturnType<typeof extractArticle> =>
  extractArticle(rawArticle(newsPage('', inside, title), { title }));
const contentHash = (head: string, entry = {}): string =>
  extractArticle(rawArticle(newsPage(head), entry)).content_hash;

test('a page gives its text, in paragraphs, without what stands around it', () => {
  const article = extractArticle(rawArticle(newsPage()));
  expect(article).toMatchObject({
    text,
    title: 'Storm hits the coast',
    extraction_method: 'readability',
    language_hint: 'en',
  });
  expect(article.html).toContain(`<p>${paragraphs[0]}</p>`);
  expect(article.html).not.toContain('Most read');
});

test('the article is a version above what was collected, of the same identity', () => {
  const raw = rawArticle(newsPage());
  const { article_id, version, visibility, url, feed_ids, fetched_at } = extractArticle(raw);
  expect({ article_id, visibility, url, feed_ids, fetched_at }).toEqual({
    article_id: raw.article_id,
    visibility: 'public',
    url: raw.url,
    feed_ids: ['f'],
    fetched_at: fetchedMs,
  });
  expect(version).toBeGreaterThan(raw.version);
  expect(version).toBeLessThan(raw.version + 1000);
});

describe('what the page says of itself', () => {
  const all = {
    title: 'Storm',
    site_name: 'Daily News',
    authors: ['Ada Bell'],
    image_url: 'https://example.org/i.jpg',
    canonical_url: 'https://example.org/a',
    published_at: at('2026-02-28T10:00:00Z'),
    published_at_source: 'page',
    modified_at: at('2026-02-28T11:00:00Z'),
  };
  test.each([
    [
      'as JSON-LD',
      `<link rel="canonical" href="/a?utm_source=x">${jsonLd({ '@graph': [{ '@type': 'WebPage' }, { '@type': ['NewsArticle'], headline: 'Storm', author: [{ name: 'Ada Bell' }], datePublished: '2026-02-28T10:00:00Z', dateModified: '2026-02-28T11:00:00Z', image: { url: '/i.jpg' }, publisher: { name: 'Daily News' } }] })}`,
    ],
    [
      'as OpenGraph',
      '<meta property="og:url" content="https://example.org/a"><meta property="og:title" content="Storm"><meta property="og:site_name" content="Daily News"><meta name="author" content="By Ada Bell"><meta property="article:author" content="https://social.example/ada"><meta property="og:image" content="/i.jpg"><meta property="article:published_time" content="2026-02-28T10:00:00Z"><meta property="article:modified_time" content="2026-02-28T11:00:00Z">',
    ],
  ])('%s', (_, head) => {
    expect(extractArticle(rawArticle(newsPage(head), { title: '' }))).toMatchObject(all);
  });

  test.each([
    ['section', jsonLd({ '@type': 'NewsArticle', articleSection: ['Weather', 'News'] }), { section: 'Weather' }],
    ['section', '<meta property="article:section" content="Weather">', { section: 'Weather' }],
    ['section, where it says none', '', { section: null }],
    ['paywall', jsonLd({ '@type': 'NewsArticle', isAccessibleForFree: 'False' }), { paywall: true }],
    ['paywall', jsonLd({ '@type': 'NewsArticle', isAccessibleForFree: true }), { paywall: false }],
    ['paywall', '<meta property="article:content_tier" content="metered">', { paywall: true }],
    ['paywall', '<meta property="article:content_tier" content="free">', { paywall: false }],
    ['paywall, where it says nothing', '', { paywall: null }],
  ])('%s of %s', (_, head, expected) => {
    expect(extractArticle(rawArticle(newsPage(head)))).toMatchObject(expected);
  });

  test('JSON-LD that is broken costs nothing else', () => {
    const head =
      '<script type="application/ld+json">{"@type":"NewsArticle", oh</script><meta property="og:site_name" content="Daily">';
    expect(extractArticle(rawArticle(newsPage(head)))).toMatchObject({ text, site_name: 'Daily' });
  });

  test('line breaks inside JSON-LD are forgiven', () => {
    const head =
      '<script type="application/ld+json">{"@type":"NewsArticle","publisher":{"name":"Daily\nNews"}}</script>';
    expect(extractArticle(rawArticle(newsPage(head))).site_name).toBe('Daily News');
  });

  test("the front page is nobody's canonical address", () => {
    expect(extractArticle(rawArticle(newsPage('<link rel="canonical" href="/">'))).canonical_url).toBeNull();
  });

  test.each([['javascript:alert(1)'], ['data:image/png;base64,AAAA'], ['file:///etc/passwd']])(
    '%s is no image and no address',
    (link) => {
      const head = `<link rel="canonical" href="${link}"><meta property="og:image" content="${link}">`;
      expect(extractArticle(rawArticle(newsPage(head)))).toMatchObject({ canonical_url: null, image_url: null });
    },
  );
});

describe('the date of publication', () => {
  const page = newsPage('<meta property="article:published_time" content="2026-02-27T10:00:00Z">');
  const later = newsPage('<meta property="article:published_time" content="2026-03-01T20:00:00Z">');
  test.each([
    ["is the entry's", page, { published_at: at('2026-02-28T10:00:00Z') }, at('2026-02-28T10:00:00Z'), 'entry'],
    [
      'is when the entry was updated, where that is all',
      page,
      { updated_at: at('2026-02-28T10:00:00Z') },
      at('2026-02-28T10:00:00Z'),
      'entry',
    ],
    ["is the page's, where the entry has none", page, {}, at('2026-02-27T10:00:00Z'), 'page'],
    ['is when it was fetched, where nobody says', newsPage(), {}, fetchedMs, 'fetched'],
    [
      'is not later than when it was fetched, whatever the entry says',
      newsPage(),
      { published_at: fetchedMs + 1 },
      fetchedMs,
      'entry',
    ],
    ['is not later than when it was fetched, whatever the page says', later, {}, fetchedMs, 'page'],
  ])('%s', (_, html, entry, published, source) => {
    const { published_at, published_at_source } = extractArticle(rawArticle(html, entry));
    expect({ published_at, published_at_source }).toEqual({ published_at: published, published_at_source: source });
  });
});

describe('the title is never empty', () => {
  test.each([
    ["the entry's", newsPage(), { title: 'From the feed' }, 'From the feed'],
    [
      "the page's",
      newsPage('<meta property="og:title" content="From &amp;amp; the page">'),
      { title: '' },
      'From & the page',
    ],
    ['the address', null, { title: '' }, pageUrl],
  ])('%s', (_, html, entry, title) => {
    expect(extractArticle(rawArticle(html, entry)).title).toBe(title);
  });
});

describe('where the text comes from', () => {
  const long = `<p>${'The feed has much more to tell. '.repeat(60)}</p>`;
  test.each([
    ['the page', newsPage(), { content_html: '<p>Short.</p>', summary_html: '<p>Shorter.</p>' }, 'readability'],
    ['the entry, where the page has less', newsPage(), { content_html: long }, 'feed-content'],
    ['the entry, without a page', null, { content_html: '<p>Short.</p>', summary_html: 'Tiny' }, 'feed-content'],
    ['the summary, where there is nothing else', null, { summary_html: '<p>Short.</p>' }, 'feed-summary'],
    [
      'the summary, where it is longer than the content',
      null,
      { content_html: '<p>S.</p>', summary_html: '<p>Short.</p>' },
      'feed-summary',
    ],
    ['nowhere', null, {}, 'title-only'],
    [
      'what the page gives for machines, where its markup has little',
      `<html><head>${jsonLd({ '@type': 'Article', articleBody: text })}</head><body><div id="app">Loading</div></body></html>`,
      {},
      'json-ld',
    ],
  ])('%s', (_, html, entry, method) => {
    expect(extractArticle(rawArticle(html, entry)).extraction_method).toBe(method);
  });

  test('an answer that is no success is not read', () => {
    expect(extractArticle(rawArticle(newsPage(), { summary_html: 'Short' }, { status: 404 })).text).toBe('Short');
  });

  test("the summary is the publisher's own, else the page's description", () => {
    const page = newsPage('<meta name="description" content="Described">');
    expect(extractArticle(rawArticle(page, { summary_html: '<p>Told</p>' })).summary).toBe('Told');
    expect(extractArticle(rawArticle(page)).summary).toBe('Described');
    expect(extractArticle(rawArticle(null)).summary).toBeNull();
  });

  test('templates outside the body do not hide the article', () => {
    expect(
      extractArticle(rawArticle(newsPage('<template><p>x, y, z</p><div>Lorem, ipsum</div></template>'))).text,
    ).toBe(text);
  });
});

describe('encodings', () => {
  test.each([
    ['by the header', 'Großer Sturm über Föhr, und das im Mai.', 'text/html; charset=iso-8859-1', ''],
    [
      'by the meta element',
      'Großer Sturm über Föhr, und das im Mai.',
      'text/html',
      '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">',
    ],
  ])('%s', (_, words, contentType, head) => {
    const html = newsPage('', `<p>${words}</p>`).replace('<meta charset="utf-8">', head);
    const raw = rawArticle(Buffer.from(html, 'latin1'), {}, { content_type: contentType });
    expect(extractArticle(raw).text).toContain(words);
  });
});

describe('copies', () => {
  test('under another headline have the same text', () => {
    expect(copy('Update: storm hits the coast').text_hash).toBe(copy('Storm hits the coast').text_hash);
  });

  test('with a title inside the text have the same text', () => {
    const html = `<p>Storm hits the coast!</p>${paragraphs.map((words) => `<p>${words}</p>`).join('')}`;
    expect(extractArticle(rawArticle(null, { content_html: html })).text_hash).toBe(
      copy('Storm hits the coast').text_hash,
    );
  });

  test('with another text have another', () => {
    expect(
      copy('Storm', '<p>And a sentence that the other has not, which is long enough to count.</p>').text_hash,
    ).not.toBe(copy('Storm').text_hash);
  });
});

describe('content_hash', () => {
  test('stays the same when only the time of fetching differs', () => {
    const later = { ...rawArticle(newsPage()), fetched_at: fetchedMs + 60_000, version: (fetchedMs + 60_000) * 1000 };
    expect(extractArticle(later).content_hash).toBe(contentHash(''));
  });
  test.each([
    ['title', '', { title: 'Another' }],
    ['authors', '', { authors: ['Ada'] }],
    ['tags', '', { tags: ['Weather'] }],
    ['summary', '', { summary_html: 'Told' }],
    ['section', '<meta property="article:section" content="Weather">', {}],
    ['paywall', '<meta property="article:content_tier" content="locked">', {}],
    ['image', '<meta property="og:image" content="/i.jpg">', {}],
    ['canonical address', '<link rel="canonical" href="/b">', {}],
    ['date', '', { published_at: fetchedMs - 1 }],
  ])('changes with the %s', (_, head, entry) => {
    expect(contentHash(head, entry)).not.toBe(contentHash(''));
  });
});
