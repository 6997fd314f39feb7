import { pino } from 'pino';
import { expect, test } from 'vitest';
import { SavedSearchIndex } from '../../../gateways/watch/saved-search-index.ts';
import type { WatchedArticle } from '../../../gateways/watch/watcher.ts';
import type { SavedSearch } from '../../../schemas/types.ts';
import { documentOf, makeArticle, now } from '../../domain/query/made/articles.ts';
import { countTurns } from '../../streams/turns-of-the-loop.ts';

const organization = '11111111-1111-4111-8111-111111111111';
const log = pino({ level: 'silent' });

const search = (at: number, query: string): SavedSearch => ({
  organization_id: organization,
  saved_search_id: `search-${at}`,
  name: `Search ${at}`,
  query,
  alert_enabled: true,
  alerting_since: 0,
  updated_at: 0,
});

const article = (title: string): WatchedArticle => ({
  id: 'article',
  visibility: 'public',
  version: 1,
  url: 'https://a.example/1',
  title,
  siteName: null,
  language: 'en',
  publishedAt: now,
  firstCollectedAt: now,
  document: documentOf({ ...makeArticle(1, () => 0.99), title, summary: null, text: '', language: 'en' }),
  undecided: new Set(),
});

/** A table of so many searches, each for a word of its own, and the index that follows it. */
function searches(count: number) {
  const values = new Map(Array.from({ length: count }, (_, at) => [`${at}`, search(at, `harbour${at} OR comet`)]));
  const lacking = new Set<string>();
  const table = {
    changes: count,
    isWhole: true,
    entries: () => values.entries(),
    lacks: (key: string) => lacking.has(key),
    degraded: () => undefined,
  };
  let asked = 0;
  const vectorsOf = () => {
    asked += 1;
    return Promise.resolve(new Map<string, never>());
  };
  const index = new SavedSearchIndex(table, { vectorsOf }, log);
  const found = (title: string): number => [...index.matches(article(title), now)].length;
  return { values, lacking, table, index, found, asked: () => asked };
}

test('thousands of saved searches leave others of the process their turns while they are taken in', async () => {
  const { index, found } = searches(1_000);
  const turns = countTurns();
  await index.follow();
  // Of a hundred searches a turn at the most.
  expect(turns.stop()).toBeGreaterThan(10);
  expect(found('comet')).toBe(1_000);
});

test('whoever follows while the searches are taken in waits until all are there, and takes none in again', async () => {
  const { index, found, asked } = searches(500);
  const first = index.follow();
  const seen = await index.follow().then(() => found('comet'));
  await first;
  expect(seen).toBe(500);
  expect(asked()).toBe(500);
});

test('one that is longer as it is kept than a person may write is taken in', async () => {
  const { values, index, found } = searches(1);
  const words = Array.from({ length: 60 }, (_, at) => `summary:${'x'.repeat(30)}${at}`).join(' OR ');
  values.set('0', search(0, `${words} OR title:glacier`));
  await index.follow();
  expect(index.degraded()).toBeUndefined();
  expect(found('glacier')).toBe(1);
});

test('what is changed while the searches are taken in holds after the next time', async () => {
  const { values, table, index, found } = searches(500);
  const following = index.follow();
  values.set('7', search(7, 'glacier'));
  values.delete('8');
  table.changes += 2;
  await following;
  await index.follow();
  expect([found('glacier'), found('harbour7'), found('harbour8'), found('comet')]).toEqual([1, 0, 0, 498]);
});

test('one that cannot be taken in now is tried again, and those that were read before it are not read again', async () => {
  const { table, values } = searches(400);
  let isAway = true;
  let asked = 0;
  const vectorsOf = () => {
    asked += 1;
    if (isAway && asked === 200) return Promise.reject(new Error('the model is away'));
    return Promise.resolve(new Map<string, never>());
  };
  const index = new SavedSearchIndex(table, { vectorsOf }, log);
  await expect(Promise.all([index.follow(), index.follow()])).rejects.toThrow('the model is away');
  isAway = false;
  await index.follow();
  expect(asked).toBe(values.size + 1);
  expect([...index.matches(article('comet'), now)]).toHaveLength(400);
});

test('while not all partitions are read it says of no time that what raised alerts before it has come', async () => {
  const { values, table, index, found } = searches(2);
  await index.follow();
  table.isWhole = false;
  values.set('late', { ...search(3, 'glacier'), alerting_since: now });
  table.changes += 1;
  await index.follow();
  expect([found('glacier'), index.latestSinceMs]).toEqual([1, 0]);
  table.isWhole = true;
  await index.follow();
  expect(index.latestSinceMs).toBe(now);
});

test('one that came and is not held need not be waited for, and another that changed must', async () => {
  const { lacking, index } = searches(2);
  await index.follow();
  expect([index.hasCome('0', 0), index.hasCome('0', now), index.hasCome('new', 0)]).toEqual([true, false, false]);
  lacking.add('0').add('new');
  expect([index.hasCome('0', now), index.hasCome('new', 0), index.hasCome('1', now)]).toEqual([true, true, false]);
});
