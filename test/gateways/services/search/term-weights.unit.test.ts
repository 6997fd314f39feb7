import { expect, test } from 'vitest';
import { weighTerms } from '../../../../gateways/services/search/term-weights.ts';

const query = (total: number, counts: Readonly<Record<string, number>>) =>
  weighTerms({ total, articles: new Map(Object.entries(counts)) });

test('a rare word weighs more than a common one, and what all have next to nothing, but not less', () => {
  const { weighed } = query(1_000, { all: 1_000, some: 100, rare: 1, none: 0 });
  expect(weighed.map(({ term }) => term)).toEqual(['none', 'rare', 'some', 'all']);
  const weights = weighed.map(({ weight }) => weight);
  expect(weights).toEqual(weights.toSorted((a, b) => b - a));
  expect(weights.at(-1)).toBeGreaterThan(0);
  expect(weights.at(-1)).toBeLessThan(0.001);
  expect(weights[1]).toBeCloseTo(Math.log(1 + 999.5 / 1.5), 10);
});

test.each([
  ['all words while they have few candidates', { a: 10, b: 20_000, c: 20_000 }, ['a', 'b', 'c']],
  ['the rarest ones up to 50,000 candidates', { c: 20_000, b: 20_000, a: 20_000 }, ['c', 'b']],
  ['the rarest one, however many', { a: 90_000, b: 95_000 }, ['a']],
])('candidates are taken by %s', (_, counts, required) => {
  expect(query(1_000_000, counts).required).toEqual(required);
});

test('of a long text the 32 rarest words count', () => {
  const { weighed, required } = query(100, Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`w${n}`, 60 - n])));
  expect(weighed).toHaveLength(32);
  expect(weighed[0]?.term).toBe('w59');
  expect(required).toHaveLength(32);
});
