import { describe, expect, test } from 'vitest';
import { fieldScores, isSameDay } from './field-scores.ts';
import { f1Interval, meanOf, shingleScore } from './scores.ts';

describe('shingles of four words', () => {
  test.each([
    ['equal texts', 'a b c d e', 'a b c d e', 1, 1],
    ['other white space and punctuation', 'a, b. c-d\ne', 'a b c d e', 1, 1],
    ['a text with something around it', 'b c d e', 'a b c d e', 1 / 2, 1],
    ['half of a text', 'a b c d e', 'a b c d', 1, 1 / 2],
    ['each shingle as often as it stands there', 'a a a a a', 'a a a a', 1, 1 / 2],
    ['another order', 'a b c d', 'd c b a', 0, 0],
    ['another case', 'A b c d', 'a b c d', 0, 0],
    ['texts shorter than a shingle', 'a b', 'a b', 1, 1],
    ['nothing found', 'a b c d', '', 0, 0],
    ['other scripts', 'буря и ветер ночью', 'буря и ветер ночью', 1, 1],
  ])('%s', (_, expected, found, precision, recall) => {
    expect(shingleScore(expected, found, 4)).toEqual({ precision, recall });
  });
});

test('precision and recall are means over pages, and F1 is of the means', () => {
  const scores = meanOf([
    { precision: 1, recall: 0.5 },
    { precision: 0, recall: 0 },
  ]);
  expect(scores).toEqual({ precision: 0.5, recall: 0.25, f1: 1 / 3 });
});

test('the interval lies around F1, is the same in every run, and is narrower for more pages', () => {
  const pages = Array.from({ length: 400 }, (_, at) => ({ precision: at % 2, recall: at % 2 }));
  const [few, many] = [f1Interval(pages.slice(0, 20)), f1Interval(pages)];
  expect(many.low).toBeGreaterThan(few.low);
  expect(many.high).toBeLessThan(few.high);
  expect(many.low).toBeLessThan(0.5);
  expect(many.high).toBeGreaterThan(0.5);
  expect(f1Interval(pages)).toEqual(many);
});

test('fields count where the ground truth has them', () => {
  const found = { title: 'Storm!', authors: ['Ada Bell', 'X'], publishedAt: Date.parse('2024-05-03T10:00:00Z') };
  const scores = fieldScores([
    [{ title: 'storm', authors: ['ada bell'], published: '2024-05-03' }, found],
    [{ title: null, authors: null, published: null }, found],
  ]);
  expect(scores).toEqual({ title: 1, titleWords: 0, authors: 2 / 3, published: 1 });
  expect(fieldScores([])).toEqual({ title: null, titleWords: null, authors: null, published: null });
});

test.each([
  ['2024-05-03T01:00:00+09:00', '2024-05-02T16:00:00Z', true],
  ['2024-05-03', '2024-05-03T23:59:00Z', true],
  ['2024-05-03T01:00:00+09:00', '2024-05-03T00:00:00Z', true],
  ['2024-05-03', '2024-05-04T00:00:00Z', false],
])('%s and %s: the same day is %j', (written, foundAt, expected) => {
  expect(isSameDay(written, Date.parse(foundAt))).toBe(expected);
  expect(isSameDay(written, null)).toBe(false);
});
