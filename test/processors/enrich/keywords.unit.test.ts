import { describe, expect, test } from 'vitest';
import { rankKeywords } from '../../../processors/enrich/keywords.ts';

const title = 'Central bank raises interest rates again';
const text =
  'The European Central Bank raised interest rates for the second time this year. Christine Lagarde, the president of the ' +
  'European Central Bank, said that interest rates would stay high. Analysts had expected a pause. Inflation fell to 4 percent, ' +
  'and interest rates weigh on mortgages.';

describe('keywords', () => {
  const ranked = rankKeywords(title, text, 'en');
  const terms = ranked.map(({ term }) => term);

  test('are the phrases that the text is about, in its own spelling', () => {
    expect(terms.slice(0, 4)).toContain('interest rates');
    expect(terms).toContain('Christine Lagarde');
    expect(terms.some((term) => /Central Bank/i.test(term))).toBe(true);
  });

  test('are no stop words, numbers or phrases across punctuation', () => {
    for (const term of terms) expect(term).not.toMatch(/^(the|and|said|this|4)$|the$|^the|,/i);
  });

  test('name each thing once', () => {
    expect(terms.filter((term) => /lagarde/i.test(term))).toHaveLength(1);
  });

  test('have weights from 1 downwards', () => {
    const weights = ranked.map(({ weight }) => weight);
    expect(weights[0]).toBe(1);
    expect(weights).toEqual(weights.toSorted((a, b) => b - a));
    expect(weights.every((weight) => weight > 0 && weight <= 1)).toBe(true);
  });
});

test.each([
  { language: 'ja', text: '日本の首相は月曜日、会見で辞任を表明した。首相は経済政策の失敗を認めた。', term: '首相' },
  { language: 'ar', text: 'أعلن الرئيس استقالته. وقال الرئيس إن القاهرة تحتاج إلى حكومة جديدة.', term: 'الرئيس' },
  {
    language: 'ru',
    text: 'Правительство повысит налоги. Правительство объяснило это дефицитом.',
    term: 'Правительство',
  },
  { language: null, text: 'Blorv zanto vika. Blorv hessa miru, blorv.', term: 'Blorv' },
])('keywords are found in any script and language: $term', ({ language, text: given, term }) => {
  expect(rankKeywords('', given, language).map((keyword) => keyword.term)[0]).toBe(term);
});

test.each(['', ' ', '12 34 5', '!?', 'the and of'])('a text without topics has no keywords: "%s"', (given) => {
  expect(rankKeywords(given, given, 'en')).toEqual([]);
});

test('a word that belongs to every object is a word like others', () => {
  const terms = rankKeywords('', 'The constructor and __proto__ were hasOwnProperty.', 'en').map(({ term }) => term);
  expect(terms).toContain('constructor');
});

test('the end of a long text is not read', () => {
  const terms = rankKeywords('', `${'harbour '.repeat(3_000)}lighthouse`, 'en').map(({ term }) => term);
  expect(terms).toContain('harbour');
  expect(terms).not.toContain('lighthouse');
});
