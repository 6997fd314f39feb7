import type { Kafka, KafkaAdmin, KafkaRecord, TopicPartition } from '../../../streams/kafka/port.ts';

/** A corner of a shared Kafka: topic names get a prefix on their way in and lose it on their way out. */
export function prefixedKafka(kafka: Kafka, prefix: string): Kafka {
  const inside = <T extends { readonly topic: string }>(one: T): T => ({ ...one, topic: prefix + one.topic });
  const outside = <T extends { readonly topic: string }>(one: T): T => ({
    ...one,
    topic: one.topic.slice(prefix.length),
  });
  // A spread does not copy headers that are computed when asked for.
  const recordOutside = (record: KafkaRecord): KafkaRecord => ({ ...outside(record), headers: record.headers });
  return {
    async producer() {
      const producer = await kafka.producer();
      return {
        send: (records) => producer.send(records.map(inside)),
        [Symbol.asyncDispose]: () => producer[Symbol.asyncDispose](),
      };
    },
    async consumer(options) {
      const consumer = await kafka.consumer({ ...options, topics: options.topics.map((topic) => prefix + topic) });
      return {
        run: (handlers) =>
          consumer.run({
            onRecords: (partition: TopicPartition, records: readonly KafkaRecord[]) =>
              handlers.onRecords(outside(partition), records.map(recordOutside)),
            onAssigned: (partitions) => handlers.onAssigned(partitions.map(outside)),
            onRevoking: (boundMs) => handlers.onRevoking(boundMs),
            onFailed: (error) => handlers.onFailed(error),
          }),
        pause: (partitions) => consumer.pause(partitions.map(inside)),
        resume: (partitions) => consumer.resume(partitions.map(inside)),
        commit: (offsets) => consumer.commit(offsets.map(inside)),
        lastFetchAtMs: () => consumer.lastFetchAtMs(),
        [Symbol.asyncDispose]: () => consumer[Symbol.asyncDispose](),
      };
    },
    admin: async () => prefixedAdmin(await kafka.admin(), prefix, inside, outside),
    readToEnd: (topic, onRecords, options) =>
      kafka.readToEnd(prefix + topic, (records) => onRecords(records.map(recordOutside)), {
        ...options,
        from: options?.from?.map(inside) ?? [],
      }),
  };
}

type Rename = <T extends { readonly topic: string }>(one: T) => T;

function prefixedAdmin(admin: KafkaAdmin, prefix: string, inside: Rename, outside: Rename): KafkaAdmin {
  return {
    createTopics: (topics) => admin.createTopics(topics.map((topic) => ({ ...topic, name: prefix + topic.name }))),
    deleteTopics: (names) => admin.deleteTopics(names.map((name) => prefix + name)),
    async describeTopics(names) {
      const found = await admin.describeTopics(names.map((name) => prefix + name));
      return found.map((topic) => ({ ...topic, name: topic.name.slice(prefix.length) }));
    },
    async listTopics() {
      return (await admin.listTopics())
        .filter((name) => name.startsWith(prefix))
        .map((name) => name.slice(prefix.length));
    },
    watermarks: (topic) => admin.watermarks(prefix + topic),
    offsetsAt: async (topic, timestampMs) => (await admin.offsetsAt(prefix + topic, timestampMs)).map(outside),
    committed: async (groupId, topics) =>
      (
        await admin.committed(
          groupId,
          topics.map((topic) => prefix + topic),
        )
      ).map(outside),
    setCommitted: (groupId, offsets) => admin.setCommitted(groupId, offsets.map(inside)),
    deleteGroup: (groupId) => admin.deleteGroup(groupId),
    memberCount: (groupId) => admin.memberCount(groupId),
    [Symbol.asyncDispose]: () => admin[Symbol.asyncDispose](),
  };
}
