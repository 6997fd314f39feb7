import { headerOf, type KafkaRecord, type TopicPartition } from '../kafka/port.ts';
import { isRetryTopic } from '../topics.ts';

const prefix = 'mimir_retry_';

/** Headers of a message in a retry topic. */
export const retryHeaders = {
  topic: `${prefix}topic`,
  partition: `${prefix}partition`,
  offset: `${prefix}offset`,
  dueMs: `${prefix}due`,
  sinceMs: `${prefix}since`,
} as const;

/** Where a record stood before it was put off; for most, where it stands. */
export function originOf(record: KafkaRecord): TopicPartition & { readonly offset: bigint } {
  const topic = isRetryTopic(record.topic) ? record.headers[retryHeaders.topic] : undefined;
  if (topic === undefined) return record;
  return {
    topic: topic.toString(),
    partition: Number(record.headers[retryHeaders.partition]),
    offset: BigInt(record.headers[retryHeaders.offset]?.toString() ?? 0),
  };
}

/** The input's own event id, or its place where it came without one. */
export function eventIdOf(record: KafkaRecord): string {
  return headerOf(record, 'event_id')?.toString() ?? `${record.topic}/${record.partition}/${record.offset}`;
}
