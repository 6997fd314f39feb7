import { afterAll, beforeAll, expect, test } from 'vitest';
import { outbox } from '../../../gateways/outbox/outbox.ts';
import { typedQueries } from '../../../gateways/postgres.ts';
import { defaultOrganizationId as acme } from '../../../gateways/schema.ts';
import { type Keywords, openKeywords } from '../../../gateways/services/settings/keywords.ts';
import { relevance } from '../../../processors/relevance/relevance.ts';
import type { ArticleRelevance } from '../../../schemas/types.ts';
import { connectKafka } from '../../../streams/kafka/connect.ts';
import { createLocalCodec } from '../../../streams/local-codec.ts';
import { replayStage } from '../../../streams/replay.ts';
import { type RunningStage, startStage } from '../../../streams/runner.ts';
import type { Runtime } from '../../../streams/runtime.ts';
import type { Service } from '../../../streams/service.ts';
import { deadLetterTopic } from '../../../streams/topics.ts';
import { engines } from '../../engines/engines.ts';
import { type ArticleFields, enriched, id, message } from '../../gateways/views/messages.ts';
import { ownTopics, type OwnTopics } from '../../gateways/views/prefixed-kafka.ts';
import { openWorld, type World } from '../../gateways/world.ts';

const codec = createLocalCodec();
let world: World;
let topics: OwnTopics;
let runtime: Runtime;
let relay: Service;
let stage: RunningStage;
let keywords: Keywords;

beforeAll(async () => {
  world = await openWorld();
  const { config, log, metrics } = world.runtime;
  const kafka = connectKafka({ ...config.kafka, brokers: engines().kafkaBrokers, clientId: 'settings-reach', log });
  topics = await ownTopics(kafka, codec, ['article-unique', 'article-relevance', 'keyword-set']);
  runtime = { config, log, metrics, kafka: topics.kafka, codec };
  keywords = openKeywords({ db: typedQueries(world.pool), organizationId: acme, now: Date.now });
  relay = await outbox.open(runtime);
  stage = startStage(relevance, runtime);
  await stage.ready;
});
afterAll(async () => {
  await stage?.stop();
  await relay?.close();
  await topics?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

const article = (number: number, fields: ArticleFields) =>
  message('article-unique', id(number), enriched(number, 1, fields).article);

async function found(number: number): Promise<readonly string[] | undefined> {
  let latest: ArticleRelevance | undefined;
  await topics.kafka.readToEnd('article-relevance', async (records) => {
    for (const { key, value } of records) {
      if (value !== null && key?.toString() === id(number)) latest = await codec.decode('article-relevance', value);
    }
  });
  return latest?.organizations.flatMap((one) => one.keywords.map(({ keyword }) => keyword));
}

let number = 100;
/** What is found in an article that comes now. */
async function inNewArticle(): Promise<readonly string[] | undefined> {
  number += 1;
  await topics.produce([article(number, { title: 'Oil and gas', text: 'Prices rise.' })]);
  const own = number;
  await expect.poll(() => stage.activity().held, { interval: 20 }).toBe(0);
  return found(own);
}
const soon = { timeout: 20_000, interval: 100 };

test('a keyword that somebody adds, changes or deletes holds for the articles that come after it', async () => {
  const oil = await keywords.create({ keyword: 'oil' });
  await expect.poll(inNewArticle, soon).toEqual(['oil']);
  await keywords.create({ keyword: 'prices', weight: 5 });
  await expect.poll(inNewArticle, soon).toEqual(['prices', 'oil']);
  await keywords.remove(oil.id);
  await expect.poll(inNewArticle, soon).toEqual(['prices']);
});

test('a replay applies it to the articles of before, and leaves the rest as it was', async () => {
  await topics.produce([article(1, { title: 'Gas', text: 'x' }), article(2, { title: 'Prices', text: 'x' })]);
  await expect.poll(() => found(2), soon).toEqual(['prices']);
  await keywords.create({ keyword: 'gas' });
  await expect.poll(inNewArticle, soon).toEqual(['prices', 'gas']);
  expect(await found(1)).toEqual([]);
  const before = await topics.held('article-relevance');
  await stage.stop();
  await replayStage(runtime.kafka, relevance, { from: 'earliest', dryRun: true });
  await replayStage(runtime.kafka, relevance, { from: 'earliest' });
  stage = startStage(relevance, runtime);
  await expect.poll(() => found(1), soon).toEqual(['gas']);
  expect(await found(2)).toEqual(['prices']);
  expect(await topics.held('article-relevance')).toBeGreaterThan(before);
  expect(await topics.held(deadLetterTopic)).toBe(0);
});
