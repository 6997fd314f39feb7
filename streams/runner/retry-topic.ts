import type { KafkaRecord, OutgoingRecord } from '../kafka/port.ts';
import { isRetryTopic, retryTopicOf } from '../topics.ts';
import { eventIdOf, originOf, retryHeaders } from './origin.ts';

export interface Retry {
  /** When it is to be tried, milliseconds since 1970. */
  readonly dueMs: number;
  /** When it was put off first, milliseconds since 1970. */
  readonly sinceMs: number;
}

/**
 * A message that is put off waits in its stage's retry topic, under its own key: so it stays with the partition's
 * owner, and the input's offset moves on.
 */
export function retryRecord(stage: string, record: KafkaRecord, retry: Retry): OutgoingRecord {
  const origin = originOf(record);
  return {
    topic: retryTopicOf(stage),
    key: record.key,
    value: record.value,
    headers: {
      ...record.headers,
      // What follows from it keeps its identity, wherever it is read from.
      event_id: eventIdOf(record),
      [retryHeaders.topic]: origin.topic,
      [retryHeaders.partition]: String(origin.partition),
      [retryHeaders.offset]: String(origin.offset),
      [retryHeaders.dueMs]: String(retry.dueMs),
      [retryHeaders.sinceMs]: String(retry.sinceMs),
    },
  };
}

/** @returns undefined for a record that was not put off */
export function retryOf({ topic, headers }: KafkaRecord): Retry | undefined {
  if (!isRetryTopic(topic)) return undefined;
  const due = headers[retryHeaders.dueMs];
  if (due === undefined) return undefined;
  return { dueMs: Number(due), sinceMs: Number(headers[retryHeaders.sinceMs] ?? due) };
}

const ours: ReadonlySet<string> = new Set(Object.values(retryHeaders));

/** The record as it was before it was put off, for its dead letter. */
export function originalRecord(record: KafkaRecord): KafkaRecord {
  const { topic, partition, offset } = originOf(record);
  const { key, value, timestampMs } = record;
  const headers = Object.fromEntries(Object.entries(record.headers).filter(([name]) => !ours.has(name)));
  return { topic, partition, offset, key, value, headers, timestampMs };
}
