import { expect, test } from 'vitest';
import { forecast } from '../../../domain/forecast/forecast.ts';
import { type Series, stepMs } from '../../../domain/forecast/series.ts';
import { generator } from '../../eval/frame/bootstrap.ts';

const startMs = Date.UTC(2026, 0, 5);
const hours = (count: number, valueAt: (hour: number, day: number, at: number) => number | null): Series => ({
  step: 'hour',
  startMs,
  values: Array.from({ length: count }, (_, at) => valueAt(at % 24, Math.floor(at / 24), at)),
});

/** Of this mean, by multiplying chances (Knuth). */
function poisson(mean: number, random: () => number): number {
  let count = 0;
  for (let product = random(); product > Math.exp(-mean); product *= random()) count += 1;
  return count;
}

const office = (hour: number, day: number): number => (day % 7 >= 5 || hour < 8 || hour > 18 ? 0.2 : 12);

test('it learns the rhythm of the day and the week, with intervals that hold about what they say', () => {
  const random = generator(7);
  const series = hours(90 * 24, (hour, day) => poisson(office(hour, day), random));
  const history = { ...series, values: series.values.slice(0, 83 * 24) };
  const found = forecast(history, 7 * 24);
  if (found === null) throw new Error('no forecast');
  expect(found).toMatchObject({ season: 168, known: 83 * 24, unknown: 0, level: 0.8 });
  expect(found.points).toHaveLength(168);
  expect(found.points[0]?.time).toBe(startMs + 83 * stepMs.day);
  const held = found.points.filter(({ low, high }, at) => {
    const actual = series.values[83 * 24 + at] as number;
    return actual >= low && actual <= high;
  }).length;
  expect(held / 168).toBeGreaterThan(0.7);
  expect(held / 168).toBeLessThan(0.92);
  for (const [at, { mean, median, low, high }] of found.points.entries()) {
    const rate = office(at % 24, 83 + Math.floor(at / 24));
    expect(Math.abs(mean - rate)).toBeLessThan(rate < 1 ? 0.6 : 4);
    expect(low).toBeLessThanOrEqual(median);
    expect(median).toBeLessThanOrEqual(high);
  }
});

test('a higher level gives a wider interval, and the same series the same forecast', () => {
  const random = generator(3);
  const series = hours(30 * 24, (hour) => poisson(hour < 12 ? 2 : 30, random));
  const narrow = forecast(series, 24, { level: 0.5 });
  const wide = forecast(series, 24, { level: 0.98 });
  expect(forecast(series, 24, { level: 0.5 })).toEqual(narrow);
  for (const [at, point] of (narrow?.points ?? []).entries()) {
    const other = wide?.points[at];
    expect((other?.high ?? 0) - (other?.low ?? 0)).toBeGreaterThan(point.high - point.low);
  }
});

test.each<[string, Series, { readonly method: string; readonly season: number }]>([
  ['that repeats each day', hours(20 * 24, (hour) => (hour === 9 ? 40 : 1)), { method: 'seasonal naive', season: 24 }],
  [
    'that repeats each week',
    hours(42 * 24, (hour, day) => (day % 7 === 2 && hour === 9 ? 40 : 1)),
    { method: 'seasonal naive', season: 168 },
  ],
  [
    'of days',
    { step: 'day', startMs, values: Array.from({ length: 70 }, (_, day) => (day % 7 >= 5 ? 3 : 50)) },
    { method: 'seasonal naive', season: 7 },
  ],
])('a series %s is continued as it is', (_, series, choice) => {
  const season = series.step === 'day' ? 7 : 168;
  const found = forecast(series, season);
  expect(found).toMatchObject(choice);
  found?.points.forEach(({ median }, at) => expect(Math.abs(median - (series.values[at] ?? 0))).toBeLessThanOrEqual(1));
});

