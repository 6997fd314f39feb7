import { expect, test } from 'vitest';
import { nothingFound } from '../../../processors/enrich/enricher.ts';
import { readingTime } from '../../../processors/enrich/reading-time.ts';

test.each([
  { title: 'nothing takes no time', text: '', language: null, words: 0, seconds: 0 },
  { title: '238 English words take a minute', text: 'word '.repeat(238), language: 'en', words: 238, seconds: 60 },
  { title: 'Chinese is counted by characters', text: '经济政策'.repeat(51), language: 'zh', words: 204, seconds: 48 },
  { title: 'Japanese is read by its own speed', text: '経済政策'.repeat(51), language: 'ja', words: 204, seconds: 35 },
  { title: 'numbers are words, signs are not', text: '3 % – 40 €!', language: 'en', words: 2, seconds: 1 },
  { title: 'Thai has words without spaces', text: 'นายกรัฐมนตรีลาออก', language: 'th', words: 4, seconds: 2 },
])('$title', async ({ text, language, words, seconds }) => {
  const found = await readingTime.find({ title: '', text, language_hint: null }, { ...nothingFound, language });

  expect(found).toEqual({ word_count: words, reading_time_seconds: seconds });
});

test('a long text is counted in turns, to nearly the same result', async () => {
  let turns = 0;
  const counting = setInterval(() => (turns += 1), 0);
  const article = { title: '', text: 'some words '.repeat(50_000), language_hint: null };
  const found = await readingTime.find(article, { ...nothingFound, language: 'en' });
  clearInterval(counting);

  expect(found.word_count).toBeGreaterThanOrEqual(100_000);
  expect(found.word_count).toBeLessThan(100_020);
  expect(turns).toBeGreaterThan(0);
});

test.each([
  ['one word', 'a'.repeat(1_000_000)],
  ['signs without spaces', '経'.repeat(1_000_000)],
  ['emoji', '😀'.repeat(300_000)],
  ['lone surrogates', '\uD800'.repeat(1_000_000)],
  ['marks of direction', '\u202E'.repeat(1_000_000)],
  ['NULs', '\0'.repeat(1_000_000)],
])('a million characters are counted: %s', async (_, text) => {
  const found = await readingTime.find({ title: '', text, language_hint: null }, { ...nothingFound, language: null });
  expect(found.word_count).toBeGreaterThanOrEqual(0);
  expect(found.word_count).toBeLessThanOrEqual(1_000_000);
  expect(Number.isSafeInteger(found.reading_time_seconds)).toBe(true);
});
