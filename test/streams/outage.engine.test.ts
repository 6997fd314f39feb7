import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEngines, type LocalEngines } from '../../infra/local/engines.ts';
import { loadConfig } from '../../streams/config.ts';
import { listDeadLetters } from '../../streams/dead-letter.ts';
import { connectKafka } from '../../streams/kafka/connect.ts';
import type { Kafka } from '../../streams/kafka/port.ts';
import { createLocalCodec } from '../../streams/local-codec.ts';
import { runStage } from '../../streams/runner.ts';
import type { Runtime } from '../../streams/runtime.ts';
import { emit } from '../../streams/stage.ts';
import { deadLetterTopic } from '../../streams/topics.ts';
import { ownDataPrefix } from '../engines/abandoned.ts';
import { prefixedKafka } from './runner/prefixed-kafka.ts';
import { each, link } from './runner/stages.ts';

/** Engines of its own, since these are killed. */
let engines: LocalEngines;
const dataDir = mkdtempSync(join(tmpdir(), ownDataPrefix));
const input = 'article-duplicate';
const output = 'article-unique';
const codec = createLocalCodec();
const log = pino({ level: process.env['TEST_LOG'] ?? 'silent' });

beforeAll(async () => {
  engines = await startEngines({ dataDir, cacheDir: loadConfig().cacheDir });
});
afterAll(async () => {
  await engines.kill();
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
});

const broker = (): LocalEngines['parts'][number] => {
  const part = engines.parts.find(({ name }) => name === 'kafka');
  if (part === undefined) throw new Error('there is no broker');
  return part;
};

async function produce(kafka: Kafka, from: number, count: number): Promise<void> {
  const records = await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const key = `k${(from + index) % 50}`;
      return { topic: input, key, value: await codec.encode(input, link(key, `${from + index}`)) };
    }),
  );
  const send = async (): Promise<void> => {
    await using producer = await kafka.producer();
    await producer.send(records);
  };
  // A broker that has just started may still be loading what it knows of producers.
  await expect.poll(() => send().then(() => 'sent'), { timeout: 30_000, interval: 500 }).toBe('sent');
}

describe.each(['kafkajs', 'platformatic'] as const)('while Kafka is away, on %s', (client) => {
  const prefix = `outage-${client}-`;
  let kafka: Kafka & AsyncDisposable;
  let corner: Kafka;

  beforeAll(async () => {
    const brokers = engines.kafkaBrokers;
    kafka = connectKafka({ client, brokers, clientId: `outage-${client}`, log });
    corner = prefixedKafka(kafka, prefix);
    await using admin = await corner.admin();
    await admin.createTopics(
      [input, output, deadLetterTopic].map((name) => ({ name, partitions: 4, replicationFactor: 1, config: {} })),
    );
  });
  afterAll(() => kafka[Symbol.asyncDispose]());

  test('a stage waits and goes on: each message has its effect, in the order of its key, and none is given up', async () => {
    const runtime: Runtime = { config: loadConfig({}), log, metrics: new Registry(), kafka: corner, codec };
    const worked: Record<string, Set<number>> = {};
    const copy = each(async ({ key, value }) => {
      await sleep(1);
      (worked[key] ??= new Set()).add(Number(value?.method));
      return emit([{ topic: output, key: `${key}/${value?.method}`, value: null }]);
    });
    await produce(corner, 0, 1_000);
    const groupId = crypto.randomUUID();
    const running = await runStage(copy, runtime, { groupId, commitIntervalMs: 100, sessionTimeoutMs: 10_000 });
    for (let outage = 1; outage <= 2; outage += 1) {
      await expect
        .poll(() => running.activity().completed, { timeout: 60_000, interval: 5 })
        .toBeGreaterThan(outage * 300);
      await broker().kill();
      await sleep(1_000);
      await broker().start();
    }
    await produce(corner, 1_000, 500);
    const seen = async (): Promise<readonly string[]> => {
      const keys = new Set<string>();
      await corner.readToEnd(output, async (records) => {
        for (const { key } of records) keys.add(key?.toString() ?? '');
      });
      return [...keys];
    };
    await expect.poll(async () => (await seen()).length, { timeout: 90_000, interval: 500 }).toBe(1_500);
    // A set keeps the order of the first time: repeats may step back, and nothing else.
    for (const numbers of Object.values(worked)) expect([...numbers]).toEqual([...numbers].toSorted((x, y) => x - y));
    expect(await listDeadLetters(corner)).toEqual([]);
    expect(running.health()).toEqual({ status: 'healthy' });
    await running.stop();
  });

  test('a process that is told to end does so within 10 s, also in the middle of a rebalance', async () => {
    const script = new URL('process/child.ts', import.meta.url);
    const started = [0, 1].map(() => {
      const args = [engines.kafkaBrokers.join(','), prefix, `rebalancing-${client}`, '20', client];
      const child = fork(script, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
      return { child, ready: once(child, 'message'), ended: once(child, 'exit') };
    });
    const [first, second] = started;
    await first?.ready;
    await produce(corner, 0, 400);
    // The second joins, and the broker goes while the group moves its partitions.
    await sleep(300);
    await broker().kill();
    const askedAtMs = Date.now();
    first?.child.kill('SIGTERM');
    second?.child.kill('SIGTERM');
    await Promise.all([first?.ended, second?.ended]);
    expect(Date.now() - askedAtMs).toBeLessThan(10_500);
    await broker().start();
  });
});
