import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { categorize } from '../../processors/categorize/categorize.ts';
import { dedup } from '../../processors/dedup/dedup.ts';
import { embed } from '../../processors/embed/embed.ts';
import type { Enricher } from '../../processors/enrich/enricher.ts';
import { enrichers } from '../../processors/enrich/enrichers.ts';
import { enrich, enrichWith } from '../../processors/enrich/enrich.ts';
import { relevance } from '../../processors/relevance/relevance.ts';
import { story } from '../../processors/story/story.ts';
import type { Article, ArticleEnriched } from '../../schemas/types.ts';
import { connectKafka } from '../../streams/kafka/connect.ts';
import { createLocalCodec } from '../../streams/local-codec.ts';
import { replayStage } from '../../streams/replay.ts';
import { groupOf, type RunningStage, startStage } from '../../streams/runner.ts';
import type { Runtime } from '../../streams/runtime.ts';
import { consumedTopics, type StageDefinition } from '../../streams/stage.ts';
import { deadLetterTopic, retryTopicOf, type TopicName } from '../../streams/topics.ts';
import { engines } from '../engines/engines.ts';
import { enriched as enrichedOf, message } from '../gateways/views/messages.ts';
import { ownTopics, type OwnTopics } from '../gateways/views/prefixed-kafka.ts';
import { openWorld, type World } from '../gateways/world.ts';

// The model's vectors, of leads and articles, take as long as the machine takes.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

/** What comes of an article, apart from what `enrich` finds in it. */
const others = [
  'article-unique',
  'article-duplicate',
  'article-embedded',
  'article-story',
  'story-update',
  'article-categories',
  'article-topics',
  'article-relevance',
] as const satisfies readonly TopicName[];

const downstream: readonly StageDefinition[] = [embed, story, categorize, relevance];
const codec = createLocalCodec();
let world: World;
let topics: OwnTopics;
let runtime: Runtime;
let running: RunningStage[] = [];

const now = Date.now();
function article(number: number, title: string, text: string): Article {
  const { article: one } = enrichedOf(number, now * 1_000 + number, { title, text });
  return { ...one, published_at: now - 3_600_000 + number, fetched_at: now, withheld: null, text_hash: `hash ${text}` };
}
const strike =
  'Dockers in Rotterdam walked out on Monday over pay, and the terrible strike stopped every crane of Europe’s largest port. ' +
  'The union FNV said that its members had rejected a disgraceful offer. The port of Rotterdam hopes for good talks soon.';
const given = [
  article(1, 'Dockers strike shuts the port of Rotterdam', strike),
  article(2, 'Port of Rotterdam shut: dockers are on strike', strike),
  article(3, 'Rotterdam dockers continue their strike at the port', `Talks failed. ${strike.slice(0, 190)}`),
  article(4, 'Ajax wins the cup after a brilliant final', 'Ajax beat Feyenoord in a wonderful final in Amsterdam.'),
];

