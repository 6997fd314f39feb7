import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../../streams/config.ts';
import { listDeadLetters, replayDeadLetters } from '../../../streams/dead-letter.ts';
import { connectKafka } from '../../../streams/kafka/connect.ts';
import type { Kafka, KafkaRecord } from '../../../streams/kafka/port.ts';
import { createLocalCodec } from '../../../streams/local-codec.ts';
import { openCodec } from '../../../streams/registry-codec.ts';
import { runStage, type RunningStage } from '../../../streams/runner.ts';
import type { Runtime } from '../../../streams/runtime.ts';
import { done, emit, type StageDefinition } from '../../../streams/stage.ts';
import { deadLetterTopic } from '../../../streams/topics.ts';
import { engines } from '../../engines/engines.ts';
import { prefixedKafka } from './prefixed-kafka.ts';
import { each, link } from './stages.ts';

const log = pino({ level: process.env['TEST_LOG'] ?? 'silent' });
const input = 'article-duplicate';
const output = 'article-unique';
const partitions = 4;

let kafka: Kafka;
let runtime: Runtime;
const prefix = `runner-${crypto.randomUUID()}-`;

async function open(client: 'kafkajs' | 'platformatic'): Promise<void> {
  const settings = { brokers: engines().kafkaBrokers, clientId: 'runner-test', log };
  kafka = prefixedKafka(connectKafka({ client, ...settings }), prefix);
  runtime = { config: loadConfig({}), log, metrics: new Registry(), kafka, codec: createLocalCodec() };
}

afterAll(async () => {
  await using admin = await kafka.admin();
  await admin.deleteTopics([input, output, deadLetterTopic]);
});

/** New, empty topics, and a group of the test's own. */
async function fresh(): Promise<{ groupId: string }> {
  await using admin = await kafka.admin();
  const left = async (): Promise<string[]> =>
    (await admin.listTopics()).filter((name) => [input, output, deadLetterTopic].includes(name));
  await admin.deleteTopics(await left());
  // The broker that answers may still show them for a while, and they would count as created.
  await expect.poll(left, { timeout: 20_000 }).toEqual([]);
  const all = [input, output, deadLetterTopic].map((name) => ({ name, partitions, replicationFactor: 1, config: {} }));
  await expect
    .poll(async () => {
      await admin.createTopics(all).catch(() => undefined);
      return (await admin.listTopics()).length;
    })
    .toBe(all.length);
  return { groupId: crypto.randomUUID() };
}

async function produce(count: number, keys = 20): Promise<void> {
  await using producer = await kafka.producer();
  await producer.send(
    await Promise.all(
      Array.from({ length: count }, async (_, index) => {
        const key = `k${index % keys}`;
        return { topic: input, key, value: await runtime.codec.encode(input, link(key, `${index}`)) };
      }),
    ),
  );
}

async function readAll(topic: string): Promise<KafkaRecord[]> {
  const all: KafkaRecord[] = [];
  await kafka.readToEnd(topic, async (records) => void all.push(...records));
  return all;
}

async function waiting(groupId: string): Promise<number> {
  await using admin = await kafka.admin();
  const committed = await admin.committed(groupId, [input]);
  const marks = await admin.watermarks(input);
  return marks.reduce((sum, { partition, high }) => {
    const standing = committed.find((one) => one.partition === partition)?.offset ?? 0n;
    return sum + Number(high - standing);
  }, 0);
}

const untilDone = (groupId: string): Promise<void> =>
  expect
    .poll(() => waiting(groupId), { timeout: 60_000, interval: 200 })
    .toBe(0)
    .then(() => undefined);

/** Passes each message on under its own number, so that the output shows what was done and in which order. */
const copy = (delayMs = 0): StageDefinition<typeof input, typeof input | typeof output> =>
  each(async ({ value, key }, context) => {
    if (delayMs > 0) await context.sleep(delayMs);
    return emit([{ topic: output, key: `${key}/${value?.method}`, value: null }]);
  });

const numbers = (records: readonly KafkaRecord[]): number[] =>
  records.map((record) => Number(record.key?.toString().split('/')[1])).toSorted((a, b) => a - b);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

async function stopAll(...stages: readonly RunningStage[]): Promise<void> {
  await Promise.all(stages.map((stage) => stage.stop()));
}

