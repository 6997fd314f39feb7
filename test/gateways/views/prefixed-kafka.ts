import { randomBytes } from 'node:crypto';
import type { Codec } from '../../../streams/codec.ts';
import type { Kafka, KafkaAdmin, KafkaProducer } from '../../../streams/kafka/port.ts';
import type { Message } from '../../../streams/stage.ts';
import type { TopicName } from '../../../streams/topics.ts';

/**
 * Topic names are fixed, and test files share one broker: this gives a test file topics of its own behind the names
 * that the code under test asks for. It serves what a rebuild asks of Kafka.
 */
export interface OwnTopics extends AsyncDisposable {
  readonly kafka: Kafka;
  /**
   * Called at moments of reading, so that a test can let others write just then: before records are handed over, and
   * after the last. `read` counts the readings of a topic since the hook was set, from 1.
   */
  onRead: ((step: { topic: string; read: number; moment: 'handing over' | 'done' }) => Promise<void>) | undefined;
  /** Writes messages to Kafka, in order. */
  produce(messages: readonly Message[]): Promise<void>;
}

export async function ownTopics(kafka: Kafka, codec: Codec, names: readonly TopicName[]): Promise<OwnTopics> {
  const prefix = `test-${randomBytes(6).toString('hex')}-`;
  const admin = await kafka.admin();
  await admin.createTopics(
    names.map((name) => ({ name: prefix + name, partitions: 2, replicationFactor: 1, config: {} })),
  );
  const producer: KafkaProducer = await kafka.producer();
  const prefixedAdmin = (): Promise<KafkaAdmin> =>
    Promise.resolve({
      ...admin,
      watermarks: (topic: string) => admin.watermarks(prefix + topic),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    });
  const reads = new Map<string, number>();
  let hook: OwnTopics['onRead'];
  return {
    get onRead() {
      return hook;
    },
    set onRead(given) {
      reads.clear();
      hook = given;
    },
    kafka: {
      ...kafka,
      admin: prefixedAdmin,
      async readToEnd(topic, onRecords, options = {}) {
        const read = (reads.get(topic) ?? 0) + 1;
        reads.set(topic, read);
        await kafka.readToEnd(
          prefix + topic,
          async (records) => {
            await hook?.({ topic, read, moment: 'handing over' });
            await onRecords(records);
          },
          {
            ...options,
            from: (options.from ?? []).map((position) => ({ ...position, topic: prefix + position.topic })),
          },
        );
        await hook?.({ topic, read, moment: 'done' });
      },
    },
    async produce(messages) {
      const records = await Promise.all(
        messages.map(async ({ topic, key, value }) => ({
          topic: prefix + topic,
          key,
          value: value === null ? null : await codec.encode(topic, value),
        })),
      );
      await producer.send(records);
    },
    async [Symbol.asyncDispose]() {
      await producer[Symbol.asyncDispose]();
      await admin.deleteTopics(names.map((name) => prefix + name));
      await admin[Symbol.asyncDispose]();
    },
  };
}
