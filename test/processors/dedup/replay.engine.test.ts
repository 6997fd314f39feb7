import { expect, test } from 'vitest';
import type { Article } from '../../../schemas/types.ts';
import { article, longText, nearTexts } from './articles.ts';
import { expectedRecords } from './expected-links.ts';
import { openLedger } from './ledger.ts';
import { pick, randomFrom, shuffled } from './random.ts';

/**
 * Articles of 100 days: taken as they come, while what is older than the memory of the stage runs out, and then all
 * anew in any order, within minutes. Both must end in the links that the rules give.
 */
const rounds = Array.from({ length: 40 }, (_, n) => ({ seed: n + 1 }));

const days = 100;
const dayMs = 86_400_000;
const startMs = 1_790_000_000_000;
const urls = Array.from({ length: 24 }, (_, n) => `https://${'abcdef'[n % 6]}.example/${n}`);
const texts = [longText('The minister'), longText('The striker'), ...Object.values(nearTexts)];
const titles = ['Minister resigns over budget', 'Striker scores in the final'];

test.each(rounds)('a replay leaves every link as it was in history $seed', { timeout: 120_000 }, async ({ seed }) => {
  const random = randomFrom(seed);
  const articles = urls.map((url) => articleOf(url, random)).toSorted((a, b) => a.fetched_at - b.fetched_at);

  const live = openLedger();
  for (const [at, one] of articles.entries()) {
    await live.pass(one.fetched_at - (articles[at - 1]?.fetched_at ?? one.fetched_at));
    await live.take(one);
  }
  const replayed = openLedger();
  await replayed.take(...shuffled(articles, random));

  expect(replayed.records()).toEqual(expectedRecords(articles));
  expect(live.records()).toEqual(replayed.records());
});

/** All are collected within the day, but one in some histories, long after it was published; it follows nobody. */
function articleOf(url: string, random: () => number): Article {
  const fetchedAt = startMs + Math.floor(random() * days * dayMs);
  const isLate = url === urls[0] && random() < 0.5;
  const lateMs = (isLate ? 400 : random()) * dayMs;
  return article({
    url,
    text: pick([...texts, ...texts, longText(url)], random),
    title: pick([...titles, `The headline of ${url}`], random),
    canonical_url: isLate ? null : pick([null, null, null, null, ...urls, 'https://a.example/section'], random),
    published_at: Math.floor(fetchedAt - lateMs),
    fetched_at: fetchedAt,
  });
}
