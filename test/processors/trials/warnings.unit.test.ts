import { expect, test } from 'vitest';
import { warningsOf } from '../../../processors/trials/warnings.ts';
import type { FeedEntry } from '../../../schemas/types.ts';

const nowMs = Date.parse('2026-03-01T12:00:00Z');
const entry: FeedEntry = {
  guid: '1',
  url: 'https://a.example/1',
  title: 'T',
  summary_html: '<p>x</p>',
  content_html: null,
  authors: [],
  tags: [],
  published_at: nowMs - 1_000,
  updated_at: null,
  published_raw: null,
  image_url: null,
  language: null,
};
type Seen = Parameters<typeof warningsOf>[0];
const seen = (entries: readonly Partial<FeedEntry>[], more: Partial<Seen> = {}): Seen => ({
  url: 'https://a.example/feed',
  feed: {
    title: 'T',
    site_url: 'https://www.a.example/',
    entries: entries.map((each) => ({ ...entry, ...each })),
    freshSeconds: null,
    warnings: [],
  },
  emptyArticles: 0,
  shownArticles: 1,
  redirects: [],
  collectMs: 100,
  nowMs,
  ...more,
});

test('a feed without oddities has no warnings', () => {
  expect(warningsOf(seen([{}, { url: 'https://feeds.a.example/2' }]))).toEqual([]);
});

const moved = { from: 'https://a.example/feed', to: 'https://b.example/feed' };
test.each<[string, Seen]>([
  ['it holds no entries', seen([])],
  ['no entry has a date', seen([{ published_at: null }])],
  ['1 of 2 entries have no date', seen([{}, { published_at: null }])],
  ['all dates lie in the future', seen([{ published_at: nowMs + 1 }])],
  ['1 of 1 entries have no text', seen([{ summary_html: null }])],
  ['1 of 2 links lead to other sites', seen([{}, { url: 'https://b.example/' }])],
  ['no text was found on the pages', seen([{}], { emptyArticles: 1 })],
  ['it has moved for good to https://b.example/feed', seen([{}], { redirects: [{ ...moved, status: 301 }] })],
  ['it is slow: 6.0 s', seen([{}], { collectMs: 6_000 })],
  ['try https://a.example/feed', seen([{}], { url: 'http://a.example/feed' })],
])('%s', (words, given) => {
  const warnings = warningsOf(given);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain(words);
});

test('a temporary redirect is no move', () => {
  expect(warningsOf(seen([{}], { redirects: [{ ...moved, status: 302 }] }))).toEqual([]);
});
