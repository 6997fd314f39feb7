import { Kafka as Kafkajs, logLevel } from 'kafkajs';
import pino from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { type LocalEngines, startEngines } from '../../infra/local/engines.ts';
import type { EnginePart } from '../../infra/local/part.ts';
import { loadConfig } from '../../streams/config.ts';
import { TransientError } from '../../streams/errors.ts';
import { connectKafka } from '../../streams/kafka/connect.ts';
import { classified } from '../../streams/kafka/kafkajs/errors.ts';
import type { Kafka, KafkaProducer } from '../../streams/kafka/port.ts';
import { createTopics } from '../../streams/setup-topics.ts';
import { temporaryFolder } from './temporary-folder.ts';

const { cacheDir } = loadConfig();
const topic = 'article';
const partitions = 3;

test(
  'of three brokers one may be away, with two away writes are refused, and nothing acknowledged is lost',
  { timeout: 600_000 },
  async () => {
    const dataDir = temporaryFolder();
    const engines = await startEngines({ dataDir, cacheDir, brokers: 3 });
    onTestFinished(() => engines.kill());
    expect(engines.kafkaBrokers).toHaveLength(3);
    const brokers = engines.parts.filter(({ name }) => name.startsWith('kafka'));
    expect(brokers.map(({ name }) => name)).toEqual(['kafka', 'kafka-2', 'kafka-3']);
    const [first, second] = brokers as unknown as readonly [EnginePart, EnginePart, EnginePart];

    const acknowledged: string[] = [];
    {
      await using kafka = kafkaOf(engines);
      const { kafka: shape } = loadConfig(engines.variables, { instance: false });
      expect(await createTopics(kafka, { ...shape, partitions })).toEqual([]);
      await using admin = await kafka.admin();
      await patiently(() => admin.setCommitted('somebody', [{ topic, partition: 0, offset: 0n }]));
      expect(await admin.describeTopics([topic, '__consumer_offsets'])).toEqual([
        expect.objectContaining({
          replicationFactor: 3,
          config: expect.objectContaining({ 'min.insync.replicas': '2' }),
        }),
        expect.objectContaining({
          replicationFactor: 3,
          config: expect.objectContaining({ 'min.insync.replicas': '2' }),
        }),
      ]);
      await using producer = await kafka.producer();

      for (const broker of brokers) {
        await broker.kill();
        acknowledged.push(...(await writeUntilTaken(producer, `without ${broker.name}`)));
        await broker.start();
      }
      acknowledged.push(...(await writeUntilTaken(producer, 'with all of them')));

      await Promise.all([first.kill(), second.kill()]);
      for (const refusal of await writeOnce(engines)) expect(refusal).toBeInstanceOf(TransientError);
      await Promise.all([first.start(), second.start()]);
      acknowledged.push(...(await writeUntilTaken(producer, 'after two were away')));
      expect(await readAll(kafka)).toEqual(expect.arrayContaining(acknowledged));
    }

    // The ports of brokers and controllers differ at each start.
    await engines.stop();
    const again = await startEngines({ dataDir, cacheDir, brokers: 3 });
    onTestFinished(() => again.kill());
    await using kafka = kafkaOf(again);
    expect(await readAll(kafka)).toEqual(expect.arrayContaining(acknowledged));
  },
);

/** Each partition once, whatever broker leads it. @returns what was acknowledged, as values */
async function writeUntilTaken(producer: KafkaProducer, text: string): Promise<readonly string[]> {
  const values = Array.from({ length: 30 }, (_, index) => `${text} ${index}`);
  await patiently(() => producer.send(values.map((value) => ({ topic, key: value, value: Buffer.from(value) }))));
  return values;
}

/** Again and again while Kafka asks for patience. */
async function patiently(work: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof TransientError)) throw error;
    }
  }
}

/** One try at each partition, with little patience. @returns how each was refused, undefined where it was not */
async function writeOnce({ kafkaBrokers }: LocalEngines): Promise<readonly unknown[]> {
  const client = new Kafkajs({ brokers: [...kafkaBrokers], logLevel: logLevel.NOTHING, retry: { retries: 0 } });
  const answers: unknown[] = [];
  for (let partition = 0; partition < partitions; partition += 1) {
    const producer = client.producer();
    try {
      await producer.connect();
      await producer.send({ topic, acks: -1, timeout: 1000, messages: [{ partition, value: 'never acknowledged' }] });
      answers.push(undefined);
    } catch (error) {
      answers.push(classified(error, 'producing'));
    } finally {
      await producer.disconnect();
    }
  }
  return answers;
}

async function readAll(kafka: Kafka): Promise<readonly string[]> {
  const values = new Set<string>();
  await patiently(() =>
    kafka.readToEnd(topic, (records) => {
      for (const { value } of records) values.add(String(value));
      return Promise.resolve();
    }),
  );
  return [...values];
}

function kafkaOf({ kafkaBrokers }: LocalEngines): Kafka & AsyncDisposable {
  return connectKafka({
    client: 'kafkajs',
    brokers: kafkaBrokers,
    clientId: 'several-brokers',
    log: pino({ level: 'silent' }),
  });
}
