import { expect, test } from 'vitest';
import { adaptiveSeconds } from '../../../gateways/feed-health/adaptive-interval.ts';
import { hasGap, type Listing, listingOf } from '../../../gateways/feed-health/turnover.ts';

/** Collections at these seconds, each with so many new entries. */
const collections = (...seen: readonly (readonly [atSeconds: number, fresh: number])[]) =>
  seen.map(([at, fresh]) => ({ at: at * 1000, new: fresh, failed: null, odd: null }));
const live = (spanSeconds: number, entries = 30): Listing => ({ entries, spanSeconds, ageSeconds: 1 });
const undated = (entries: number): Listing => ({ entries, spanSeconds: null, ageSeconds: null });

test.each([
  ['one look at a feed that is full within 15 s', collections([0, 0]), live(15), null, 5],
  ['one look at a feed that is full within 10 minutes', collections([0, 0]), live(600), null, 200],
  ['one look at a feed that reaches back a day', collections([0, 0]), live(86_400), null, null],
  [
    'one look at entries that were all posted at once, long ago',
    collections([0, 0]),
    { ...live(0), ageSeconds: 9_000 },
    null,
    null,
  ],
  ['one look at a single entry of just now', collections([0, 0]), live(0, 1), null, 5],
  ['one look at a single entry of an hour ago', collections([0, 0]), { ...live(0, 1), ageSeconds: 3_600 }, null, null],
  ['a list that begins to fill', collections([0, 0], [5, 5]), live(9, 9), null, 5],
  ['all of a short list new, without dates', collections([0, 0], [7, 9]), undated(9), null, null],
  ['one look at a feed without dates', collections([0, 0]), undated(30), null, null],
  ['half of it new within 7 s', collections([0, 0], [7, 15]), live(15), null, 5],
  ['a third of it new within 100 s', collections([0, 0], [100, 10]), live(290), null, 100],
  ['the same without dates', collections([0, 0], [100, 10]), undated(30), null, 100],
  ['all of it new, as its dates say too', collections([0, 0], [900, 30]), live(15), null, 5],
  ['all of it new, without dates', collections([0, 0], [900, 30]), undated(30), null, 150],
  ['all of it new each minute, without dates', collections([0, 0], [60, 30]), undated(30), null, 60],
  ['all of it edited, as its dates say', collections([0, 0], [60, 30], [120, 30]), live(400_000), null, null],
  ['busy, and one collection without news', collections([0, 0], [7, 15], [14, 15], [21, 0]), live(15), null, 7],
  ['busy, and the publisher asks for patience', collections([0, 0], [7, 15]), live(15), 120, 120],
  ['one change an hour', collections([0, 0], [3_600, 1], [7_200, 1], [10_800, 1]), live(100_000), null, 2_700],
  ['nothing new in a day', collections([0, 0], [30_000, 0], [60_000, 0], [86_400, 0]), live(600), null, 86_400],
  ['thirty things at once a day', collections([0, 0], [900, 30], [43_200, 0], [86_400, 0]), live(600), null, 17_280],
])('%s', (_, recent, listing, freshSeconds, expected) => {
  expect(adaptiveSeconds(recent, listing, freshSeconds)).toBe(expected);
});

const status = { checked_at: 100_000, entry_count: 30, new_entry_count: 30, newest_at: 90_000, oldest_at: 60_000 };

test('a listing is what the status shows, and has the entries of before where the feed did not change', () => {
  const parts = { feed_id: 'f', outcome: 'collected' as const, http_status: 200 };
  const whole = { ...unsaid, ...parts, ...status };
  expect(listingOf(whole, 7)).toEqual({ entries: 30, spanSeconds: 30, ageSeconds: 10 });
  expect(listingOf({ ...whole, entry_count: 0, newest_at: null, oldest_at: null }, 7)).toEqual(undated(7));
  expect([hasGap(whole), hasGap({ ...whole, new_entry_count: 29 }), hasGap({ ...whole, entry_count: 9 })]).toEqual([
    true,
    false,
    false,
  ]);
});

const unsaid = {
  error_code: null,
  error_detail: null,
  title: null,
  site_url: null,
  duration_ms: 0,
  moved_to: null,
  fresh_seconds: null,
  retry_after_seconds: null,
  warnings: [],
};
