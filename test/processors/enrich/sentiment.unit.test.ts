import { describe, expect, test } from 'vitest';
import { nothingFound } from '../../../processors/enrich/enricher.ts';
import { judgeEnglish, scoreOfSentence, sentiment } from '../../../processors/enrich/sentiment.ts';

const score = (sentence: string) => scoreOfSentence(sentence) ?? 0;

test.each([
  ['The rescue was a wonderful success.', 'positive'],
  ['Hundreds were killed in a horrible disaster.', 'negative'],
  ['The meeting takes place on Tuesday.', 'neutral'],
])('%s is %s', (title, label) => {
  expect(judgeEnglish(title, '').label).toBe(label);
});

test.each([
  ['a negation turns a judgement', 'This is not good.', 'This is good.'],
  ['a negation with a curly apostrophe too', 'This isn’t good.', 'This is good.'],
  ['an intensifier strengthens praise', 'This is good.', 'This is extremely good.'],
  ['an intensifier strengthens blame', 'This is extremely bad.', 'This is bad.'],
  ['a dampener weakens praise', 'This is slightly good.', 'This is good.'],
  [
    'what follows "but" counts more',
    'The food was good, but the service was bad.',
    'The service was bad, but the food was good.',
  ],
])('%s', (_, lower, higher) => {
  expect(score(lower)).toBeLessThan(score(higher));
});

describe('an article', () => {
  test('is judged by its sentences, the title counting like three', () => {
    const { score: mixed } = judgeEnglish('A wonderful day', 'It was bad. It was bad.');
    expect(mixed).toBeGreaterThan(0);
    expect(judgeEnglish('', 'It was bad. It was bad.').score).toBeLessThan(0);
  });

  test('never leaves -1 to 1, and names its method', () => {
    const judged = judgeEnglish('', 'superb '.repeat(3_000));
    expect(judged.score).toBeLessThanOrEqual(1);
    expect(judged.method).toMatch(/-\d+$/);
  });

  test.each(['constructor __proto__ toString', ''])('without a judging word is neutral: "%s"', (text) => {
    expect(judgeEnglish('', text)).toMatchObject({ label: 'neutral', score: 0 });
  });

  test.each(['de', null])('in a language without a judge (%s) has no sentiment', (language) => {
    const found = sentiment.find({ title: 'good', text: '', language_hint: null }, { ...nothingFound, language });
    expect(found).toEqual({ sentiment: null });
  });
});
