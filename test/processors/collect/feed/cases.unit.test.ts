import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { feedDate } from '../../../../processors/collect/feed/feed-date.ts';
import { parseFeed } from '../../../../processors/collect/feed/parse-feed.ts';
import { compareWith } from '../../../eval/feeds/expectation.ts';
import { findFeeds } from '../../../eval/feeds/find-feeds.ts';
import { rawFeed, readFile } from '../../../eval/feeds/read-file.ts';

const cases = findFeeds(fileURLToPath(new URL('./cases', import.meta.url)));

describe('feeds of all formats, odd and broken', () => {
  test.each(cases.map(({ path, ...file }) => [path, file] as const))('%s', async (_, { bytes, expected }) => {
    const { wire } = await readFile(bytes);
    const outcomes = compareWith(expected, wire, rawFeed(bytes));
    expect(outcomes.length).toBeGreaterThan(1);
    expect(outcomes.filter(({ isRight }) => !isRight)).toEqual([]);
  });
});

const channel = (inside: string): string => `<rss version="2.0"><channel><title>T</title>${inside}</channel></rss>`;
const sy = (period: string, frequency: string): string =>
  `<sy:updatePeriod>${period}</sy:updatePeriod>${frequency === '' ? '' : `<sy:updateFrequency>${frequency}</sy:updateFrequency>`}`;

test.each([
  ['', null],
  ['<ttl>60</ttl>', 3_600],
  ['<ttl>0</ttl>', null],
  ['<ttl>-5</ttl>', null],
  ['<ttl>soon</ttl>', null],
  ['<ttl>99999999999</ttl>', 365 * 86_400],
  [sy('hourly', '1'), 3_600],
  [sy('hourly', ''), 3_600],
  [sy('daily', '4'), 21_600],
  [sy('Weekly', '1'), 604_800],
  [sy('hourly', '0'), 3_600],
  [sy('fortnightly', '1'), null],
  [sy('constructor', '1'), null],
  [`<ttl>30</ttl>${sy('hourly', '1')}`, 3_600],
  [`<ttl>120</ttl>${sy('hourly', '1')}`, 7_200],
])('a feed that says %s stays fresh for %j s', async (inside, seconds) => {
  const bytes = Buffer.from(channel(inside));
  const { freshSeconds } = await parseFeed({ bytes, contentType: '', url: 'https://example.org/feed' }, 0);
  expect(freshSeconds).toBe(seconds);
});

const atom = (title: string): string =>
  `<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><entry><id>1</id><link href="https://example.org/1"/>${title}</entry></feed>`;
const json = (title: string): string =>
  JSON.stringify({
    version: 'https://jsonfeed.org/version/1.1',
    title: 'T',
    items: [{ id: '1', url: 'https://example.org/1', title }],
  });

test.each([
  [atom('<title>&amp;#x27;Fish&amp;#x27; &amp;amp; chips</title>'), "'Fish' & chips"],
  [atom('<title type="text">How to write &amp;quot;</title>'), 'How to write &quot;'],
  [atom('<title>AT&amp;T &lt;B&gt; rises</title>'), 'AT&T <B> rises'],
  [json('Don&#8217;t panic &amp; carry on'), 'Don’t panic & carry on'],
  [json('AT&T; if a < b; R&D;'), 'AT&T; if a < b; R&D;'],
])('HTML where plain text should be is read as HTML: %s', async (document, title) => {
  const { entries } = await parseFeed(
    { bytes: Buffer.from(document), contentType: '', url: 'https://example.org/feed' },
    0,
  );
  expect(entries.map((entry) => entry.title)).toEqual([title]);
});

test.each([
  ['3/5/2026', 'en-US', '2026-03-05'],
  ['3/5/2026', 'en-GB', '2026-05-03'],
  ['3/5/2026', 'de', '2026-05-03'],
  ['5 mar 2026', 'es', '2026-03-05'],
  ['February 28, 2026 10:00 PM', 'en', '2026-02-28T22:00:00Z'],
  ['28/02/2026 12:30 AM', 'en', '2026-02-28T00:30:00Z'],
  ['30 Feb 2026', 'en', null],
  ['2026-13-01', null, null],
  ['+275760-09-13T00:00:00Z', null, null],
  ['yesterday', null, null],
  ['', null, null],
  ['1'.repeat(100_000), null, null],
])('%s in %s is %s', (text, language, expected) => {
  expect(feedDate(text, language)).toBe(expected === null ? null : Date.parse(expected));
});
