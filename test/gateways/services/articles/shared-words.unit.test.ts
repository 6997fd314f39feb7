import { expect, test } from 'vitest';
import { sharedWords, type Worded } from '../../../../gateways/services/articles/shared-words.ts';

const keyword = (term: string, weight: number) => ({ term, weight });
const entity = (key: string, name: string, count = 1): Worded['entities'][number] => ({
  key,
  name,
  type: 'organization',
  count,
  confidence: 0.9,
});
const worded = (keywords: Worded['keywords'], entities: Worded['entities'] = []): Worded => ({ keywords, entities });

test('are the keywords that both hold, the ones that weigh most in both first', () => {
  const one = worded([keyword('strike', 1), keyword('port', 0.8), keyword('pay', 0.5), keyword('crane', 0.1)]);
  const other = worded([keyword('pay', 1), keyword('Strike', 0.9), keyword('crane', 0.2), keyword('union', 0.1)]);
  expect(sharedWords(one, other)).toEqual(['strike', 'pay', 'crane']);
  expect(sharedWords(other, one)).toEqual(['Strike', 'pay', 'crane']);
});

test('a name is the same under its key, as the article asked about writes it, and is not told as a keyword too', () => {
  const one = worded([keyword('EZB', 1)], [entity('european central bank', 'EZB', 3)]);
  const other = worded(
    [keyword('European Central Bank', 1)],
    [entity('european central bank', 'European Central Bank', 2)],
  );
  expect(sharedWords(one, other)).toEqual(['EZB']);
});

test('of a name and a part of it the weightier is enough, and whole words only are parts', () => {
  const one = worded([
    keyword('Angela Merkel', 1),
    keyword('Merkel', 0.7),
    keyword('ship', 0.6),
    keyword('shipping', 0.5),
  ]);
  expect(sharedWords(one, one)).toEqual(['Angela Merkel', 'ship', 'shipping']);
});

test('are eight at most, in an order that does not hang on the order of what was stored', () => {
  const terms = 'abcdefghijkl'.split('').map((letter) => keyword(letter, 0.5));
  expect(sharedWords(worded(terms), worded(terms.toReversed()))).toEqual('abcdefgh'.split(''));
  expect(sharedWords(worded(terms.toReversed()), worded(terms))).toEqual('abcdefgh'.split(''));
});

test('are none where nothing is shared or nothing was found', () => {
  expect(sharedWords(worded([keyword('strike', 1)]), worded([keyword('cup', 1)]))).toEqual([]);
  expect(sharedWords(worded([]), worded([keyword('cup', 1)]))).toEqual([]);
});
