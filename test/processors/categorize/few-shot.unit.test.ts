import { expect, test } from 'vitest';
import { facetScores } from '../../../processors/categorize/facet-scores.ts';
import { learnTopics, softmax, withPrior } from '../../../processors/categorize/few-shot.ts';
import { centred, unit } from '../../../processors/categorize/vectors.ts';

const best = (scores: readonly number[]) => scores.indexOf(Math.max(...scores));

test('a text gets the topic whose examples it is like', () => {
  const score = learnTopics(
    [
      { vector: unit([1, 0.1, 0]), topic: 0 },
      { vector: unit([1, -0.1, 0]), topic: 0 },
      { vector: unit([0, 1, 0.1]), topic: 1 },
      { vector: unit([0, 0.1, 1]), topic: 2 },
    ],
    3,
  );
  expect([unit([0.9, 0.2, 0.1]), unit([0.2, 0.9, 0.2]), unit([0, 0.3, 0.9])].map((text) => best(score(text)))).toEqual([
    0, 1, 2,
  ]);
});

test('many examples of one topic do not make the other one unlikely', () => {
  const many = Array.from({ length: 50 }, () => ({ vector: unit([1, 0.2]), topic: 0 }));
  const score = learnTopics([...many, { vector: unit([0.2, 1]), topic: 1 }], 2);
  expect(best(score(unit([0.4, 1])))).toBe(1);
  const [first = 0, second = 0] = score(unit([1, 1]));
  expect(Math.abs(first - second)).toBeLessThan(0.5);
});

test('the same examples teach the same', () => {
  const examples = [
    { vector: unit([1, 0.3]), topic: 0 },
    { vector: unit([0.3, 1]), topic: 1 },
  ];
  expect(learnTopics(examples, 2)(unit([1, 2]))).toEqual(learnTopics(examples, 2)(unit([1, 2])));
});

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
  expect(withPrior([1, 2], [2, 0])).toEqual([2, 2]);
});
