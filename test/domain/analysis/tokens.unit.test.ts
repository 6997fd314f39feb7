import { expect, test } from 'vitest';
import { tokensOf } from '../../../domain/analysis/tokens.ts';

test.each([
  ['Zürich ZURICH', ['zurich', 'zurich']],
  ['Straße, Łódź; København!', ['strasse', 'lodz', 'kobenhavn']],
  ['İstanbul ıslak', ['istanbul', 'islak']],
  ['C++, C# and C.', ['c++', 'c#', 'and', 'c']],
  ['mother-in-law\u2019s', ['mother', 'in', 'law', 's']],
  ['東京オリンピック', ['東', '京', 'オ', 'リ', 'ン', 'ピ', 'ッ', 'ク']],
  ['サッカーW杯', ['サ', 'ッ', 'カ', 'ー', 'w', '杯']],
  ['서울에서', ['서', '울', '에', '서']],
  ['हिन्दी', ['हिन्दी']],
  ['القُدس', ['القدس']],
  ['Ёлка', ['елка']],
  ['fullwidth ＡＢＣ', ['fullwidth', 'abc']],
  ['\u0000\u200f👍 !?', []],
  ['x'.repeat(1_000_000), []],
])('%.30s', (text, tokens) => {
  expect(tokensOf(text)).toEqual(tokens);
});
