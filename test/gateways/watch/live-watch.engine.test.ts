import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { QuerySyntaxError } from '../../../domain/query/syntax-error.ts';
import { type LiveMatch, watchLive } from '../../../gateways/watch/live-watch.ts';
import type { Message } from '../../../streams/stage.ts';
import { enriched, id, judgements, message } from '../views/messages.ts';
import { openWatched, type Watched } from './watching.ts';

const soon = { timeout: 30_000, interval: 50 };
let watched: Watched;

beforeAll(async () => {
  watched = await openWatched();
});
afterAll(() => watched?.[Symbol.asyncDispose]());

function article(
  number: number,
  title: string,
  fields: { version?: number; collectedAt?: number; visibility?: string } = {},
) {
  const { version = 1, collectedAt = Date.now(), visibility = 'public' } = fields;
  const whole = enriched(number, version, { title, text: 'Nothing else.' });
  return message('article-enriched', id(number), {
    ...whole,
    article: { ...whole.article, fetched_at: collectedAt, visibility },
  });
}

/** Watches until told to end; what it saw stands in the array. */
function watching(query: string, sinceMs = Date.now() - 1_000) {
  const ending = new AbortController();
  const seen: LiveMatch[] = [];
  const troubles: string[] = [];
  const options = { sinceMs, signal: ending.signal, onTrouble: (reason: string) => void troubles.push(reason) };
  const ended = (async () => {
    for await (const match of watchLive(watched.runtime, query, options)) seen.push(match);
  })();
  return {
    titles: () => seen.map(({ title }) => title),
    seen,
    troubles,
    async end() {
      ending.abort();
      await ended;
    },
  };
}

const stored = async (): Promise<number> =>
  (await watched.world.pool.query<{ count: number }>('select count(*) from content.articles')).rows[0]?.count ?? 0;

test('matches are told as they arrive, each once, with the clauses that matched, and it ends when told', async () => {
  await watched.topics.produce([article(1, 'An early comet', { collectedAt: Date.now() - 3_600_000 })]);
  await expect.poll(stored, soon).toBe(1);
  const live = watching('comet AND language:en');
  let number = 10;
  const arrive = async () => {
    number += 1;
    await watched.topics.produce([article(number, `Comet ${number}`), article(500 + number, 'Rain')]);
    return live.titles().length;
  };
  await expect.poll(arrive, { timeout: 30_000, interval: 500 }).toBeGreaterThan(0);
  await watched.topics.produce([article(number, `Comet ${number}`, { version: 2 }), ...judgements(number, 1)]);
  await watched.topics.produce([article(99, 'The last comet')]);
  await expect.poll(live.titles, soon).toContain('The last comet');
  await live.end();
  expect(live.titles()).not.toContain('An early comet');
  expect(live.titles().filter((title) => !/comet/i.test(title))).toEqual([]);
  expect(new Set(live.titles()).size).toBe(live.titles().length);
  expect(live.seen[0]).toMatchObject({ matched: ['comet', 'language:en'], language: 'en', site_name: 'News' });
});

test('it begins with what was collected since, and passes by what is private to others', async () => {
  const anHourAgo = Date.now() - 3_600_000;
  const other = '22222222-2222-4222-8222-222222222222';
  const before = await stored();
  await watched.topics.produce([
    article(201, 'A lighthouse', { collectedAt: anHourAgo }),
    article(202, 'An older lighthouse', { collectedAt: anHourAgo - 7_200_000 }),
    article(203, 'Their lighthouse', { collectedAt: anHourAgo, visibility: other }),
  ]);
  await expect.poll(stored, soon).toBe(before + 3);
  const live = watching('lighthouse', anHourAgo - 60_000);
  await expect.poll(live.titles, soon).toEqual(['A lighthouse']);
  await watched.topics.produce([
    article(204, 'Their new lighthouse', { visibility: other }),
    article(205, 'Lighthouse!'),
  ]);
  await expect.poll(live.titles, soon).toEqual(['A lighthouse', 'Lighthouse!']);
  await live.end();
  expect(live.troubles).toEqual([]);
});

test.each(['comet AND', 'topic:unheard'])('"%s" is refused at once', async (query) => {
  const matches = watchLive(watched.runtime, query, {
    sinceMs: 0,
    signal: new AbortController().signal,
    onTrouble: () => undefined,
  });
  await expect(matches.next()).rejects.toBeInstanceOf(QuerySyntaxError);
});

const noCategories = (number: number) =>
  message('article-categories', id(number), {
    article_id: id(number),
    version: 1,
    visibility: 'public',
    categories: [],
    method: 'test',
    model: 'test',
  });

describe('rules judge first, as in the stage', () => {
  afterEach(() => watched.world.pool.query('delete from rules'));

  test('what they drop is not told, and what they tag is found by that', async () => {
    await watched.rules.create({ name: 'drop', query: 'football', actions: { drop: true } });
    await watched.rules.create({ name: 'tag', query: 'strike', actions: { tags: ['Labour'] } });
    const live = [watching('meteor'), watching('tag:labour')];
    const articles = [
      article(301, 'Meteor over the football'),
      article(302, 'Football strike'),
      article(303, 'Strike'),
      article(304, 'Meteor'),
    ];
    // Again until both watch; each is told once.
    const arrive = async () => {
      await watched.topics.produce(articles);
      return live.map((one) => one.titles());
    };
    await expect.poll(arrive, { timeout: 30_000, interval: 500 }).toEqual([['Meteor'], ['Strike']]);
    for (const one of live) await one.end();
  });

  test('nothing is told before they could judge', async () => {
    await watched.rules.create({ name: 'drop', query: 'category:sport', actions: { drop: true } });
    const live = watching('regatta');
    const articles = [article(311, 'Regatta of sport'), article(312, 'Regatta'), article(313, 'Regatta, judged')];
    const arrive = async () => {
      await watched.topics.produce([...articles, noCategories(313)]);
      return live.titles();
    };
    await expect.poll(arrive, { timeout: 30_000, interval: 500 }).toEqual(['Regatta, judged']);
    const [sport] = judgements(311, 1);
    await watched.topics.produce([sport as Message, noCategories(312)]);
    await expect.poll(live.titles, soon).toEqual(['Regatta, judged', 'Regatta']);
    await live.end();
  });
});
