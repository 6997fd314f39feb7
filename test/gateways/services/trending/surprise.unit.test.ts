import { expect, test } from 'vitest';
import { logGamma, tailProbability } from '../../../../gateways/services/trending/surprise.ts';

test.each([
  { count: 0, mean: 3, variance: 3, probability: 1 },
  { count: 10, mean: 1, variance: 1, probability: 1.114254783387208e-7 },
  { count: 34, mean: 3, variance: 3, probability: 3.0753019625094704e-24 },
  { count: 3, mean: 3, variance: 3, probability: 0.5768099188731566 },
  { count: 2, mean: 1, variance: 2, probability: 0.25 },
  { count: 10, mean: 1, variance: 2, probability: 2 ** -10 },
])('$count or more of $mean expected with variance $variance', ({ count, mean, variance, probability }) => {
  const found = tailProbability(count, mean, variance);
  expect(found / probability).toBeCloseTo(1, 6);
});

test('a probability too small for a number is above 0 all the same', () => {
  expect(tailProbability(5_000, 1, 1)).toBe(Number.MIN_VALUE);
});

test.each([
  [1, 0],
  [5, Math.log(24)],
  [0.5, Math.log(Math.sqrt(Math.PI))],
  [100.5, 361.4355404677776],
])('the logarithm of the gamma function at %d', (x, expected) => {
  expect(logGamma(x)).toBeCloseTo(expected, 8);
});
