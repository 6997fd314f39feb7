import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { newToken, openStoryMemory } from '../../../processors/story/memory.ts';
import { absorb, newStory, type Story } from '../../../processors/story/story-state.ts';
import { connectRedis } from '../../../streams/redis.ts';
import { engines } from '../../engines/engines.ts';
import { storyArticle } from './articles.ts';

const dayMs = 86_400_000;

/** The memory on the real Redis, with room for 70 stories: 30 single ones, 10 of each other size, 100 merged ones. */
async function remembering() {
  const url = new URL(engines().redisUrl);
  const keyPrefix = `test-story-memory-${randomUUID()}:`;
  url.searchParams.set('keyPrefix', keyPrefix);
  const redis = connectRedis(url.href, pino({ level: 'silent' }));
  onTestFinished(async () => {
    const keys = await redis.keys(`${keyPrefix}*`);
    if (keys.length > 0) await redis.del(...keys.map((key) => key.slice(keyPrefix.length)));
    redis.disconnect();
  });
  const memory = openStoryMemory(redis, { windowDays: 7, memoryDays: 30, maxStories: 70 });

  const load = async (stories: readonly (readonly [Story, number])[]) => {
    const token = newToken();
    await memory.beginRebuild(token);
    await memory.load(token, { stories, newest: 0, done: true });
  };
  const enter = async () => {
    const token = newToken();
    const entered = await memory.enter({ token, epoch: '', after: 0, articles: [], merges: 0 });
    if (entered.kind !== 'entered') throw new Error(entered.kind);
    return { token, ...entered };
  };
  const commit = async (stories: readonly Story[]): Promise<readonly string[]> => {
    const { token, epoch } = await enter();
    return (await memory.commit(token, epoch, { stories, articles: [], merges: {}, newest: 0 }))?.gone ?? [];
  };
  /** How many are kept, by the first word of their names. */
  const kept = async (): Promise<Readonly<Record<string, number>>> => {
    const counts: Record<string, number> = {};
    const { token, epoch, stories: found } = await enter();
    for (const [id, packed] of found) {
      const [name = ''] = id.split(' ');
      if (packed !== null) counts[name] = (counts[name] ?? 0) + 1;
    }
    // Gives the lock back.
    await memory.commit(token, epoch, { stories: [], articles: [], merges: {}, newest: 0 });
    return counts;
  };
  return { load, commit, kept };
}

function story(id: string, articleCount: number): Story {
  return { ...newStory(id, storyArticle(id, 'Tanker runs aground', 0)), articleCount };
}

const stories = (name: string, count: number, articleCount: number): readonly Story[] =>
  Array.from({ length: count }, (_, at) => story(`${name} ${String(at).padStart(4, '0')}`, articleCount));

test('single articles leave before stories of two and more, however many come', async () => {
  const { load, commit, kept } = await remembering();
  await load([]);
  await commit([...stories('pair', 9, 2), ...stories('ten', 9, 10)]);
  for (let round = 0; round < 5; round += 1) await commit(stories(`single${round}`, 60, 1));
  expect(await kept()).toEqual({ pair: 9, ten: 9, single4: 52 });
});

test('small stories leave before big ones, and neither takes the room of single articles', async () => {
  const { load, commit, kept } = await remembering();
  await load([]);
  await commit([...stories('hundred', 5, 100), ...stories('single', 35, 1)]);
  for (let round = 0; round < 5; round += 1) await commit([...stories(`pair${round}`, 30, 2)]);
  expect(await kept()).toEqual({ hundred: 5, single: 35, pair4: 30 });
  await commit(stories('other', 100, 1));
  expect(await kept()).toEqual({ hundred: 5, other: 49, pair4: 16 });
});

test('a story that grows changes its place, and one by hand is never a single article', async () => {
  const { load, commit, kept } = await remembering();
  await load([]);
  await commit([story('grown', 1), { ...story('byHand', 1), byHand: true }]);
  await commit([story('grown', 2)]);
  await commit(stories('single', 100, 1));
  expect(await kept()).toEqual({ grown: 1, byHand: 1, single: 68 });
});

test('merged stories take a tenth of the room, and go with the one that they lead to', async () => {
  const { load, commit, kept } = await remembering();
  await load([]);
  const into = story('into', 2);
  const merged = stories('merged', 40, 1);
  for (const one of merged) absorb(into, one);
  await commit([into, ...merged]);
  await commit(stories('single', 100, 1));
  expect(await kept()).toEqual({ into: 1, merged: 40, single: 65 });

  const gone = await commit(stories('ten', 70, 10));
  expect(gone).toEqual(expect.arrayContaining(['into', ...merged.map(({ id }) => id)]));
  expect(await kept()).not.toHaveProperty('merged');
});

test('after a rebuild those that changed last are kept, in whatever order they came, and none for longer than two windows', async () => {
  const { load, kept } = await remembering();
  const now = Date.now();
  const recent = stories('recent', 60, 2).map((one, at) => [one, now - at] as const);
  const old = stories('old', 60, 2).map((one, at) => [one, now - dayMs - at] as const);
  await load([...recent, ...old]);
  expect(await kept()).toEqual({ recent: 60, old: 10 });

  const other = await remembering();
  await other.load([
    [story('long ago', 200), now - 15 * dayMs],
    [story('lately', 2), now - 13 * dayMs],
  ]);
  expect(await other.kept()).toEqual({ lately: 1 });
});
