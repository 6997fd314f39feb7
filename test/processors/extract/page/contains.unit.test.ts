import { expect, test } from 'vitest';
import { contains } from '../../../../processors/extract/page/contains.ts';

test('a text is found in another wherever it stands, and what differs by a letter is not', () => {
  const whole = Array.from({ length: 600 }, (_, at) => (at % 7 === 0 || at % 11 === 0 ? 'a' : 'b')).join('');
  for (const length of [1, 63, 64, 65, 100, 599, 600]) {
    for (let from = 0; from + length <= whole.length; from += 13) {
      const part = whole.slice(from, from + length);
      expect(contains(whole, part)).toBe(true);
      const other = `${part.slice(0, -1)}${part.endsWith('a') ? 'b' : 'a'}`;
      expect(contains(whole, other)).toBe(whole.includes(other));
    }
  }
  expect([contains('a', 'ab'), contains('', ''), contains('a', '')]).toEqual([false, true, true]);
});

test('letters that repeat mislead nobody', () => {
  const part = `${'a'.repeat(80)}b`;
  expect(contains(`${'a'.repeat(300)}b`, part)).toBe(true);
  expect(contains('a'.repeat(300), part)).toBe(false);
});
