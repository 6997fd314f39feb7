import { randomBytes } from 'node:crypto';
import type { Codec } from '../../../streams/codec.ts';
import type {
  ConsumerHandlers,
  Kafka,
  KafkaAdmin,
  KafkaConsumer,
  KafkaProducer,
  KafkaRecord,
} from '../../../streams/kafka/port.ts';
import type { Message } from '../../../streams/stage.ts';
import { deadLetterTopic, type TopicName } from '../../../streams/topics.ts';

/**
 * Topic names are fixed, and test files share one broker: this gives a test file topics and groups of its own behind
 * the names that the code under test asks for.
 */
export interface OwnTopics extends AsyncDisposable {
  /** Of the topics and groups on the broker. */
  readonly prefix: string;
  readonly kafka: Kafka;
  /**
   * Called at moments of readToEnd, so that a test can let others write just then: before records are handed over, and
   * after the last. `read` counts the readings of a topic since the hook was set, from 1.
   */
  onRead: ((step: { topic: string; read: number; moment: 'handing over' | 'done' }) => Promise<void>) | undefined;
  /** Writes messages to Kafka, in order. */
  produce(messages: readonly Message[]): Promise<void>;
  produceBytes(topic: TopicName, key: string, value: Buffer): Promise<void>;
  /** How many records the topic holds. */
  held(topic: TopicName | typeof deadLetterTopic): Promise<number>;
}

export async function ownTopics(kafka: Kafka, codec: Codec, names: readonly TopicName[]): Promise<OwnTopics> {
  const prefix = `test-${randomBytes(6).toString('hex')}-`;
  const reads = new Map<string, number>();
  let hook: OwnTopics['onRead'];
  const out = <T extends { readonly topic: string }>(given: T): T => ({ ...given, topic: prefix + given.topic });
  const back = <T extends { readonly topic: string }>(given: T): T => ({
    ...given,
    topic: given.topic.slice(prefix.length),
  });

  // Field by field: an adapter may compute some when they are asked for.
  const backRecord = ({ topic, partition, offset, key, value, headers, timestampMs }: KafkaRecord): KafkaRecord =>
    back({ topic, partition, offset, key, value, headers, timestampMs });

  const own: Kafka = {
    producer: async () => prefixedProducer(await kafka.producer()),
    consumer: async (options) =>
      prefixedConsumer(
        await kafka.consumer({
          ...options,
          groupId: prefix + options.groupId,
          topics: options.topics.map((topic) => prefix + topic),
        }),
      ),
    admin: async () => prefixedAdmin(await kafka.admin()),
    async readToEnd(topic, onRecords, options = {}) {
      const read = (reads.get(topic) ?? 0) + 1;
      reads.set(topic, read);
      const handOver = async (records: readonly KafkaRecord[]): Promise<void> => {
        await hook?.({ topic, read, moment: 'handing over' });
        await onRecords(records.map(backRecord));
      };
      await kafka.readToEnd(prefix + topic, handOver, { ...options, from: (options.from ?? []).map(out) });
      await hook?.({ topic, read, moment: 'done' });
    },
  };

  function prefixedProducer(producer: KafkaProducer): KafkaProducer {
    return {
      send: (records) => producer.send(records.map(out)),
      [Symbol.asyncDispose]: () => producer[Symbol.asyncDispose](),
    };
  }

  function prefixedConsumer(consumer: KafkaConsumer): KafkaConsumer {
    return {
      run: (handlers: ConsumerHandlers) =>
        consumer.run({
          onRecords: (partition, records) => handlers.onRecords(back(partition), records.map(backRecord)),
          onAssigned: (partitions) => handlers.onAssigned(partitions.map(back)),
          onRevoking: (boundMs) => handlers.onRevoking(boundMs),
          onFailed: (error) => handlers.onFailed(error),
        }),
      pause: (partitions) => consumer.pause(partitions.map(out)),
      resume: (partitions) => consumer.resume(partitions.map(out)),
      commit: (offsets) => consumer.commit(offsets.map(out)),
      lastFetchAtMs: () => consumer.lastFetchAtMs(),
      [Symbol.asyncDispose]: () => consumer[Symbol.asyncDispose](),
    };
  }

  function prefixedAdmin(admin: KafkaAdmin): KafkaAdmin {
    return {
      createTopics: (topics) => admin.createTopics(topics.map((topic) => ({ ...topic, name: prefix + topic.name }))),
      deleteTopics: (topics) => admin.deleteTopics(topics.map((topic) => prefix + topic)),
      describeTopics: async (topics) =>
        (await admin.describeTopics(topics.map((topic) => prefix + topic))).map((topic) => ({
          ...topic,
          name: topic.name.slice(prefix.length),
        })),
      listTopics: async () =>
        (await admin.listTopics())
          .filter((topic) => topic.startsWith(prefix))
          .map((topic) => topic.slice(prefix.length)),
      watermarks: (topic) => admin.watermarks(prefix + topic),
      offsetsAt: async (topic, timestampMs) => (await admin.offsetsAt(prefix + topic, timestampMs)).map(back),
      committed: async (groupId, topics) =>
        (
          await admin.committed(
            prefix + groupId,
            topics.map((topic) => prefix + topic),
          )
        ).map(back),
      setCommitted: (groupId, offsets) => admin.setCommitted(prefix + groupId, offsets.map(out)),
      deleteGroup: (groupId) => admin.deleteGroup(prefix + groupId),
      memberCount: (groupId) => admin.memberCount(prefix + groupId),
      [Symbol.asyncDispose]: () => admin[Symbol.asyncDispose](),
    };
  }

  const admin = await own.admin();
  const all = [...names, deadLetterTopic];
  await admin.createTopics(all.map((name) => ({ name, partitions: 2, replicationFactor: 1, config: {} })));
  const producer = await own.producer();
  return {
    prefix,
    kafka: own,
    get onRead() {
      return hook;
    },
    set onRead(given) {
      reads.clear();
      hook = given;
    },
    async produce(messages) {
      const records = await Promise.all(
        messages.map(async ({ topic, key, value }) => ({
          topic,
          key,
          value: value === null ? null : await codec.encode(topic, value),
        })),
      );
      await producer.send(records);
    },
    produceBytes: (topic, key, value) => producer.send([{ topic, key, value }]),
    async held(topic) {
      const watermarks = await admin.watermarks(topic);
      return watermarks.reduce((sum, { low, high }) => sum + Number(high - low), 0);
    },
    async [Symbol.asyncDispose]() {
      await producer[Symbol.asyncDispose]();
      await admin.deleteTopics(all);
      await admin[Symbol.asyncDispose]();
    },
  };
}
