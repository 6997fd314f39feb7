import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Embedder, openEmbedder } from '../../../domain/embedding/embedder.ts';
import { viewVectors } from '../../../gateways/views/vectors/view-vectors.ts';
import { watch } from '../../../gateways/watch/watch.ts';
import { type RunningStage, startStage } from '../../../streams/runner.ts';
import type { Message } from '../../../streams/stage.ts';
import { deadLetterTopic } from '../../../streams/topics.ts';
import { engines } from '../../engines/engines.ts';
import { embedded, enriched, id, judgements, message } from '../views/messages.ts';
import { openWatched, type Watched } from './watching.ts';

const soon = { timeout: 60_000, interval: 100 };
let watched: Watched;
let embedder: Embedder;
let stages: RunningStage[];

beforeAll(async () => {
  watched = await openWatched({ VECTOR_DIMENSIONS: '384' });
  const { log } = watched.runtime;
  embedder = await openEmbedder({ modelDir: engines().embeddingModelDir, threads: 1, log });
  stages = [startStage(viewVectors, watched.runtime), startStage(watch, watched.runtime)];
  for (const stage of stages) await stage.ready;
});
afterAll(async () => {
  for (const stage of stages ?? []) await stage.stop();
  await embedder?.close();
  await watched?.[Symbol.asyncDispose]();
});

function article(number: number, title: string): Message<'article-enriched'> {
  const whole = enriched(number, 1, { title, text: title });
  return message('article-enriched', id(number), {
    ...whole,
    article: { ...whole.article, fetched_at: Date.now() },
  });
}

async function vectorOf(number: number, text: string): Promise<Message<'article-embedded'>> {
  const [vector = new Float32Array()] = await embedder.embed([text]);
  return message('article-embedded', id(number), {
    ...embedded(number, 1, 0),
    model: embedder.model,
    vector: [...vector],
  });
}

test('what articles mean raises an alert, whichever of their records comes last', async () => {
  const searches = watched.searchesOf();
  const query = 'near:"glaciers are melting"@0.5';
  await searches.create({ name: 'meaning', query, alert_enabled: true });
  await searches.create({ name: 'and category', query: `${query} AND category:sport`, alert_enabled: true });
  const sent = async () => (await watched.world.pool.query('select from outbox')).rowCount;
  await expect.poll(sent, soon).toBe(0);
  const ice = 'Ice in the mountains disappears as glaciers melt';
  let number = 0;
  // Until the searches are live: how long that takes is of no interest.
  const arrives = async () => {
    number += 1;
    await watched.topics.produce([article(number, ice), await vectorOf(number, ice)]);
    return (await watched.raised()).length;
  };
  await expect.poll(arrives, { timeout: 60_000, interval: 1_000 }).toBeGreaterThan(0);

  const football = 'The striker scored twice in the cup final';
  await watched.topics.produce([article(101, football), await vectorOf(101, football), ...judgements(101, 1)]);
  // The last of the article's records is neither its text nor its vector.
  await watched.topics.produce([article(102, `${ice} 102`), await vectorOf(102, ice)]);
  const bySearch = async (name: string) =>
    (
      await watched.world.pool.query<{ article_id: string; matched: readonly string[] }>(
        'select article_id, matched from alerts a join saved_searches s on s.id = a.saved_search_id where s.name = $1',
        [name],
      )
    ).rows;
  await expect.poll(async () => (await bySearch('meaning')).map((row) => row.article_id), soon).toContain(id(102));
  expect(await bySearch('and category')).toEqual([]);
  await watched.topics.produce(judgements(102, 1));
  await expect
    .poll(() => bySearch('and category'), soon)
    .toEqual([{ article_id: id(102), matched: ['near:"glaciers are melting"@0.5', 'category:sport'] }]);
  expect((await bySearch('meaning')).map((row) => row.article_id)).not.toContain(id(101));
  expect(await watched.topics.held(deadLetterTopic)).toBe(0);
}, 180_000);

test('a new process knows the vectors of before from the store', async () => {
  await stages[1]?.stop();
  const ice = 'Glaciers are melting faster than ever';
  await watched.topics.produce([article(201, `${ice} 201`), await vectorOf(201, ice)]);
  stages[1] = startStage(watch, watched.runtime);
  await stages[1].ready;
  const titles = async () => (await watched.raised()).filter((title) => title.endsWith('201'));
  await expect.poll(titles, soon).toEqual([`${ice} 201`]);
  await stages[1].stop();
  await watched.topics.produce(judgements(201, 1));
  stages[1] = startStage(watch, watched.runtime);
  await expect.poll(titles, soon).toEqual([`${ice} 201`, `${ice} 201`]);
}, 180_000);
