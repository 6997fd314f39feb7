import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs from 'kafkajs';
import { openCodec } from '../../../streams/registry-codec.ts';
import type { TopicName } from '../../../streams/topics.ts';
import { articleOf } from './articles.ts';
import { freshName, type Bench } from './bench.ts';
import { benchTypes, type BenchTopics } from './topics.ts';

/** Produces articles at a steady rate and notes when their outputs arrive. */
export interface Probe extends AsyncDisposable {
  /** Sends one message at a time until the first output arrives: then the contender has joined. */
  first(deadlineMs: number): Promise<void>;
  /** @returns how many were sent */
  run(perSecond: number, forMs: number): Promise<number>;
  /** In milliseconds, of what was sent by `run` since `forget`. */
  readonly latencies: readonly number[];
  forget(): void;
}

const values = 200;

/** Sends on many requests at once, so that none waits for another's acknowledgement; so it is not idempotent. */
export async function openProbe({ engines, log }: Bench, topics: BenchTopics): Promise<Probe> {
  const codec = openCodec(engines.schemaRegistryUrl, log, { types: benchTypes(topics) });
  const encoded = await Promise.all(
    Array.from({ length: values }, (_, index) => codec.encode(topics.input as TopicName, articleOf(index))),
  );
  const client = new kafkajs.Kafka({
    brokers: [...engines.kafkaBrokers],
    clientId: 'bench-probe',
    logLevel: kafkajs.logLevel.NOTHING,
  });
  const producer = client.producer({ allowAutoTopicCreation: false });
  const consumer = client.consumer({
    groupId: freshName('probe'),
    maxWaitTimeInMs: 100,
    allowAutoTopicCreation: false,
  });
  await Promise.all([producer.connect(), consumer.connect()]);

  const sentAtMs = new Map<string, number>();
  const outputs = { seen: 0 };
  let latencies: number[] = [];
  let count = 0;
  let fault: unknown;

  await consumer.subscribe({ topics: [topics.output], fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    async eachBatch({ batch }) {
      const nowMs = performance.now();
      for (const { key } of batch.messages) {
        const sentMs = sentAtMs.get(key?.toString() ?? '');
        if (sentMs !== undefined) latencies.push(nowMs - sentMs);
      }
      outputs.seen += batch.messages.length;
    },
  });

  function send(key: string): void {
    count += 1;
    const value = encoded[count % values] ?? null;
    producer.send({ topic: topics.input, messages: [{ key, value }], acks: -1 }).catch((error: unknown) => {
      fault ??= error;
    });
  }

  return {
    async first(deadlineMs) {
      const endMs = performance.now() + deadlineMs;
      while (outputs.seen === 0) {
        if (performance.now() > endMs) throw new Error('no output ever came');
        send(`first-${count}`);
        await sleep(100);
      }
    },
    async run(perSecond, forMs) {
      const beginMs = performance.now();
      const total = Math.round((perSecond * forMs) / 1_000);
      for (let sent = 0; sent < total; sent += 1) {
        const waitMs = beginMs + (sent * 1_000) / perSecond - performance.now();
        if (waitMs > 1) await sleep(waitMs);
        if (fault !== undefined) throw new Error('the probe could not send', { cause: fault });
        const key = `probe-${count}`;
        sentAtMs.set(key, performance.now());
        send(key);
      }
      return total;
    },
    get latencies() {
      return latencies;
    },
    forget() {
      sentAtMs.clear();
      latencies = [];
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([producer.disconnect(), consumer.disconnect()]);
    },
  };
}
