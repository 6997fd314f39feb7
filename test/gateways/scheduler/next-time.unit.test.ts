import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { nextTimeMs, type Wish } from '../../../gateways/scheduler/next-time.ts';

const nothing: Wish = { interval_seconds: null, cron: null, time_zone: null, frequency: null };
const cron = (expression: string, time_zone: string | null = null): Wish => ({
  ...nothing,
  cron: expression,
  time_zone,
});
const every = (interval_seconds: number): Wish => ({ ...nothing, interval_seconds });

/** The next times of a feed, one after the other, to the minute. */
function times(wishes: readonly Wish[], from: string, count: number, feedId = 'a', otherwiseSeconds = 900): string[] {
  const found: string[] = [];
  for (let at = Date.parse(from); found.length < count;) {
    at = nextTimeMs({ feedId, wishes, otherwiseSeconds }, at);
    found.push(`${new Date(at).toISOString().slice(0, 16)}Z`);
  }
  return found;
}

describe('a cron expression gives exactly one collection', () => {
  test.each([
    ['each day', '30 6 * * *', 'Europe/Berlin', '2026-06-01T12:00Z', ['2026-06-02T04:30Z', '2026-06-03T04:30Z']],
    [
      'in UTC where no zone is given',
      '30 6 * * *',
      null,
      '2026-06-01T12:00Z',
      ['2026-06-02T06:30Z', '2026-06-03T06:30Z'],
    ],
    [
      'on the day whose local time does not exist',
      '30 2 * * *',
      'Europe/Berlin',
      '2026-03-28T12:00Z',
      ['2026-03-29T01:00Z', '2026-03-30T00:30Z'],
    ],
    [
      'on the day whose local time exists twice',
      '30 2 * * *',
      'Europe/Berlin',
      '2026-10-24T12:00Z',
      ['2026-10-25T00:30Z', '2026-10-26T01:30Z'],
    ],
    [
      'where a scheduler looks between the two',
      '30 2 * * *',
      'Europe/Berlin',
      '2026-10-25T00:45Z',
      ['2026-10-26T01:30Z', '2026-10-27T01:30Z'],
    ],
    [
      'where midnight does not exist',
      '0 0 * * *',
      'America/Sao_Paulo',
      '2018-11-03T12:00Z',
      ['2018-11-04T03:00Z', '2018-11-05T02:00Z'],
    ],
    [
      'where the clocks go by half an hour',
      '45 1 * * *',
      'Australia/Lord_Howe',
      '2026-04-03T20:00Z',
      ['2026-04-04T14:45Z', '2026-04-05T15:15Z'],
    ],
    ['on workdays', '0 7 * * 1-5', null, '2026-11-20T12:00Z', ['2026-11-23T07:00Z', '2026-11-24T07:00Z']],
  ] as const)('%s', (_, expression, zone, from, expected) => {
    expect(times([cron(expression, zone)], from, 2)).toEqual(expected);
  });

  test('a minute, whichever second of it is the feed’s', () => {
    for (const feedId of Array.from({ length: 50 }, () => randomUUID())) {
      const found = times([cron('* * * * *')], '2026-06-01T12:00:30Z', 10, feedId);
      expect(new Set(found).size).toBe(10);
    }
  });
});

test.each([
  ['daily', 1],
  ['2x', 2],
  ['3x', 3],
  ['4x', 4],
  ['hourly', 24],
])('%s is %i times a day, evenly', (frequency, count) => {
  const found = times([{ ...nothing, frequency }], '2026-06-01T00:00Z', 2 * count).map((time) => Date.parse(time));
  const gaps = new Set(found.slice(1).map((time, index) => time - (found[index] ?? 0)));
  expect([...gaps]).toEqual([86_400_000 / count]);
});

test('the most frequent wish of those who share a feed counts', () => {
  const daily = { ...nothing, frequency: 'daily' };
  const both = times([daily, every(600), cron('0 7 * * *')], '2026-06-01T12:00Z', 3);
  expect(both).toEqual(times([every(600)], '2026-06-01T12:00Z', 3));
  expect(times([daily, nothing], '2026-06-01T12:00Z', 1)).toEqual(times([every(900)], '2026-06-01T12:00Z', 1));
});

test('10,000 feeds of one interval crowd no second, and those of one cron minute neither', () => {
  const ids = Array.from({ length: 10_000 }, () => randomUUID());
  const from = Date.parse('2026-06-01T12:00Z');
  const busiest = (wish: Wish): number => {
    const counts = Map.groupBy(ids, (feedId) => nextTimeMs({ feedId, wishes: [wish], otherwiseSeconds: 900 }, from));
    return Math.max(...[...counts.values()].map((some) => some.length));
  };
  // 11 and 167 are the averages.
  expect(busiest(nothing)).toBeLessThan(40);
  expect(busiest(cron('0 7 * * *'))).toBeLessThan(260);
});
