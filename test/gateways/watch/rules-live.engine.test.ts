import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { NewRule } from '../../../gateways/services/rules/input.ts';
import type { OrganizationRule } from '../../../gateways/services/rules/rules.ts';
import { watch } from '../../../gateways/watch/watch.ts';
import { replayStage } from '../../../streams/replay.ts';
import { type RunningStage, startStage } from '../../../streams/runner.ts';
import type { Message } from '../../../streams/stage.ts';
import { enriched, id, message } from '../views/messages.ts';
import { forkWatch, openWatched, type Watched } from './watching.ts';

const soon = { timeout: 30_000, interval: 50 };
let watched: Watched;
let stage: RunningStage | undefined;
let number = 0;

beforeAll(async () => {
  watched = await openWatched();
});
beforeEach(async () => {
  await watched.world.pool.query('truncate alerts, article_marks cascade');
  await watched.world.pool.query('delete from rules');
});
afterEach(async () => {
  await stage?.stop();
  stage = undefined;
});
afterAll(() => watched?.[Symbol.asyncDispose]());

const rule = (name: string, query: string, actions: NewRule['actions']): Promise<OrganizationRule> =>
  watched.rules.create({ name, query, actions });

async function start(): Promise<void> {
  stage = startStage(watch, watched.runtime);
  await stage.ready;
}

function comes(title: string): Message<'article-enriched'> {
  number += 1;
  const whole = enriched(number, 1, { title, text: 'Nothing else.' });
  return message('article-enriched', id(number), {
    ...whole,
    article: { ...whole.article, fetched_at: Date.now() },
  });
}

const tagged = async (): Promise<readonly string[]> =>
  (
    await watched.world.pool.query<{ title: string }>(
      `select a.title from article_marks m join content.articles a on a.id = m.article_id
       where cardinality(m.tags) > 0 order by a.title`,
    )
  ).rows.map(({ title }) => title);

test('a rule is live for what comes, also one that was changed, and what it said before is not done again', async () => {
  await start();
  const { id: ruleId } = await rule('tag', 'comet', { tags: ['Sky'] });
  await watched.topics.produce([comes('comet one')]);
  await expect.poll(tagged, soon).toEqual(['comet one']);
  await watched.rules.change(ruleId, { query: 'planet' });
  await watched.topics.produce([comes('comet two'), comes('planet one')]);
  await expect.poll(tagged, soon).toEqual(['comet one', 'planet one']);
});

test('what a rule drops raises no alert, and what it tags is found by saved searches', async () => {
  await rule('drop', 'football', { drop: true });
  await rule('tag', 'meteor', { tags: ['Sky'] });
  const searches = watched.searchesOf();
  await searches.create({ name: 'words', query: 'meteor', alert_enabled: true });
  await searches.create({ name: 'tag', query: 'tag:sky', alert_enabled: true });
  await searches.create({ name: 'dropped', query: 'meteor is:dropped', alert_enabled: true });
  await expect.poll(() => watched.topics.held('saved-search'), soon).toBeGreaterThanOrEqual(3);
  await start();
  await watched.topics.produce([comes('meteor seen'), comes('meteor over the football')]);
  await expect.poll(() => watched.raised(), soon).toEqual(['meteor over the football', 'meteor seen', 'meteor seen']);
  for (const { item } of (await searches.list({ limit: 100 })).items) await searches.remove(item.id);
});

test.each([
  ['watch:postgres-written', 'eclipse'],
  ['watch:postgres-committed', 'aurora'],
])('a process that is killed at %s marks and routes each article once, and so does a replay', async (failAt, word) => {
  await rule('tag', word, { tags: ['Sky'], route: 'desk', priority: 1 });
  const before = await watched.topics.held('article-routed');
  const { ended } = forkWatch(watched, { MIMIR_FAIL_AT: failAt });
  await watched.topics.produce([comes(`${word} one`), comes(`${word} two`), comes(`${word} three`)]);
  expect(await ended).toBe('SIGKILL');
  await start();
  const all = ['one', 'three', 'two'].map((end) => `${word} ${end}`);
  await expect.poll(tagged, soon).toEqual(all);
  const routed = async (): Promise<number> => (await watched.topics.held('article-routed')) - before;
  await expect.poll(routed, soon).toBe(3);
  await stage?.stop();
  await replayStage(watched.topics.kafka, watch, { from: 'earliest' });
  await start();
  // What comes last is judged after all that is read again.
  await watched.topics.produce([comes(`${word} last`)]);
  await expect.poll(tagged, soon).toContain(`${word} last`);
  await expect.poll(routed, soon).toBe(4);
  const { rows } = await watched.world.pool.query('select distinct priority from article_marks');
  expect(rows).toEqual([{ priority: 1 }]);
});
