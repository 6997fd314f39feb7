import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { enrich } from '../../../processors/enrich/enrich.ts';
import type { ArticleEnriched } from '../../../schemas/types.ts';
import { loadConfig } from '../../../streams/config.ts';
import { connectKafka } from '../../../streams/kafka/connect.ts';
import { createLocalCodec } from '../../../streams/local-codec.ts';
import { replayStage } from '../../../streams/replay.ts';
import { type RunningStage, startStage } from '../../../streams/runner.ts';
import type { Runtime } from '../../../streams/runtime.ts';
import type { Message } from '../../../streams/stage.ts';
import { engines } from '../../engines/engines.ts';
import { ownTopics, type OwnTopics } from '../../gateways/views/prefixed-kafka.ts';
import { enriched } from '../../gateways/world.ts';

const codec = createLocalCodec();
const log = pino({ level: 'silent' });
let topics: OwnTopics;
let runtime: Runtime;
let stage: RunningStage;

beforeAll(async () => {
  const config = loadConfig({});
  const kafka = connectKafka({ ...config.kafka, brokers: engines().kafkaBrokers, clientId: 'enrich-test', log });
  topics = await ownTopics(kafka, codec, ['article-unique', 'article-enriched']);
  runtime = { config, log, metrics: new Registry(), kafka: topics.kafka, codec };
  stage = startStage(enrich, runtime);
  await stage.ready;
});
afterAll(async () => {
  await stage?.stop();
  await topics?.[Symbol.asyncDispose]();
});

const text =
  'Angela Merkel met leaders of the European Central Bank (ECB) in Frankfurt on Tuesday. The ECB was glad, Merkel said.';
const { article } = enriched('talks', { title: 'Merkel meets the ECB', text });
const { article: silent } = enriched('silent', { text, enrichment: '{"skip":["entities"]}' });

function unique(value: ArticleEnriched['article']): Message<'article-unique'> {
  return {
    topic: 'article-unique',
    partition: 0,
    offset: 0n,
    key: value.article_id,
    value,
    headers: {},
    timestampMs: 0,
  };
}

async function outputs(): Promise<readonly ArticleEnriched[]> {
  const found: ArticleEnriched[] = [];
  await topics.kafka.readToEnd('article-enriched', async (records) => {
    for (const { value } of records) if (value !== null) found.push(await codec.decode('article-enriched', value));
  });
  return found.toSorted((a, b) => a.article_id.localeCompare(b.article_id));
}
const soon = { timeout: 30_000, interval: 200 };

test('what is found survives the topic, and a replay finds the same', async () => {
  await topics.produce([unique(article), unique(silent)]);
  await expect.poll(async () => (await outputs()).length, soon).toBe(2);
  const first = await outputs();
  const talks = first.find(({ article_id }) => article_id === article.article_id);
  expect(talks).toMatchObject({ language: 'en', skipped: [], article });
  expect(talks?.entities.map(({ key, type, count }) => [key, type, count])).toEqual([
    ['european central bank', 'organization', 4],
    ['angela merkel', 'person', 3],
    ['frankfurt', 'place', 1],
  ]);
  expect(first.find(({ article_id }) => article_id === silent.article_id)).toMatchObject({
    entities: [],
    skipped: [{ enricher: 'entities', reason: 'switched_off' }],
  });

  await stage.stop();
  await replayStage(topics.kafka, enrich, { from: 'earliest' });
  stage = startStage(enrich, runtime);
  await stage.ready;
  await expect.poll(async () => (await outputs()).length, soon).toBe(4);
  // Both of each article stand side by side.
  expect(await outputs()).toEqual(first.flatMap((one) => [one, one]));
});
