import { expect, test } from 'vitest';
import { unusualHours } from '../../../../gateways/services/anomalies/unusual-hours.ts';
import { seededRandom } from '../../../chaos/random.ts';

const startMs = Date.parse('2026-01-05T00:00:00Z');

/** Four weeks with a season of a day; each hour wanders by a fifth. */
function history(last: readonly number[]): readonly number[] {
  const random = seededRandom(3);
  const past = Array.from({ length: 28 * 24 - last.length }, (_, hour) =>
    Math.round((hour % 24 < 6 ? 5 : 40) * (0.8 + 0.4 * random.next())),
  );
  return [...past, ...last];
}

test.each([
  { last: [40, 41, 39, 40], unusual: [] },
  { last: [40, 140, 39, 40], unusual: [['high', 140]] },
  {
    last: [40, 41, 0, 2],
    unusual: [
      ['low', 0],
      ['low', 2],
    ],
  },
])('of $last what lies outside of the forecast is told', ({ last, unusual }) => {
  const found = unusualHours(history(last), 4, startMs);
  expect(found?.map(({ direction, count }) => [direction, count])).toEqual(unusual);
  for (const { interval80, interval99, expected, probability } of found ?? []) {
    expect(interval99.low).toBeLessThanOrEqual(interval80.low);
    expect(interval99.high).toBeGreaterThanOrEqual(interval80.high);
    expect(expected).toBeGreaterThan(30);
    expect(probability).toBeLessThan(0.001);
  }
});

test('two weeks of a past are needed', () => {
  expect(unusualHours(history([40, 140, 39, 40]).slice(-14 * 24), 4, startMs)).toBeNull();
});
