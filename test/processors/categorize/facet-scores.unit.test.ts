import { expect, test } from 'vitest';
import { facetScores } from '../../../processors/categorize/facet-scores.ts';
import { softmax } from '../../../processors/categorize/softmax.ts';
import { centred, unit } from '../../../processors/categorize/vectors.ts';

test('a text need be near one facet only, and a topic gains nothing by having many', () => {
  const [one = 0, several = 0] = facetScores(unit([1, 0, 0]), [
    [unit([1, 0, 0])],
    [unit([1, 0, 0]), unit([0, 1, 0]), unit([0, 0, 1])],
  ]);
  expect(several).toBeLessThan(one);
  expect(several).toBeGreaterThan(facetScores(unit([1, 0, 0]), [[unit([0, 1, 0])]])[0] ?? 0);
});

test('what all have in common is taken off', () => {
  expect([...centred([3, 1], [3, 0])]).toEqual([0, 1]);
  expect([...centred([3, 0], [3, 0])]).toEqual([0, 0]);
});

test('shares add up to one, also of great scores', () => {
  expect(softmax([1000, 1000])).toEqual([0.5, 0.5]);
});
