import { describe, expect, test } from 'vitest';
import { pageContent } from '../../../processors/extract/page-content.ts';
import { newsPage } from './raw-article.ts';

const fetchedAt = Date.parse('2026-03-01T12:00:00Z');

function found(html: string, url = 'https://example.org/storm'): string | null {
  const { publishedAt } = pageContent({ html, url, fetchedAt, extraction: null });
  return publishedAt === null ? null : new Date(publishedAt).toISOString().slice(0, 16);
}

const inHead = (head: string): string => newsPage(head);
const inside = (html: string): string => newsPage('', html);

describe('the date of publication is found', () => {
  test.each([
    [
      'in a meta element',
      inHead('<meta property="article:published_time" content="2024-05-03T10:00:00Z">'),
      '2024-05-03T10:00',
    ],
    [
      'in a meta element of another dialect',
      inHead('<meta name="DC.date.issued" content="2024-05-03">'),
      '2024-05-03T00:00',
    ],
    ['in microdata', inside('<meta itemprop="datePublished" content="2024-05-03">'), '2024-05-03T00:00'],
    ['in a time element', inside('<time datetime="2024-05-03T10:00:00+02:00">Friday</time>'), '2024-05-03T08:00'],
    [
      'in an abbr element',
      inside('<abbr class="published" title="2024-05-03T10:00:00Z">Friday</abbr>'),
      '2024-05-03T10:00',
    ],
    ['in an element that is called a date', inside('<span class="entry-date">3. Mai 2024</span>'), '2024-05-03T00:00'],
    ['in a sentence that says so', inside('<p>Posted on May 3, 2024 by Ada Bell</p>'), '2024-05-03T00:00'],
    ['in a line of its own', inside('<div>3 May 2024</div>'), '2024-05-03T00:00'],
    [
      'in what scripts know',
      newsPage('<script>var page = {"publishDate": "2024-05-03T10:00:00Z"}</script>'),
      '2024-05-03T10:00',
    ],
  ])('%s', (_, html, expected) => {
    expect(found(html)).toBe(expected);
  });

  test('in the address', () => {
    expect(found(newsPage(), 'https://example.org/2024/05/03/storm')).toBe('2024-05-03T00:00');
  });
});

describe('of several dates', () => {
  const plain = '<time datetime="2024-05-03">3 May</time>';
  const published = '<time class="published" datetime="2024-05-03">3 May</time>';
  test.each([
    [
      'the publication counts, and not the update',
      inside(`<time class="updated" datetime="2024-06-01">x</time>${published}`),
    ],
    ['words tell them apart', inside('<p>Last updated 1 June 2024</p><p>Published 3 May 2024</p>')],
    [
      'those of comments do not count',
      inside(`<div class="comments"><time datetime="2024-07-01">x</time></div>${plain}`),
    ],
    ['those of the sidebar do not count', inside(`<aside><time datetime="2023-01-01">x</time></aside>${plain}`)],
    ['the copyright does not count', inside('<p>© 1 January 2020 The Daily</p><p>3 May 2024</p>')],
    [
      'what cannot be read does not count',
      inHead('<meta name="date" content="soon"><meta name="dc.date" content="2024-05-03">'),
    ],
    [
      'what lies in the future does not count',
      inHead('<meta name="date" content="2031-01-01"><meta name="dc.date" content="2024-05-03">'),
    ],
    [
      '30 February does not count',
      inHead('<meta name="date" content="2024-02-30"><meta name="dc.date" content="2024-05-03">'),
    ],
  ])('%s', (_, html) => {
    expect(found(html)?.slice(0, 10)).toBe('2024-05-03');
  });

  test('the address counts where an article was published anew', () => {
    const html = inHead('<meta property="article:published_time" content="2025-01-01T10:00:00Z">');
    expect(found(html, 'https://example.org/2024/05/03/storm')).toBe('2024-05-03T00:00');
    expect(found(html, 'https://example.org/2024/12/31/storm')).toBe('2025-01-01T10:00');
  });

  test('an update is better than nothing', () => {
    expect(found(inHead('<meta property="article:modified_time" content="2024-05-03T10:00:00Z">'))).toBe(
      '2024-05-03T10:00',
    );
  });
});

test('where nothing says, there is none', () => {
  expect(found(newsPage())).toBeNull();
});
