import { expect, test } from 'vitest';
import { termsOf } from '../../../processors/story/terms.ts';

const words = (title: string, entities?: readonly string[]) => termsOf(title, entities).map(({ term }) => term);

test.each([
  ['folds case, plurals and frequent words', 'The Banks of the Thames: BANK losses', ['bank', 'thame', 'losse']],
  ['splits writing without spaces in pairs', '地震が発生', ['地震', '震が', 'が発', '発生']],
  ['keeps numbers and other alphabets', 'Выборы 2026', ['выборы', '2026']],
  ['has nothing of punctuation', '?!… —', []],
])('%s', (_, title, expected) => {
  expect(words(title)).toEqual(expected);
});

test.each([
  ['de', 'Der Haushalt 2026 ist mit Verspätung beschlossen', ['haushalt', 'verspätung', 'beschlossen']],
  ['es', 'El incendio de Almería', ['incendio', 'almería']],
  ['xx', 'El incendio de Almería', ['el', 'incendio', 'de', 'almería']],
])('in %s, words that say nothing and bare numbers are no terms: %s', (language, title, expected) => {
  expect(termsOf(title, [], language).map(({ term }) => term)).toEqual(expected);
});

test('entities that the headline names count through its words alone', () => {
  expect(termsOf('Merkel in Paris', ['angela merkel', 'paris'])).toEqual([
    { term: 'merkel', weight: 1 },
    { term: 'pari', weight: 1 },
    { term: '@angela merkel', weight: 0.5 },
    { term: '@paris', weight: 0 },
  ]);
});

test('a headline of a megabyte is read to its first words', () => {
  expect(words('word '.repeat(200_000))).toEqual(['word']);
  expect(words('x'.repeat(1_000_000))).toHaveLength(1);
  expect(words('地'.repeat(1_000_000))).toEqual(['地地']);
});
