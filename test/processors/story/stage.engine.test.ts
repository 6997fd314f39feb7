import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { story } from '../../../processors/story/story.ts';
import type { ArticleEmbedded, ArticleStory, StoryOverride, StoryUpdate } from '../../../schemas/types.ts';
import { createTestDriver, type TestDriver } from '../../../streams/test-driver.ts';
import { engines } from '../../engines/engines.ts';

/** Put before every key, so that a test empties nothing but its own part of Redis. */
let keyPrefix = '';
let redis: Redis;
beforeAll(() => {
  redis = new Redis(engines().redisUrl);
});
beforeEach(() => {
  keyPrefix = `test-story-${randomUUID()}:`;
  return forget;
});
afterAll(() => redis.disconnect());

async function forget(): Promise<number> {
  const keys = await redis.keys(`${keyPrefix}*`);
  return keys.length === 0 ? 0 : redis.del(...keys);
}

async function drive(stages = [story]): Promise<TestDriver> {
  const url = new URL(engines().redisUrl);
  url.searchParams.set('keyPrefix', keyPrefix);
  const driver = createTestDriver(stages, { config: { redisUrl: url.href }, startMs: Date.now() });
  // What they read on the way in takes real time.
  await Promise.all(driver.stages.map((stage) => stage.ready));
  return driver;
}

const day = Math.floor(Date.now() / 86_400_000) * 86_400_000;
const uuid = (number: number) => `00000000-0000-5000-8000-${String(number).padStart(12, '0')}`;

/** Angles 0.3 apart are about one thing, those 1.6 apart about two. */
function embedded(
  number: number,
  title: string,
  angle: number,
  changes: Partial<ArticleEmbedded> = {},
): ArticleEmbedded {
  return {
    article_id: uuid(number),
    version: day * 1_000 + number,
    visibility: 'public',
    feed_ids: [],
    title,
    url: `https://site-${number}.example/${number}`,
    language: 'en',
    published_at: day + number,
    model: 'angles@1',
    vector: [Math.cos(angle), Math.sin(angle)],
    entities: [],
    enrichment: null,
    ...changes,
  };
}

async function send(driver: TestDriver, ...articles: readonly ArticleEmbedded[]): Promise<void> {
  for (const one of articles) await driver.send('article-embedded', one.article_id, one);
  await driver.settle();
}

/** The latest of each key, by version, as a reader keeps it. */
async function latest<T extends 'article-story' | 'story-update'>(driver: TestDriver, topic: T) {
  const found = new Map<string, ArticleStory | StoryUpdate>();
  for (const { key, value } of await driver.output(topic)) {
    if (value === null) found.delete(key);
    else if (value.version >= (found.get(key)?.version ?? 0)) found.set(key, value);
  }
  return found as Map<string, T extends 'article-story' ? ArticleStory : StoryUpdate>;
}

/** The live story of each article, by the article's number. */
async function storiesOf(driver: TestDriver): Promise<Record<number, string>> {
  const stories = await latest(driver, 'story-update');
  const articles = await latest(driver, 'article-story');
  return Object.fromEntries(
    [...articles].map(([id, { story_id }]) => [Number(id.slice(-12)), stories.get(story_id)?.merged_into ?? story_id]),
  );
}

const tanker = [
  embedded(1, 'Tanker runs aground off Brest', 0),
  embedded(2, 'Oil tanker aground near Brest', 0.2),
  embedded(3, 'Tanker off Brest leaks oil', 0.3),
];
const film = embedded(4, 'Film festival opens', 1.7);

const merge = (from: string, into: string): StoryOverride => ({
  override_id: randomUUID(),
  kind: 'merge',
  story_id: from,
  into_story_id: into,
  decided_at: day,
  articles: [],
  stories: [],
});

async function decide(driver: TestDriver, override: StoryOverride): Promise<void> {
  await driver.send('story-override', override.override_id, override);
  await driver.settle();
}

test('articles about one event come to one story on two workers, and its update tells what it is', async () => {
  await using driver = await drive([story, story]);
  await send(driver, ...tanker, film);
  const stories = await storiesOf(driver);
  expect(new Set([stories[1], stories[2], stories[3]]).size).toBe(1);
  expect(stories[4]).not.toBe(stories[1]);
  expect((await latest(driver, 'story-update')).get(stories[1] ?? '')).toMatchObject({
    article_count: 3,
    first_at: day + 1,
    last_at: day + 3,
    title: 'Oil tanker aground near Brest',
    languages: ['en'],
  });
  expect(await driver.deadLetters()).toEqual([]);
});

