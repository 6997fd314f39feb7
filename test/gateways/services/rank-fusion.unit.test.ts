import { expect, test } from 'vitest';
import { fuseRankings } from '../../../gateways/services/rank-fusion.ts';

test('what both rankings hold comes before what one holds, and ranks say where each placed it', () => {
  expect(
    fuseRankings([
      ['a', 'b', 'c'],
      ['c', 'd'],
    ]),
  ).toEqual([
    { id: 'c', ranks: [3, 1], score: 1 / 63 + 1 / 61 },
    { id: 'a', ranks: [1, null], score: 1 / 61 },
    { id: 'b', ranks: [2, null], score: 1 / 62 },
    { id: 'd', ranks: [null, 2], score: 1 / 62 },
  ]);
});

test('equal scores are in the order of their ids, whichever ranking comes first', () => {
  expect(fuseRankings([['b'], ['a']]).map(({ id }) => id)).toEqual(['a', 'b']);
});

test('of no rankings nothing comes', () => {
  expect(fuseRankings([[], []])).toEqual([]);
});
