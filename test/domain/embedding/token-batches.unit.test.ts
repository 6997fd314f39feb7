import { expect, test } from 'vitest';
import { groupByLength } from '../../../domain/embedding/token-batches.ts';

test.each([
  { title: 'nothing makes no group', lengths: [], maxTokens: 10, groups: [] },
  { title: 'the shortest come first', lengths: [5, 1, 3], maxTokens: 100, groups: [[1, 2, 0]] },
  { title: 'a group counts its padding', lengths: [4, 4, 5], maxTokens: 10, groups: [[0, 1], [2]] },
  { title: 'a sequence over the bound stands alone', lengths: [20, 2], maxTokens: 10, groups: [[1], [0]] },
])('$title', ({ lengths, maxTokens, groups }) => {
  expect(groupByLength(lengths, maxTokens)).toEqual(groups);
});
