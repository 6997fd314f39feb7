import { describe, expect, test } from 'vitest';
import { nothingFound } from '../../../processors/enrich/enricher.ts';
import { judgeEnglish, sentiment } from '../../../processors/enrich/sentiment.ts';
import { scoreSentence } from '../../../processors/enrich/sentiment/score-sentence.ts';

const score = (sentence: string) => scoreSentence(sentence)?.score ?? 0;

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
  ['a verb of lack is a negation', 'The plan lacks support.', 'The plan has support.'],
  ['a second negation takes the first back', 'This is not good.', 'This is not without good.'],
  ['parts of a compound judge', 'A war-torn country.', 'A sun-lit country.'],
  ['a dampener weakens praise', 'This is slightly good.', 'This is good.'],
  [
    'what follows "but" counts more',
    'The food was good, but the service was bad.',
    'The service was bad, but the food was good.',
  ],
])('%s', (_, lower, higher) => {
  expect(score(lower)).toBeLessThan(score(higher));
});

test('what is not good is bad, and what is not bad is good', () => {
  expect(score('This is not good.')).toBeLessThan(0);
  expect(score('This is not bad.')).toBeGreaterThan(0);
});

describe('an article', () => {
  test('is judged by its sentences, the title counting like three', () => {
    const { score: mixed } = judgeEnglish('A wonderful day', 'It was bad. It was bad.');
    expect(mixed).toBeGreaterThan(0);
    expect(judgeEnglish('', 'It was bad. It was bad.').score).toBeLessThan(0);
  });

  test('is judged more surely the clearer it is', () => {
    const clear = judgeEnglish('', 'A horrible, brutal disaster killed hundreds.');
    const mixed = judgeEnglish('', 'A good day with a bad end and a slight problem.');
    const none = judgeEnglish('', 'The meeting takes place on Tuesday.');
    expect(clear.confidence).toBeGreaterThan(mixed.confidence);
    expect(clear.confidence).toBeGreaterThan(0.7);
    expect(none.confidence).toBeLessThan(0.5);
  });

  test.each([
    'a'.repeat(1_000_000),
    'not '.repeat(250_000),
    'good-'.repeat(200_000),
    "a'".repeat(500_000),
    'but good. '.repeat(100_000),
  ])('of a million characters is judged by its beginning', (text) => {
    const judged = judgeEnglish(text, text);
    expect(Math.abs(judged.score)).toBeLessThanOrEqual(1);
    expect(judged.score).toEqual(judgeEnglish(text.slice(0, 20_000), text.slice(0, 20_000)).score);
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
