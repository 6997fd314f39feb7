import { isUtf8 } from 'node:buffer';
import type { Codec } from '../codec.ts';
import { UndecodableError } from '../errors.ts';
import type { KafkaRecord } from '../kafka/port.ts';
import type { Message } from '../stage.ts';
import type { TopicName } from '../topics.ts';

/**
 * @throws UndecodableError where key or value cannot be read
 * @throws TransientError where the registry is away
 */
export async function decodeMessage<In extends TopicName>(codec: Codec, record: KafkaRecord): Promise<Message<In>> {
  const topic = record.topic as In;
  const key = keyOf(record);
  if (key === undefined) throw new UndecodableError(record.key === null ? 'the key is null' : 'the key is not UTF-8');
  return {
    topic,
    partition: record.partition,
    offset: record.offset,
    key,
    value: record.value === null ? null : await codec.decode(topic, record.value),
    headers: Object.fromEntries(Object.entries(record.headers).map(([name, value]) => [name, value.toString()])),
    timestampMs: record.timestampMs,
  };
}

export function keyOf({ key }: KafkaRecord): string | undefined {
  return key !== null && isUtf8(key) ? key.toString() : undefined;
}

/** The input's own event id, or its place where it came without one. */
export function eventIdOf(record: KafkaRecord): string {
  return record.headers['event_id']?.toString() ?? `${record.topic}/${record.partition}/${record.offset}`;
}
