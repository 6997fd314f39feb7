import { expect, test } from 'vitest';
import { Calibration } from '../../../domain/forecast/calibration.ts';
import { Counts } from '../../../domain/forecast/counts.ts';
import { narrowestInterval, quantileOf } from '../../../domain/forecast/interval.ts';
import { standstills } from '../../../domain/forecast/standstill.ts';
import type { Series } from '../../../domain/forecast/series.ts';

test.each([
  ['an even scatter leaves out both sides', [0.05, 0.15, 0.35, 0.65, 0.85, 0.95, 1], 0.9, { low: 1, high: 5 }],
  ['a heap at zero begins with zero', [0.7, 0.9, 0.97, 1], 0.8, { low: 0, high: 1 }],
  ['the nearer share is taken, also from below', [0.78, 0.99, 1], 0.8, { low: 0, high: 0 }],
  ['zero alone', [1], 0.8, { low: 0, high: 0 }],
])('%s', (_, cumulated, level, interval) => {
  expect(narrowestInterval(cumulated, level)).toEqual(interval);
});

test('a quantile is the smallest count that is not exceeded so often', () => {
  expect([0.1, 0.5, 0.50001, 0.99, 1].map((share) => quantileOf([0.2, 0.5, 0.9], share))).toEqual([0, 1, 2, 2, 2]);
});

test.each([
  ["Poisson's with mean 2", 2, Number.POSITIVE_INFINITY, [0.1353, 0.406, 0.6767, 0.8571]],
  ['negative binomial with mean 2 and size 1', 2, 1, [0.3333, 0.5556, 0.7037, 0.8025]],
])('%s', (_, mean, size, shares) => {
  const counts = new Counts(mean, size);
  shares.forEach((share, count) => expect(counts.atMost(count)).toBeCloseTo(share, 4));
  shares.forEach((share, count) => expect(counts.cumulated()[count]).toBeCloseTo(share, 4));
});

test('both ways to count agree where one takes over from the other', () => {
  for (const size of [2, 20, Number.POSITIVE_INFINITY]) {
    for (const count of [30, 60, 90]) {
      const exact = new Counts(59.9, size).atMost(count);
      expect(Math.abs(new Counts(60.1, size).atMost(count) - exact)).toBeLessThan(0.02);
    }
  }
});

test('what a method is off by as a rule is made good, and past scatter becomes the interval', () => {
  const outcomes = Array.from({ length: 400 }, (_, at) => ({ expected: 10, actual: at % 2 === 0 ? 15 : 25 }));
  const calibration = new Calibration(outcomes);
  expect(calibration.mean(10)).toBeCloseTo(20, 0);
  const { shares, unit } = calibration.cumulated(10);
  expect(unit).toBe(1);
  expect(narrowestInterval(shares, 0.9)).toEqual({ low: 15, high: 25 });
});

const startMs = Date.UTC(2026, 0, 5);
const series = (valueAt: (hour: number, day: number) => number, days = 28): Series => ({
  step: 'hour',
  startMs,
  values: Array.from({ length: days * 24 }, (_, at) => valueAt(at % 24, Math.floor(at / 24))),
});
const daysOf = (unknown: readonly boolean[]): readonly number[] => [
  ...new Set(unknown.flatMap((is, at) => (is && at % 24 === 12 ? [Math.floor(at / 24)] : []))),
];

test.each<[string, readonly Series[], readonly number[]]>([
  ['empty nights and weekends', [series((hour, day) => (hour < 8 || day % 7 >= 5 ? 0 : 5))], []],
  ['four working days without anything', [series((_, day) => (day >= 14 && day < 18 ? 0 : 5))], [14, 15, 16, 17]],
  ['a beginning and an end without anything', [series((_, day) => (day < 3 || day >= 26 ? 0 : 5))], [0, 1, 2, 26, 27]],
  ['pauses of what comes seldom', [series((hour, day) => (hour === 9 && day % 4 === 0 ? 1 : 0))], []],
  ['too little to have a rhythm', [series((hour, day) => (day < 2 && hour === 9 ? 3 : 0))], []],
  [
    'one of two that goes on',
    [series((_, day) => (day >= 14 && day < 18 ? 0 : 5)), series((hour) => (hour % 3 === 0 ? 1 : 0))],
    [],
  ],
  [
    'one too quiet to tell, beside one that tells',
    [series((_, day) => (day >= 14 && day < 18 ? 0 : 5)), series((hour, day) => (hour === 9 && day % 9 === 0 ? 1 : 0))],
    [14, 15, 16, 17],
  ],
])('standing still is told from having nothing to count: %s', (_, together, days) => {
  expect(daysOf(standstills(together))).toEqual(days);
});
