import { expect, test } from 'vitest';
import { pearson, spearman } from './correlation.ts';
import { evaluate } from './evaluate.ts';

test.each([
  ['the same order', [1, 2, 3, 4], [10, 20, 30, 1_000], 1, 0.785],
  ['the opposite order', [1, 2, 3], [3, 2, 1], -1, -1],
  ['ties share a rank', [1, 2, 2, 3], [1, 2, 3, 4], 0.9487, 0.9487],
])('ranks and values correlate: %s', (_, a, b, ranks, values) => {
  expect(spearman(a, b)).toBeCloseTo(ranks, 4);
  expect(pearson(a, b)).toBeCloseTo(values, 3);
});

test('pairs are judged by the cosine of their vectors, and those furthest off are shown first', async () => {
  const angles: Readonly<Record<string, number>> = { a: 0, b: 0.1, c: 0.5, d: 1.5 };
  const embedder = {
    model: 'angles@1',
    embed: (texts: readonly string[]) =>
      Promise.resolve(
        texts.map((text) => new Float32Array([Math.cos(angles[text] ?? 0), Math.sin(angles[text] ?? 0)])),
      ),
  };
  const { figures, tables } = await evaluate(
    [
      { a: 'a', b: 'b', score: 5 },
      { a: 'a', b: 'c', score: 1 },
      { a: 'a', b: 'd', score: 2 },
    ],
    embedder,
  );
  expect(figures[0]).toMatchObject({ name: 'Spearman', value: 0.5 });
  expect(tables[0]?.rows.map(([, b]) => b)).toEqual(['c', 'd', 'b']);
});
