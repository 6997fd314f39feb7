import { expect, test } from 'vitest';
import { before, daysAfter, daysIn, dueAfter, periodBefore } from '../../../gateways/reports/period.ts';

const iso = (ms: number): string => new Date(ms).toISOString().replace(':00.000Z', 'Z');

test.each([
  ['a day', 'daily', '2026-11-23T07:00Z', 'UTC', '2026-11-22T00:00Z', '2026-11-23T00:00Z'],
  ['at midnight itself', 'daily', '2026-11-23T00:00Z', 'UTC', '2026-11-22T00:00Z', '2026-11-23T00:00Z'],
  ['a week', 'weekly', '2026-11-23T07:00Z', 'Asia/Kolkata', '2026-11-15T18:30Z', '2026-11-22T18:30Z'],
  ['a day of 23 hours', 'daily', '2026-03-30T05:00Z', 'Europe/Berlin', '2026-03-28T23:00Z', '2026-03-29T22:00Z'],
  [
    'a week with a day of 25 hours',
    'weekly',
    '2026-10-26T05:00Z',
    'Europe/Berlin',
    '2026-10-18T22:00Z',
    '2026-10-25T23:00Z',
  ],
  ['a day without a midnight', 'daily', '2026-04-25T05:00Z', 'Africa/Cairo', '2026-04-23T22:00Z', '2026-04-24T21:00Z'],
] as const)('the period before a time: %s', (_, kind, at, zone, from, to) => {
  const period = periodBefore(kind, Date.parse(at), zone);
  expect([iso(period.fromMs), iso(period.toMs)]).toEqual([from, to]);
  expect(daysIn(period)).toHaveLength(kind === 'daily' ? 1 : 7);
  expect(before(period).toMs).toBe(period.fromMs);
  expect(daysIn(before(period, 3))).toHaveLength(kind === 'daily' ? 3 : 21);
});

test('days after a period follow its midnights', () => {
  const period = periodBefore('daily', Date.parse('2026-10-24T12:00Z'), 'Europe/Berlin');
  expect(daysAfter(period, 3).map(iso)).toEqual(['2026-10-23T22:00Z', '2026-10-24T22:00Z', '2026-10-25T23:00Z']);
});

test.each([
  ['daily', 7, 1, 'Europe/Berlin', '2026-11-23T07:00Z', '2026-11-24T06:00Z'],
  ['weekly', 7, 1, 'UTC', '2026-11-23T06:59Z', '2026-11-23T07:00Z'],
  ['weekly', 7, 7, 'UTC', '2026-11-23T07:00Z', '2026-11-29T07:00Z'],
] as const)('a %s report at %i of day %i in %s is due after %s at %s', (kind, hour, weekday, timeZone, after, due) => {
  expect(iso(dueAfter({ kind, hour, weekday, timeZone }, Date.parse(after)))).toBe(due);
});
