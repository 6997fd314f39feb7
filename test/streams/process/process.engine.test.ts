import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectKafkajs } from '../../../streams/kafka/kafkajs.ts';
import type { Kafka } from '../../../streams/kafka/port.ts';
import { createLocalCodec } from '../../../streams/local-codec.ts';
import type { ProcessMessage } from '../../../streams/process-messages.ts';
import { deadLetterTopic } from '../../../streams/topics.ts';
import { engines } from '../../engines/engines.ts';
import { prefixedKafka } from '../runner/prefixed-kafka.ts';
import { link } from '../runner/stages.ts';

const input = 'article-duplicate';
const output = 'article-unique';
const prefix = `process-${crypto.randomUUID()}-`;
const codec = createLocalCodec();
const children: ChildProcess[] = [];
let kafka: Kafka;

beforeAll(async () => {
  const log = pino({ level: 'silent' });
  kafka = prefixedKafka(connectKafkajs({ brokers: engines().kafkaBrokers, clientId: 'process-test', log }), prefix);
  await using admin = await kafka.admin();
  await admin.createTopics(
    [input, output, deadLetterTopic].map((name) => ({ name, partitions: 2, replicationFactor: 1, config: {} })),
  );
});

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await using admin = await kafka.admin();
  await admin.deleteTopics([input, output, deadLetterTopic]);
});

interface Started {
  readonly child: ChildProcess;
  readonly addresses: Readonly<Record<string, string>>;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
}

async function start(stage: string, delayMs = 0): Promise<Started> {
  const args = [engines().kafkaBrokers.join(','), prefix, stage, String(delayMs)];
  const child = fork(new URL('child.ts', import.meta.url), args, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  children.push(child);
  const ended = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string);
  child.stdout?.resume();
  const [message] = (await once(child, 'message')) as [ProcessMessage];
  if (message.kind !== 'ready') throw new Error('its first word is not that it is ready');
  return { child, addresses: message.addresses, ended };
}

async function produce(methods: readonly string[]): Promise<void> {
  await using producer = await kafka.producer();
  const records = methods.map(async (method, index) => {
    const key = `k${index % 20}`;
    return { topic: input, key, value: await codec.encode(input, link(key, method)) };
  });
  await producer.send(await Promise.all(records));
}

async function passedOn(of: string): Promise<string[]> {
  const seen = new Set<string>();
  await kafka.readToEnd(output, async (records) => {
    for (const record of records) {
      const method = record.key?.toString().split('/')[1] ?? '';
      if (method.startsWith(of) && record.headers['ce_source']?.toString() === `/mimir/${of}`) seen.add(method);
    }
  });
  return [...seen];
}

test('a process tells its addresses and metrics, answers what watches it, and ends with 0 when asked', async () => {
  const stage = `s${crypto.randomUUID()}`;
  const { child, addresses, ended } = await start(stage);
  expect(await (await fetch(addresses['greeter'] ?? '')).text()).toBe('hello');
  const operations = addresses['operations'] ?? '';
  const status = async (path: string): Promise<number> => (await fetch(`${operations}${path}`)).status;
  expect(await status('/live')).toBe(200);
  expect(await status('/ready')).toBe(200);
  expect(await status('/other')).toBe(404);
  expect(await (await fetch(`${operations}/health`)).json()).toMatchObject({
    status: 'healthy',
    parts: { [stage]: { status: 'healthy' }, greeter: { status: 'healthy' } },
  });
  expect(await (await fetch(`${operations}/metrics`)).text()).toContain('mimir_stage_in_flight');
  const answer = once(child, 'message');
  child.send({ kind: 'metrics' });
  expect(await answer).toMatchObject([{ kind: 'metrics', metrics: expect.arrayContaining([]) }, undefined]);
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
});

test('what a killed process had under way is done by the next, and nothing is lost', async () => {
  const stage = `s${crypto.randomUUID()}`;
  const first = await start(stage, 50);
  const methods = Array.from({ length: 300 }, (_, index) => `${stage}-${index}`);
  await produce(methods);
  await expect.poll(async () => (await passedOn(stage)).length, { timeout: 30_000 }).toBeGreaterThan(20);
  first.child.kill('SIGKILL');
  expect(await first.ended).toBe('SIGKILL');
  expect((await passedOn(stage)).length).toBeLessThan(300);
  const second = await start(stage);
  await expect
    .poll(async () => (await passedOn(stage)).toSorted(compare), { timeout: 60_000 })
    .toEqual(methods.toSorted(compare));
  second.child.kill('SIGINT');
  expect(await second.ended).toBe(0);
});

test('a process whose parent is gone ends by itself', async () => {
  const { child, ended } = await start(`s${crypto.randomUUID()}`);
  child.disconnect();
  expect(await ended).toBe(0);
});

test('a stage that fails for good ends its process with another code than 0', async () => {
  const { ended } = await start(`s${crypto.randomUUID()}`);
  await produce(['fatal']);
  expect(await ended).toBe(1);
});

const compare = (a: string, b: string): number => a.localeCompare(b);
