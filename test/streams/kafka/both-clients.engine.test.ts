import { channel } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { connectKafka } from '../../../streams/kafka/connect.ts';
import type {
  Kafka,
  KafkaAdmin,
  KafkaConsumer,
  KafkaRecord,
  OutgoingRecord,
  TopicPartition,
} from '../../../streams/kafka/port.ts';
import type { KafkaSettings } from '../../../streams/kafka/settings.ts';
import { engines } from '../../engines/engines.ts';

const log = pino({ level: process.env['TEST_LOG'] ?? 'silent' });
const partitions = 4;
const clients = ['kafkajs', 'platformatic'] as const;
const made: string[] = [];

const connect = (client: KafkaSettings['client'], compression: 'none' | 'gzip' | 'zstd' = 'zstd'): Kafka =>
  connectKafka({ client, brokers: engines().kafkaBrokers, clientId: `both-${client}`, log, compression });

let admin: KafkaAdmin;
beforeAll(async () => {
  admin = await connect('platformatic').admin();
});
afterAll(async () => {
  await admin.deleteTopics(made);
  await admin[Symbol.asyncDispose]();
});

async function freshTopic(): Promise<string> {
  const topic = `both-${crypto.randomUUID()}`;
  made.push(topic);
  await admin.createTopics([{ name: topic, partitions, replicationFactor: 1, config: {} }]);
  return topic;
}

const numbered = (topic: string, from: number, count: number): OutgoingRecord[] =>
  Array.from({ length: count }, (_, index) => ({
    topic,
    key: `key-${(from + index) % 20}`,
    value: Buffer.from(`${from + index} ${'text that can be compressed '.repeat(20)}`),
    headers: { number: `${from + index}` },
  }));

const numberOf = (record: KafkaRecord): number => Number(record.headers['number']?.toString());

async function readAll(kafka: Kafka, topic: string): Promise<KafkaRecord[]> {
  const all: KafkaRecord[] = [];
  await kafka.readToEnd(topic, async (records) => void all.push(...records));
  return all;
}

interface Seen {
  readonly consumer: KafkaConsumer;
  readonly records: KafkaRecord[];
  readonly failures: Error[];
  held: readonly TopicPartition[];
}

async function consume(kafka: Kafka, groupId: string, topics: readonly string[]): Promise<Seen> {
  const consumer = await kafka.consumer({ groupId, topics, from: 'earliest', sessionTimeoutMs: 10_000 });
  const seen: Seen = { consumer, records: [], failures: [], held: [] };
  await consumer.run({
    onRecords: (_partition, records) => seen.records.push(...records),
    onAssigned: (held) => {
      seen.held = held;
    },
    onRevoking: async () => undefined,
    onFailed: (error) => seen.failures.push(error),
  });
  return seen;
}

const until = (condition: () => boolean): Promise<void> =>
  expect
    .poll(condition, { timeout: 40_000, interval: 20 })
    .toBe(true)
    .then(() => undefined);

describe.each(clients)('what %s writes', (writer) => {
  test.each(['none', 'gzip', 'zstd'] as const)('with compression %s, both read byte for byte', async (compression) => {
    const topic = await freshTopic();
    const sent = numbered(topic, 0, 200);
    await using producer = await connect(writer, compression).producer();
    await producer.send(sent);
    for (const reader of clients) {
      const found = (await readAll(connect(reader), topic)).toSorted((a, b) => numberOf(a) - numberOf(b));
      expect(found.map(({ value }) => value)).toEqual(sent.map(({ value }) => value));
      expect(found.map(({ key }) => key?.toString())).toEqual(sent.map(({ key }) => key));
    }
  });
});

test('members of both libraries share a group, whoever comes first, and partitions of one number meet', async () => {
  for (const order of [clients, clients.toReversed()]) {
    const topics = [await freshTopic(), await freshTopic()];
    const groupId = crypto.randomUUID();
    const [first, second] = order.map((client) => connect(client)) as [Kafka, Kafka];
    const early = await consume(first, groupId, topics);
    const late = await consume(second, groupId, topics);
    await until(() => early.held.length + late.held.length === topics.length * partitions && early.held.length > 0);
    for (const { held } of [early, late]) {
      const [left, right] = topics.map((topic) =>
        held.filter((one) => one.topic === topic).map((one) => one.partition),
      );
      expect(left?.toSorted()).toEqual(right?.toSorted());
      expect(left).toHaveLength(partitions / 2);
    }
    await early.consumer[Symbol.asyncDispose]();
    await until(() => late.held.length === topics.length * partitions);
    await late.consumer[Symbol.asyncDispose]();
  }
});

/** Every socket that this process opens to Kafka while the test runs. */
function breaking(everyMs: number): { readonly broken: () => number; readonly stop: () => void } {
  const sockets = new Set<Socket>();
  const note = (message: unknown): void => {
    const { socket } = message as { socket: Socket };
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  };
  channel('net.client.socket').subscribe(note);
  let broken = 0;
  const timer = setInterval(() => {
    for (const socket of sockets) {
      if (socket.connecting || !engines().kafkaBrokers.some((broker) => broker.endsWith(`:${socket.remotePort}`)))
        continue;
      broken += 1;
      socket.destroy(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }));
    }
  }, everyMs);
  const stop = (): void => {
    clearInterval(timer);
    channel('net.client.socket').unsubscribe(note);
  };
  onTestFinished(stop);
  return { broken: () => broken, stop };
}

describe('with connections that break again and again', () => {
  test('platformatic: what is sent arrives once and in order, since a request that is tried again keeps its numbers', async () => {
    const topic = await freshTopic();
    const chaos = breaking(90);
    await using producer = await connect('platformatic').producer();
    let failures = 0;
    for (let from = 0; from < 12_000; from += 60) {
      await producer.send(numbered(topic, from, 60)).catch(() => {
        failures += 1;
      });
    }
    chaos.stop();
    expect(chaos.broken()).toBeGreaterThan(5);
    expect(failures).toBe(0);
    const found = await readAll(connect('platformatic'), topic);
    expect(found.map(numberOf).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 12_000 }, (_, index) => index));
    for (const ofPartition of Map.groupBy(found, (record) => record.partition).values()) {
      const numbers = ofPartition.map(numberOf);
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    }
  });

  test.each(clients)('%s: a consumer delivers every record, none out of order', async (client) => {
    const topic = await freshTopic();
    const sends = connect('platformatic');
    await using producer = await sends.producer();
    await producer.send(numbered(topic, 0, 100));
    const seen = await consume(connect(client), crypto.randomUUID(), [topic]);
    const chaos = breaking(700);
    for (let from = 100; from < 3_000; from += 100) {
      await producer.send(numbered(topic, from, 100));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    chaos.stop();
    await until(() => new Set(seen.records.map(numberOf)).size === 3_000);
    expect(chaos.broken()).toBeGreaterThan(3);
    expect(seen.failures).toEqual([]);
    for (const ofPartition of Map.groupBy(seen.records, (record) => record.partition).values()) {
      let last = -1n;
      for (const { offset } of ofPartition) {
        // Back to where the group stands, after it has gathered anew; never ahead.
        expect(offset <= last + 1n).toBe(true);
        last = offset;
      }
    }
    await seen.consumer[Symbol.asyncDispose]();
  });
});
