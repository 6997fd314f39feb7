import { describe, expect, test } from 'vitest';
import { judge, movesTo, type Standing } from '../../../gateways/feed-health/judge.ts';
import type { FeedStatus } from '../../../schemas/types.ts';

const startMs = Date.parse('2026-03-01T12:00:00Z');
const minuteMs = 60_000;
const dayMs = 24 * 3_600_000;
const feed = { url: 'https://news.example.org/feed', visibility: 'public' };

const unknown: Standing = {
  health: 'waiting',
  health_reason: 'Not collected yet',
  checked_at: null,
  retry_at: null,
  paused: false,
  failures: 0,
  failing_since: null,
  worked_at: null,
  entry_count: 0,
  recent: [],
  adaptive_seconds: null,
  fresh_seconds: null,
  moved_to: null,
  moved_times: 0,
};

const fine: Partial<FeedStatus> = { outcome: 'collected', http_status: 200, entry_count: 10, new_entry_count: 2 };
const unchanged: Partial<FeedStatus> = { outcome: 'not_modified', http_status: 304 };
const broken: Partial<FeedStatus> = { outcome: 'failed', error_code: 'timeout', error_detail: 'no answer within 30 s' };
const page: Partial<FeedStatus> = { outcome: 'failed', error_code: 'not-a-feed', error_detail: 'this is a web page' };
const gone: Partial<FeedStatus> = { ...broken, http_status: 410, error_code: 'gone', error_detail: 'it is gone' };
const empty: Partial<FeedStatus> = { ...fine, entry_count: 0, new_entry_count: 0 };
const movedTo = (moved_to: string): Partial<FeedStatus> => ({ ...fine, moved_to });

/** The standing after these statuses, one every 15 minutes unless told. */
function after(statuses: readonly Partial<FeedStatus>[], about = feed, everyMs = 15 * minuteMs): Standing {
  return statuses.reduce((standing: Standing, parts, index) => {
    const checked_at = startMs + index * everyMs;
    const status: FeedStatus = {
      feed_id: 'a',
      checked_at,
      outcome: 'failed',
      http_status: null,
      error_code: null,
      error_detail: null,
      title: null,
      site_url: null,
      entry_count: 0,
      new_entry_count: 0,
      duration_ms: 100,
      moved_to: null,
      fresh_seconds: null,
      retry_after_seconds: null,
      newest_at: null,
      oldest_at: null,
      warnings: [],
      ...parts,
    };
    return judge(standing, status, about, checked_at) ?? standing;
  }, unknown);
}
const times = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);

test.each([
  ['works', [fine], 'healthy', '10 entries, 2 of them new'],
  ['has nothing new', [fine, unchanged], 'healthy', 'Nothing new since the collection before'],
  ['answered slowly once', [{ ...fine, duration_ms: 3_100 }], 'healthy', '10 entries, 2 of them new'],
  [
    'answers slowly',
    times(2, { ...fine, duration_ms: 3_100 }),
    'degraded',
    'It works, but it answers slowly, within 3.1 s',
  ],
  ['has oddities', [{ ...fine, warnings: ['a date is missing'] }], 'degraded', 'It works, but a date is missing'],
  ['was odd not long ago', [{ ...fine, warnings: ['it broke'] }, unchanged], 'degraded', 'not long ago: it broke'],
  ['was odd long ago', [{ ...fine, warnings: ['it broke'] }, ...times(10, fine)], 'healthy', '10 entries'],
  ['failed once', [fine, broken], 'degraded', 'no answer within 30 s. Tried again soon: failure 1'],
  ['failed twice', [fine, broken, broken], 'degraded', 'no answer within 30 s. Tried again soon: failure 2'],
  ['failed thrice', [fine, ...times(3, broken)], 'failing', 'Failed 3 times in a row'],
  ['failed and works again', [broken, fine], 'degraded', '1 of its latest 2 collections failed: no answer within 30 s'],
  ['failed long ago', [broken, ...times(10, fine)], 'healthy', '10 entries'],
  ['shows a login page', [fine, page], 'suspect', 'this is a web page. It was a feed before; its articles stay'],
  ['always was a page', [page], 'degraded', 'this is a web page'],
  ['is suddenly empty', [fine, empty], 'suspect', 'no entries any more, and had 10 entries before'],
  ['stays empty', [fine, empty, empty, unchanged], 'suspect', 'had 10 entries before'],
  ['was empty and has entries again', [fine, empty, fine], 'healthy', '10 entries'],
  ['always was empty', [empty, empty], 'healthy', '0 entries'],
  ['says 304 unasked', [fine, { ...page, error_code: 'unexpected-304' }], 'suspect', 'its articles stay'],
  ['is gone', [fine, gone], 'dead', 'it is gone. It is not asked any more. Change its address, or collect it now'],
  ['was gone and works', [gone, fine], 'degraded', '1 of its latest 2 collections failed'],
] as const)('a feed that %s', (_, statuses, health, words) => {
  const standing = after(statuses);
  expect(standing.health).toBe(health);
  expect(standing.health_reason).toContain(words);
  expect(standing.paused).toBe(health === 'dead');
});

/** Seconds from the last status to the next attempt; null where there is none beside the schedule. */
const waitAfter = (statuses: readonly Partial<FeedStatus>[]): number | null => {
  const { retry_at, checked_at } = after(statuses);
  return retry_at === null ? null : (retry_at - (checked_at ?? 0)) / 1000;
};