test('a replay changes nothing, also when Redis was emptied before it', async () => {
  await using driver = await drive();
  await send(driver, ...tanker, film);
  const articles = await latest(driver, 'article-story');
  const stories = await latest(driver, 'story-update');

  // In another order: judged anew, the second would be the first of the story.
  await send(driver, ...tanker.toReversed(), film);
  expect(await latest(driver, 'article-story')).toEqual(articles);
  expect(await latest(driver, 'story-update')).toEqual(stories);

  expect(await forget()).toBeGreaterThan(0);
  await send(driver, film, ...tanker.toReversed());
  expect(await latest(driver, 'article-story')).toEqual(articles);
  expect(await latest(driver, 'story-update')).toEqual(stories);

  await send(driver, embedded(5, 'Brest tanker pumped empty of oil', 0.25));
  const after = await storiesOf(driver);
  expect(after[5]).toBe(after[1]);
});

test('a newer version keeps its story, whatever it says now', async () => {
  await using driver = await drive();
  await send(driver, ...tanker, film);
  const before = await storiesOf(driver);
  await send(driver, { ...embedded(1, 'Film festival opens', 1.7), version: day * 1_000 + 500 });
  expect(await storiesOf(driver)).toEqual(before);
});

test('private articles gather among themselves', async () => {
  await using driver = await drive();
  const own = embedded(6, 'Tanker runs aground off Brest', 0, { visibility: 'organisation-1' });
  await send(driver, ...tanker, own);
  const stories = await storiesOf(driver);
  expect(stories[6]).not.toBe(stories[1]);
  expect((await latest(driver, 'story-update')).get(stories[6] ?? '')?.visibility).toBe('organisation-1');
});

test('a deleted article leaves its story, and the last one takes the story with it', async () => {
  await using driver = await drive();
  await send(driver, ...tanker, film);
  const stories = await storiesOf(driver);
  for (const number of [2, 4]) await driver.send('article-embedded', uuid(number), null);
  await driver.settle();
  const updates = await latest(driver, 'story-update');
  expect(updates.get(stories[1] ?? '')).toMatchObject({ article_count: 2 });
  expect(updates.get(stories[1] ?? '')?.title).not.toBe('Oil tanker aground near Brest');
  expect(updates.has(stories[4] ?? '')).toBe(false);
  expect((await latest(driver, 'article-story')).has(uuid(2))).toBe(false);
});

test('what a person merges stays together, also for what comes after and when it comes again', async () => {
  await using driver = await drive();
  await send(driver, ...tanker, film);
  const { 1: ship = '', 4: cinema = '' } = await storiesOf(driver);
  const override = merge(cinema, ship);
  await decide(driver, override);
  await decide(driver, override);
  expect((await storiesOf(driver))[4]).toBe(ship);
  expect((await latest(driver, 'story-update')).get(ship)).toMatchObject({ article_count: 4, by_hand: true });
  await send(driver, film, embedded(5, 'Tanker off Brest towed', 0.2));
  expect(await storiesOf(driver)).toMatchObject({ 4: ship, 5: ship });
});

test('what a person splits stays apart, and the new story gathers its own', async () => {
  await using driver = await drive();
  const leak = embedded(7, 'Oil from tanker off Brest kills birds', 0.6);
  await send(driver, ...tanker, leak);
  const { 1: ship = '', 7: before } = await storiesOf(driver);
  expect(before).toBe(ship);
  const split = { ...merge(ship, uuid(99)), kind: 'split', articles: [leak] } as const;
  await decide(driver, split);
  await decide(driver, split);
  expect(await storiesOf(driver)).toEqual({ 1: ship, 2: ship, 3: ship, 7: uuid(99) });
  const updates = await latest(driver, 'story-update');
  expect(updates.get(ship)).toMatchObject({ article_count: 3, apart: [uuid(99)] });
  expect(updates.get(uuid(99))).toMatchObject({ article_count: 1, title: leak.title, by_hand: true });
  expect((await latest(driver, 'article-story')).get(uuid(7))).toMatchObject({ reason: 'by_hand', method: 'person' });

  await send(driver, leak, embedded(8, 'Birds killed by oil from tanker', 0.65));
  expect(await storiesOf(driver)).toMatchObject({ 3: ship, 7: uuid(99), 8: uuid(99) });
});
