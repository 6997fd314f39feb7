import { expect, test } from 'vitest';
import { textDiff } from '../../../../gateways/services/articles/text-diff.ts';

test.each([
  ['nothing', 'The same text.', 'The same text.', [['same', 'The same text.']]],
  [
    'a word',
    'Three people were hurt.',
    'Four people were hurt.',
    [
      ['removed', 'Three'],
      ['added', 'Four'],
      ['same', ' people were hurt.'],
    ],
  ],
  [
    'a paragraph',
    'First.\n\nLast.',
    'First.\n\nMiddle.\n\nLast.',
    [
      ['same', 'First.\n\n'],
      ['added', 'Middle.\n\n'],
      ['same', 'Last.'],
    ],
  ],
  ['all of it', '', 'New.', [['added', 'New.']]],
])('a diff tells that %s changed', (_, before, after, parts) => {
  expect(textDiff(before, after).map(({ kind, text }) => [kind, text])).toEqual(parts);
});

const words = (seed: number) => Array.from({ length: 60_000 }, (_, at) => `w${(at * seed) % 99_991}`).join(' ');

test('the parts make up both texts, also where they are too long and different to compare', () => {
  const [before, after] = [words(7), words(31)];
  const parts = textDiff(before, after);
  const made = (without: string) =>
    parts
      .filter(({ kind }) => kind !== without)
      .map(({ text }) => text)
      .join('');
  expect(made('added')).toBe(before);
  expect(made('removed')).toBe(after);
});
