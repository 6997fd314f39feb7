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

const asked = (head: string, body: string, language: string) =>
  rankKeywords(head, body, language).map(({ term }) => term);

test('who is named in full once is that keyword, and no surname beside it', () => {
  const terms = asked(
    'Lindqvist wants more trains',
    'More trains are what President Karin Lindqvist wants. Trains are late, said Lindqvist. Lindqvist travels by car. ' +
      'Her party thinks that Lindqvist will not win.',
    'en',
  );
  expect(terms[0]).toBe('Karin Lindqvist');
  expect(terms).not.toContain('Lindqvist');
  expect(terms).not.toContain('President Karin Lindqvist');
});

test.each([
  ['en', 'The Bank of Montreal raised its forecast. The Bank of Montreal sees growth.', 'Bank of Montreal'],
  ['nl', 'Gisteren sprak Ursula von der Leyen. Vandaag sprak Ursula von der Leyen weer.', 'Ursula von der Leyen'],
  ['fr', "L'économie ralentit. C'est l'économie qui décide.", 'économie'],
])('a name goes over particles, and an article is no part of a word (%s): %s', (language, given, term) => {
  expect(asked('', given, language)).toContain(term);
});

test('German nouns are no names for their capital, and no phrase goes over articles', () => {
  const terms = asked('', 'Die Stimmen der Parteien zählen. Alle Stimmen der Parteien zählen heute.', 'de');
  expect(terms).toContain('Stimmen');
  expect(terms.some((term) => term.includes(' der '))).toBe(false);
});

test.each([
  ['singular and plural', 'The storm came. Storms come often, and a storm is loud.', /storm/iu],
  ['with and without possessive', "Acme grew. Acme's profit fell. Acme’s boss left Acme.", /acme/iu],
])('%s are one keyword', (_, given, pattern) => {
  expect(asked('', given, 'en').filter((term) => pattern.test(term))).toHaveLength(1);
});

test.each([
  'a'.repeat(1_000_000),
  'Of '.repeat(300_000),
  'A b '.repeat(250_000),
  'Bank of '.repeat(125_000),
  '漢'.repeat(500_000),
  '😀'.repeat(200_000),
])('a million characters are read in part', (given) => {
  expect(rankKeywords(given, given, 'en')).toEqual(rankKeywords(given.slice(0, 1_000), given.slice(0, 20_000), 'en'));
});