describe.each(['kafkajs', 'platformatic'] as const)('over %s', (client) => {
  beforeAll(() => open(client));

  test('all that is there is passed on once and committed, and the next start does nothing again', async () => {
    const { groupId } = await fresh();
    await produce(500);
    const first = await runStage(copy(), runtime, { groupId });
    await untilDone(groupId);
    await stopAll(first);
    const second = await runStage(copy(), runtime, { groupId });
    await produce(1);
    await untilDone(groupId);
    await stopAll(second);
    expect(numbers(await readAll(output))).toEqual([0, ...upTo(500)]);
  });

  test('two processes share the work while one joins and one leaves, and nothing is lost', async () => {
    const { groupId } = await fresh();
    await produce(600);
    const first = await runStage(copy(20), runtime, { groupId });
    const second = await runStage(copy(20), runtime, { groupId });
    await produce(300);
    await first.stop();
    await untilDone(groupId);
    await stopAll(second);
    const seen = new Set(numbers(await readAll(output)));
    expect([...seen].toSorted((a, b) => a - b)).toEqual(upTo(600));
    const ids = (await readAll(output)).map((record) => record.headers['event_id']?.toString());
    // 900 inputs; a repeat has the same event id as the first.
    expect(new Set(ids).size).toBe(900);
  });

  test('poison goes to the dead letters with its bytes, and comes back with its identity by replay', async () => {
    const { groupId } = await fresh();
    let isMended = false;
    const breaking = each(async ({ value, key }) => {
      if (value?.method === '3' && !isMended) throw new TypeError('cannot read it');
      return emit([{ topic: output, key: `${key}/${value?.method}`, value: null }]);
    });
    await produce(10);
    const stage = await runStage(breaking, runtime, { groupId });
    await untilDone(groupId);
    expect(numbers(await readAll(output))).toEqual(upTo(10).filter((number) => number !== 3));
    const [letter, ...others] = await listDeadLetters(kafka);
    const original = (await readAll(input)).find(
      (record) => record.offset === letter?.offset && record.partition === letter.partition,
    );
    expect(others).toEqual([]);
    expect(letter).toMatchObject({ stage: 'stage', topic: input, reason: 'poison', exception: 'TypeError', tries: 3 });
    expect(letter?.value).toEqual(original?.value);
    expect(letter?.key).toEqual(original?.key);
    isMended = true;
    expect(await replayDeadLetters(kafka, { dryRun: true })).toHaveLength(1);
    expect(await replayDeadLetters(kafka, {})).toHaveLength(1);
    await expect.poll(async () => numbers(await readAll(output)), { timeout: 20_000 }).toEqual(upTo(10));
    expect(await listDeadLetters(kafka)).toEqual([]);
    expect(await listDeadLetters(kafka, { all: true })).toHaveLength(1);
    const replayed = (await readAll(input)).at(-1);
    const place = `${letter?.topic}/${letter?.partition}/${letter?.offset}`;
    expect((await readAll(input)).map((record) => record.headers['event_id']?.toString())).toContain(place);
    expect(replayed).toBeDefined();
    await stopAll(stage);
  });

  test('a registry that is away is waited for, and nothing becomes a dead letter', async () => {
    const { groupId } = await fresh();
    const subjectPrefix = `${prefix}${crypto.randomUUID()}-`;
    const writer = openCodec(engines().schemaRegistryUrl, log, { subjectPrefix });
    await using producer = await kafka.producer();
    await producer.send([{ topic: input, key: 'k', value: await writer.encode(input, link('k', '0')) }]);
    const gate = await gateTo(engines().schemaRegistryUrl);
    gate.isOpen = false;
    const codec = openCodec(gate.url, log, { subjectPrefix });
    let handled = 0;
    const stage = await runStage(
      each(async () => {
        handled += 1;
        return done;
      }),
      { ...runtime, codec },
      { groupId },
    );
    await expect.poll(() => stage.health().detail, { timeout: 20_000 }).toMatch(/schema registry/u);
    expect(handled).toBe(0);
    gate.isOpen = true;
    await untilDone(groupId);
    expect(handled).toBe(1);
    expect(stage.health()).toEqual({ status: 'healthy' });
    expect(await listDeadLetters(kafka)).toEqual([]);
    await stopAll(stage);
    gate.server.closeAllConnections();
    gate.server.close();
  });
});

/** Stands before the registry and can be shut. */
async function gateTo(target: string): Promise<{ url: string; isOpen: boolean; server: Server }> {
  const { origin, pathname } = new URL(target);
  const gate = { url: '', isOpen: true, server: createServer() };
  gate.server.on('request', (request, response) => {
    if (!gate.isOpen) {
      response.writeHead(503).end();
      return;
    }
    fetch(`${origin}${request.url}`)
      .then(async (answer) => {
        response.writeHead(answer.status, { 'content-type': 'application/json' });
        response.end(await answer.text());
        return undefined;
      })
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => gate.server.listen(0, '127.0.0.1', resolve));
  gate.url = `http://127.0.0.1:${(gate.server.address() as AddressInfo).port}${pathname}`;
  return gate;
}
