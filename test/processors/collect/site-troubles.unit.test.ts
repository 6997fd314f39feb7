import { expect, test } from 'vitest';
import { troublesOf } from '../../../processors/collect/site-troubles.ts';

const times = (count: number, one: string): string[] => Array.from({ length: count }, () => one);

test.each([
  ['nothing was asked', [], []],
  ['all went well', times(30, 'ok'), []],
  [
    'one in three was refused',
    [...times(10, '429'), ...times(20, 'ok')],
    ['a.example refused 10 of our latest 30 requests as too many (429)'],
  ],
  [
    'one in four was refused',
    [...times(1, '503'), ...times(3, 'ok')],
    ['a.example refused 1 of our latest 4 requests for being overloaded (503)'],
  ],
  [
    'connections break',
    [...times(6, 'silent'), ...times(24, 'ok')],
    ['a.example left 6 of our latest 30 requests without an answer'],
  ],
  ['one connection broke long ago', [...times(1, 'silent'), ...times(29, 'ok')], []],
  [
    'it is slow',
    [...times(20, 'slow'), ...times(10, 'ok')],
    ['a.example took longer than 2 s for 20 of our latest 30 requests'],
  ],
  ['it was slow twice', [...times(2, 'slow'), ...times(1, 'ok')], []],
  ['it is slow at times', [...times(10, 'slow'), ...times(20, 'ok')], []],
])('a host of which %s', (_, latest, words) => {
  expect(troublesOf('a.example', latest)).toEqual(words);
});
