import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPostgres } from '../../../gateways/postgres.ts';
import { viewPostgres } from '../../../gateways/views/postgres/view-postgres.ts';
import { connectKafkajs } from '../../../streams/kafka/kafkajs.ts';
import { openCodec } from '../../../streams/registry-codec.ts';
import { startStage } from '../../../streams/runner/run-stage.ts';
import type { RunningStage } from '../../../streams/runner/running-stage.ts';
import type { Runtime } from '../../../streams/runtime.ts';
import type { Message } from '../../../streams/stage.ts';
import { engines } from '../../engines/engines.ts';
import { testDatabase, type TestDatabase } from '../database.ts';
import { article, enriched, id, message, noArticle } from './messages.ts';
import { ownTopics, type OwnTopics } from './prefixed-kafka.ts';
import { configOf, log, redisDatabase } from './running-stage.ts';

let dir: string;
let database: TestDatabase;
let pool: Pool;
let topics: OwnTopics;
let runtime: Runtime;
let view: RunningStage;
const kafka = connectKafkajs({ brokers: engines().kafkaBrokers, clientId: 'view-test', log });

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'mimir-views-'));
  database = await testDatabase();
  pool = openPostgres(database.url, { log });
  const codec = openCodec(engines().schemaRegistryUrl, log);
  await codec.registerAll();
  topics = await ownTopics(kafka, codec, viewPostgres.inputs);
  const redisUrl = redisDatabase(engines().redisUrl, 10);
  const config = configOf({ MIMIR_DATA_DIR: dir, DATABASE_URL: database.url, REDIS_URL: redisUrl });
  runtime = { config, log, codec, kafka: topics.kafka, metrics: new Registry() };
  view = startStage(viewPostgres, runtime);
  await view.ready;
});
afterAll(async () => {
  await view.stop();
  await topics[Symbol.asyncDispose]();
  await kafka[Symbol.asyncDispose]();
  await pool.end();
  await database[Symbol.asyncDispose]();
  await rm(dir, { recursive: true });
});

const versions = async (): Promise<Record<string, number>> => {
  const { rows } = await pool.query<{ id: string; version: number }>('select id, version from content.articles');
  return Object.fromEntries(rows.map((row) => [row.id, row.version]));
};
/** Also while the table cannot be read. */
const soon = { timeout: 30_000, interval: 100 };

test('poison among good messages becomes dead letters, and the good ones are stored', async () => {
  const noUuid = message('article-enriched', id(3), { ...enriched(3, 1), article_id: 'no uuid' });
  await topics.produce([article(1, 1), article(2, 1), noUuid, article(4, 1), article(5, 1)]);
  await topics.produceBytes('article-enriched', id(6), Buffer.from('no Avro'));
  await topics.produce([article(7, 1), article(1, 2), noArticle(2), article(1, 1)]);
  await expect.poll(versions, soon).toEqual({ [id(1)]: 2, [id(4)]: 1, [id(5)]: 1, [id(7)]: 1 });
  await expect.poll(() => topics.held('dead-letter'), soon).toBe(2);
});

test('while Postgres ends every session again and again, nothing is lost and nothing becomes a dead letter', async () => {
  const expected = await versions();
  for (let round = 0; round < 5; round += 1) {
    const messages: Message[] = Array.from({ length: 60 }, (_, place) => article(100 + place, 10 + round));
    for (const { key } of messages) expected[key] = 10 + round;
    await topics.produce(messages);
    await pool
      .query(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      )
      .catch(() => undefined);
  }
  await expect.poll(versions, soon).toEqual(expected);
  expect(await topics.held('dead-letter')).toBe(2);
});

test('a view that was stopped goes on where it was', async () => {
  const expected = await versions();
  await view.stop();
  await topics.produce([article(1, 50), noArticle(4)]);
  view = startStage(viewPostgres, runtime);
  delete expected[id(4)];
  await expect.poll(versions, soon).toEqual({ ...expected, [id(1)]: 50 });
});
