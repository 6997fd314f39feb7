import { expect, test } from 'vitest';
import { stemsOf } from '../frame/stem.ts';
import { rougeL, rougeN } from './rouge.ts';

// The example of the paper: S1 is the reference, S2 and S3 are candidates.
const reference = stemsOf('police killed the gunman');

test.each([
  ['police kill the gunman', 1, 1],
  ['the gunman kill police', 1, 1],
  ['the gunman police killed', 2, 2 / 3],
  ['nothing in common here', 1, 0],
  ['', 1, 0],
])('ROUGE-N of "%s" by %i words', (found, n, f1) => {
  expect(rougeN(stemsOf(found), reference, n).f1).toBeCloseTo(f1, 6);
});

test.each([
  ['police kill the gunman', 1],
  ['the gunman kill police', 0.5],
  ['', 0],
])('ROUGE-L of "%s"', (found, f1) => {
  expect(rougeL(stemsOf(found), reference).f1).toBeCloseTo(f1, 6);
});

test('a word counts as often as it is in both, and lengths are weighed', () => {
  expect(rougeN(['the', 'the', 'the'], ['the', 'cat'], 1)).toEqual({ precision: 1 / 3, recall: 1 / 2, f1: 0.4 });
});
