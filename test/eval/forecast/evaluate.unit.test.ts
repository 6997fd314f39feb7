import { expect, test } from 'vitest';
import { generator } from '../frame/bootstrap.ts';
import type { Outcome } from '../frame/report.ts';
import { evaluateForecasts } from './evaluate.ts';
import { generated } from './generate.ts';
import { type NamedSeries, seriesRecord } from './input.ts';

const valueOf = ({ figures }: Outcome, name: string): number =>
  figures.find((figure) => figure.name === name)?.value ?? Number.NaN;

const hourly = (name: string, days: number, valueAt: (at: number) => number): NamedSeries => {
  const entries = Array.from({ length: days * 24 }, (_, at) => {
    const time = new Date(Date.UTC(2026, 0, 5) + at * 3_600_000).toISOString().slice(0, 13);
    return [time, valueAt(at)] as const;
  });
  return seriesRecord.parse({ name, step: 'hour', counts: Object.fromEntries(entries) });
};

test('each midnight after two weeks is judged, and a rhythm that changes at random is worth less than one that stays', () => {
  const random = generator(4);
  const outcome = evaluateForecasts([hourly('noise', 20, () => Math.floor(random() * 30))], () => {});
  expect(outcome.records).toBe(1);
  expect(valueOf(outcome, 'forecasts')).toBe(6);
  // Of even numbers the middle is off by a quarter of the width, another one by a third.
  expect(valueOf(outcome, 'ratio')).toBeGreaterThan(0.6);
  expect(valueOf(outcome, 'ratio')).toBeLessThan(0.9);
  expect(valueOf(outcome, 'coverage')).toBeGreaterThan(0.65);
  expect(valueOf(outcome, 'coverage')).toBeLessThan(0.95);
});

const rate = (at: number): number => (at % 24 < 6 ? 0 : 4 + (at % 5));

test('days on which all of the file stands still are not judged', () => {
  const still = (at: number) => (at >= 20 * 24 && at < 24 * 24 ? 0 : rate(at));
  const judged = valueOf(
    evaluateForecasts([hourly('a', 30, still)], () => {}),
    'forecasts',
  );
  expect(judged).toBe(30 - 14 - 4);
  const beside = evaluateForecasts([hourly('a', 30, still), hourly('b', 30, rate)], () => {});
  expect(valueOf(beside, 'forecasts')).toBe(30 - 14 - 4 + (30 - 14));
});

test('generated series are the same for the same seed, and differ from seed to seed', () => {
  expect(generated(1)).toEqual(generated(1));
  expect(generated(1)).not.toEqual(generated(2));
});

test.each([
  [{ name: 'a', counts: { '1987-03-11T15': 2, '1987-03-11T17': 3 } }, [2, 0, 3]],
  [{ name: 'a', step: 'day', counts: { '1987-02-27': 2, '1987-03-01': 3 } }, [2, 0, 3]],
])('reads counts by time: %j', (record, values) => {
  expect(seriesRecord.parse(record).series.values).toEqual(values);
});

test.each([
  [{ name: 'a', step: 'day', counts: { '1987-02-27T15': 2 } }],
  [{ name: 'a', counts: { yesterday: 2 } }],
  [{ name: 'a', counts: {} }],
  [{ name: 'a', counts: { '1987-03-11T15': -1 } }],
])('refuses %j', (record) => {
  expect(seriesRecord.safeParse(record).success).toBe(false);
});
