import { expect, test } from 'vitest';
import { fuseScores } from '../../../../gateways/services/search/score-fusion.ts';

const hits = (...given: readonly (readonly [id: string, score: number])[]) =>
  given.map(([id, score]) => ({ id, score }));

test('scores count by the best of their ranking, whatever its scale, and ranks say where each placed a hit', () => {
  expect(fuseScores([hits(['a', 20], ['b', 10], ['c', 5]), hits(['c', 0.8], ['d', 0.2])])).toEqual([
    { id: 'c', ranks: [3, 1], score: 0.625 },
    { id: 'a', ranks: [1, null], score: 0.5 },
    { id: 'b', ranks: [2, null], score: 0.25 },
    { id: 'd', ranks: [null, 2], score: 0.125 },
  ]);
});

test('a hit that is far behind in its ranking is behind one that is near, at the same place', () => {
  const [, second] = fuseScores([hits(['a', 1], ['b', 0.1]), hits(['a', 1], ['c', 0.9])]);
  expect(second?.id).toBe('c');
});

test('equal scores are in the order of their ids, whichever ranking comes first', () => {
  expect(fuseScores([hits(['b', 3]), hits(['a', 1])]).map(({ id }) => id)).toEqual(['a', 'b']);
});

test('of no rankings nothing comes, and scores of 0 break nothing', () => {
  expect(fuseScores([[], []])).toEqual([]);
  expect(fuseScores([hits(['a', 0]), []])).toEqual([{ id: 'a', ranks: [1, null], score: 0 }]);
});