describe('the next attempt after a failure', () => {
  test.each([
    [1, 60],
    [2, 120],
    [3, 240],
    [4, 480],
    [11, 61_440],
    [12, 86_400],
    [40, 86_400],
  ])('number %i comes after %i s', (count, seconds) => {
    expect(waitAfter(times(count, broken))).toBe(seconds);
  });

  test.each([
    ['is what the server asks', 1, 7, 7],
    ['is a day where it asks for years', 1, 94_608_000, 86_400],
    ['is now where its time has passed', 2, -5, 0],
    ['is no earlier than the pause once the breaker is open', 3, 0, 240],
  ])('%s', (_, count, retry_after_seconds, seconds) => {
    expect(waitAfter(times(count, { ...broken, retry_after_seconds }))).toBe(seconds);
  });

  test('is none after success, and none for what is gone', () => {
    expect([waitAfter([broken, fine]), waitAfter([gone])]).toEqual([null, null]);
  });
});

test('a feed that fails for 30 days is dead, and one that was hardly asked meanwhile is not', () => {
  expect(after(times(31, broken), feed, dayMs)).toMatchObject({ health: 'dead', paused: true, retry_at: null });
  expect(after(times(31, broken), feed, dayMs).health_reason).toContain('It has failed since 2026-03-01');
  expect(after(times(2, broken), feed, 40 * dayMs)).toMatchObject({ health: 'degraded', paused: false });
});

test('a site that is left alone counts as no failure', () => {
  const left = { ...broken, error_code: 'site-resting', error_detail: 'left alone', retry_after_seconds: 300 };
  const standing = after([fine, left]);
  expect(standing).toMatchObject({ health: 'degraded', health_reason: 'left alone', failures: 0 });
  expect(standing.retry_at).toBe((standing.checked_at ?? 0) + 300_000);
  expect(after([...times(3, broken), left])).toMatchObject({ health: 'failing', failures: 3 });
});

test.each([
  ['the same status again', 0],
  ['an older one', -1],
])('%s changes nothing', (_, laterMs) => {
  const standing = after([fine]);
  const repeat = { ...broken, checked_at: startMs + laterMs } as FeedStatus;
  expect(judge(standing, repeat, feed, startMs)).toBeNull();
});

describe('a permanent redirect', () => {
  const near = 'https://feeds.example.org/all';
  test.each([
    ['seen twice is told', [movedTo(near), movedTo(near)], null],
    ['seen three times is followed', times(3, movedTo(near)), near],
    [
      'seen around an unchanged feed is followed',
      [movedTo(near), { ...unchanged, moved_to: near }, movedTo(near)],
      near,
    ],
    ['that changes its mind is not', [movedTo(near), movedTo('https://www.example.org/x'), movedTo(near)], null],
    ['that was taken back is not', [movedTo(near), movedTo(near), fine, movedTo(near)], null],
    ['to a page that is no feed is not', times(3, { ...page, moved_to: near }), null],
    ['to another site is left to a person', times(5, movedTo('https://bought.example/feed')), null],
    ['from https to http is not', times(3, movedTo('http://news.example.org/feed')), null],
    ['to itself is none', times(3, movedTo(`${feed.url}#top`)), null],
  ] as const)('%s', (_, statuses, expected) => {
    expect(movesTo(after(statuses), feed)).toBe(expected);
  });

  test('takes credentials to no other host', () => {
    const own = { ...feed, visibility: '00000000-0000-4000-8000-000000000001' };
    expect(movesTo(after(times(3, movedTo(near)), own), own)).toBeNull();
    const path = 'https://news.example.org/new';
    expect(movesTo(after(times(3, movedTo(path)), own), own)).toBe(path);
  });

  test('is said in words', () => {
    expect(after([movedTo(near)])).toMatchObject({ health: 'degraded' });
    expect(after([movedTo(near)]).health_reason).toContain(`moved to ${near}`);
    expect(after([movedTo('https://bought.example/feed')]).health_reason).toContain('another site');
  });
});

describe('the interval of a feed without a wish', () => {
  const withNews = (count: number): Partial<FeedStatus> => ({ ...fine, new_entry_count: count });
  test.each([
    ['is not known from three collections', times(3, fine), 15, null],
    ['of a busy feed is 5 minutes', times(10, withNews(9)), 15, 300],
    ['of a quiet feed is what it was quiet for', [fine, ...times(9, unchanged)], 15, 9 * 15 * 60],
    ['of a feed that is quiet for weeks is a day', [fine, ...times(9, unchanged)], 24 * 60, 86_400],
    ['of one change an hour is about an hour', [fine, withNews(1), ...times(7, unchanged)], 15, 3600],
    ['is never shorter than the publisher asks', times(10, { ...withNews(9), fresh_seconds: 1800 }), 15, 1800],
    ['is a day where the publisher asks for a year', times(10, { ...fine, fresh_seconds: 31_536_000 }), 15, 86_400],
    ['does not count the failures', [...times(4, withNews(9)), broken, broken], 15, 300],
  ] as const)('%s', (_, statuses, minutes, seconds) => {
    expect(after(statuses, feed, minutes * minuteMs).adaptive_seconds).toBe(seconds);
  });
});