test('a rising level is followed, which neither last week nor the mean does', () => {
  const values = Array.from({ length: 120 }, (_, day) => Math.round((10 + day * 2) * (day % 7 >= 5 ? 0.5 : 1)));
  const found = forecast({ step: 'day', startMs, values }, 7);
  expect(found?.method).toBe('damped Holt-Winters');
  const total = found?.points.reduce((sum, { mean }) => sum + mean, 0) ?? 0;
  expect(total).toBeGreaterThan(1_300);
  expect(total).toBeLessThan(1_700);
});

test.each<[string, number | null]>([
  ['nulls', null],
  ['zeros', 0],
])('days that stood still, told by %s, are no history', (_, missing) => {
  const random = generator(11);
  const series = hours(60 * 24, (hour, day) => (day >= 20 && day < 30 ? missing : poisson(hour < 7 ? 0.1 : 6, random)));
  const found = forecast(series, 24);
  expect(found?.unknown).toBeGreaterThanOrEqual(10 * 24);
  expect(found?.unknown).toBeLessThan(10 * 24 + 12);
  const noon = found?.points[12]?.mean ?? 0;
  expect(noon).toBeGreaterThan(4.5);
  expect(noon).toBeLessThan(7.5);
});

test('zeros count where silence is not judged', () => {
  const series = hours(60 * 24, (_, day) => (day >= 20 ? 0 : 6));
  expect(forecast(series, 24, { judgeSilence: false })?.points[12]).toMatchObject({ median: 0, low: 0 });
  expect(forecast(series, 24)?.points[12]?.median).toBe(6);
});

test('where most is zero the interval begins with zero and stays narrow', () => {
  const random = generator(5);
  const found = forecast(
    hours(60 * 24, () => poisson(0.05, random)),
    24,
  );
  for (const { median, low, high, mean } of found?.points ?? []) {
    expect([median, low, high]).toEqual([0, 0, 0]);
    expect(mean).toBeLessThan(0.3);
  }
});

test.each<[string, Series, string | null]>([
  ['nothing', hours(0, () => 1), null],
  ['five hours', hours(5, () => 1), null],
  ['hours that nobody knows', hours(100, () => null), null],
  ['six hours', hours(6, () => 4), 'The mean, without a trial, since the history is short. History: 6 hours.'],
  [
    'zeros alone',
    hours(24 * 30, () => 0),
    'Seasonal mean over the hours of the day, the best of 14 that were tried on 16 past forecasts. History: 720 hours.',
  ],
  [
    'a week of days',
    { step: 'day', startMs, values: [3, 4, 5, 4, 3, 0, 0] },
    "The mean, the best of 7 that were tried on 4 past forecasts (error 1.00 of the naive method's). History: 7 days.",
  ],
])('a history of %s is told in words', (_, series, words) => {
  const found = forecast(series, 24);
  expect(found?.words ?? null).toBe(words);
  for (const { low, high, mean } of found?.points ?? []) {
    expect(low).toBeGreaterThanOrEqual(0);
    expect(Number.isFinite(high) && Number.isFinite(mean)).toBe(true);
  }
});

test('counts of many thousands are forecast as narrowly as they scatter', () => {
  const random = generator(2);
  const series = hours(60 * 24, (hour) => Math.round((hour < 12 ? 20_000 : 50_000) * (0.9 + 0.2 * random())));
  const point = forecast(series, 24)?.points[18];
  expect(point?.low).toBeGreaterThan(42_000);
  expect(point?.low).toBeLessThan(48_000);
  expect(point?.high).toBeGreaterThan(52_000);
  expect(point?.high).toBeLessThan(58_000);
});

test.each<[string, () => unknown]>([
  [
    'a horizon of 0',
    () =>
      forecast(
        hours(50, () => 1),
        0,
      ),
  ],
  [
    'a level of 1',
    () =>
      forecast(
        hours(50, () => 1),
        1,
        { level: 1 },
      ),
  ],
  [
    'a count below 0',
    () =>
      forecast(
        hours(50, () => -1),
        1,
      ),
  ],
  [
    'an endless count',
    () =>
      forecast(
        hours(50, () => Number.POSITIVE_INFINITY),
        1,
      ),
  ],
])('%s is refused', (_, asked) => {
  expect(asked).toThrow(RangeError);
});