beforeAll(async () => {
  world = await openWorld();
  const { config, log, metrics } = world.runtime;
  const kafka = connectKafka({ ...config.kafka, brokers: engines().kafkaBrokers, clientId: 'pipeline', log });
  const names: readonly TopicName[] = [
    'article',
    'article-enriched',
    ...others,
    'story-override',
    'topic-definition',
    'keyword-set',
  ];
  topics = await ownTopics(kafka, codec, names);
  runtime = { config, log, metrics, kafka: topics.kafka, codec };
  await using admin = await topics.kafka.admin();
  await admin.createTopics([{ name: retryTopicOf('categorize'), partitions: 2, replicationFactor: 1, config: {} }]);
  const keywords = { organization_id: 'acme', keywords: [{ keyword: 'port', weight: 1 }], updated_at: 1 };
  await topics.produce([message('keyword-set', 'acme', keywords)]);
  running = [dedup, ...downstream].map((stage) => startStage(stage, runtime));
  await topics.produce(given.map((one) => message('article', one.article_id, one)));
  const first = startStage(enrich, runtime);
  await settled();
  await first.stop();
});
afterAll(async () => {
  await Promise.all(running.map((stage) => stage.stop()));
  await topics?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

/** In the order in which articles pass them: what one has not done yet is not there for the next. */
async function settled(): Promise<void> {
  await using admin = await topics.kafka.admin();
  for (const stage of [dedup, enrich, ...downstream]) {
    const consumed = consumedTopics(stage);
    const isThrough = async (): Promise<void> => {
      const committed = await admin.committed(groupOf(stage.name), consumed);
      let records = 0;
      for (const topic of consumed) {
        for (const { partition, low, high } of await admin.watermarks(topic)) {
          const at = committed.find((one) => one.topic === topic && one.partition === partition)?.offset ?? low;
          records += Number(high - at);
        }
      }
      expect(records, `${stage.name} has not read so many yet`).toBe(0);
    };
    // A broker that has just started may not know yet who coordinates a group.
    await vi.waitFor(isThrough, { timeout: 280_000, interval: 100 });
  }
}

/** Of each topic the keys of its records, with a hash of their bytes. */
async function written(): Promise<Readonly<Record<string, readonly string[]>>> {
  const all: Record<string, string[]> = {};
  for (const topic of others) {
    const records: string[] = (all[topic] = []);
    await topics.kafka.readToEnd(topic, (batch) => {
      for (const { key, value } of batch) {
        const bytes = createHash('sha256')
          .update(value ?? 'deleted')
          .digest('hex');
        records.push(`${key?.toString()} ${bytes}`);
      }
      return Promise.resolve();
    });
    records.sort();
  }
  return all;
}

/** The latest of each article. */
async function findings(): Promise<ReadonlyMap<string, ArticleEnriched>> {
  const found = new Map<string, ArticleEnriched>();
  await topics.kafka.readToEnd('article-enriched', async (batch) => {
    for (const { key, value } of batch) {
      if (value !== null) found.set(String(key), await codec.decode('article-enriched', value));
    }
  });
  return found;
}

let revision = enrich.revision ?? 1;

/** As an operator does it: the stage in its new version, and the history once more. */
async function recompute(list: readonly Enricher[]): Promise<void> {
  revision += 1;
  const stage = enrichWith(list, { revision });
  await replayStage(runtime.kafka, stage, { from: 'earliest' });
  const once = startStage(stage, runtime);
  await settled();
  await once.stop();
}

/** The list with another version of one of them. */
const withOther = (name: string, find: (before: Enricher) => Enricher['find']): readonly Enricher[] =>
  enrichers.map((one) => (one.name === name ? { ...one, find: find(one) } : one));

const newSentiment = withOther('sentiment', (before) => async (one, found) => {
  const { sentiment = null } = await before.find(one, found);
  return { sentiment: sentiment === null ? null : { ...sentiment, score: sentiment.score / 2, method: 'halved-1' } };
});

test('a new version of one enricher changes its own findings, and nothing else is computed or written anew', async () => {
  const before = { found: await findings(), written: await written(), held: await topics.held('article-enriched') };
  expect(before.found.size).toBe(given.length);
  expect(before.written['article-embedded']).toHaveLength(given.length);
  expect(before.written['article-categories']).toHaveLength(given.length);
  expect(before.written['article-relevance']).toHaveLength(given.length);
  // Two are copies of one text, and three tell of one event.
  expect(before.written['article-duplicate']?.length).toBeGreaterThan(0);
  expect(before.written['article-story']?.length).toBeGreaterThanOrEqual(given.length);

  await recompute(newSentiment);

  expect(await topics.held('article-enriched')).toBe(before.held + given.length);
  const after = await findings();
  for (const [id, was] of before.found) {
    const expected = { ...was.sentiment, score: (was.sentiment?.score ?? Number.NaN) / 2, method: 'halved-1' };
    expect(after.get(id)).toEqual({ ...was, version: was.article.version + revision, sentiment: expected });
  }
  expect(await written()).toEqual(before.written);
  expect(await topics.held(deadLetterTopic)).toBe(0);
});

const isAjax = (key: string) => key.includes('ajax');
const articlesOf = (records: readonly string[] | undefined) => records?.map((record) => record.split(' ')[0]);

test('where names are found otherwise, only the articles that have others are embedded and what follows from it', async () => {
  const before = await written();
  const renamed = withOther('entities', (old) => async (one, found) => {
    const { entities = [], ...rest } = await old.find(one, found);
    return { ...rest, entities: entities.map((entity) => (isAjax(entity.key) ? { ...entity, key: 'afc' } : entity)) };
  });
  await recompute(renamed);

  const after = await written();
  const added = Object.fromEntries(
    others.map((topic) => [topic, (after[topic] ?? []).filter((record) => !before[topic]?.includes(record))]),
  );
  expect(articlesOf(added['article-embedded'])).toEqual([given[3]?.article_id]);
  expect(articlesOf(added['article-categories'])).toEqual([given[3]?.article_id]);
  expect(added['article-relevance']).toEqual([]);
  expect(added['article-duplicate']).toEqual([]);
  const [vector] = await vectorsOf(given[3]?.article_id);
  for (const one of await vectorsOf(given[3]?.article_id)) expect(one).toEqual(vector);
});

test('a replay of embed itself makes all vectors again, and the same', async () => {
  const held = await topics.held('article-embedded');
  const before = await Promise.all(given.map(({ article_id: id }) => vectorsOf(id)));
  const at = downstream.indexOf(embed) + 1;
  await running[at]?.stop();
  await replayStage(runtime.kafka, embed, { from: 'earliest' });
  running[at] = startStage(embed, runtime);
  await settled();

  expect(await topics.held('article-embedded')).toBeGreaterThanOrEqual(held + given.length);
  for (const [number, { article_id: id }] of given.entries()) {
    for (const one of await vectorsOf(id)) expect(one).toEqual(before[number]?.[0]);
  }
});

/** All that were written of an article. */
async function vectorsOf(id: string | undefined): Promise<readonly (readonly number[])[]> {
  const vectors: (readonly number[])[] = [];
  await topics.kafka.readToEnd('article-embedded', async (batch) => {
    for (const { key, value } of batch) {
      if (value !== null && key?.toString() === id)
        vectors.push((await codec.decode('article-embedded', value)).vector);
    }
  });
  return vectors;
}
