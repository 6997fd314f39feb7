import { hash } from 'node:crypto';
import type { TopicName, TopicValues } from './topics.ts';

/** Namespace of event ids: an arbitrary UUID, fixed for ever. */
const eventNamespace = Buffer.from('6f0b7c1e7a575a0c9d583a1f4f7b0d11', 'hex').toString('latin1');

const traceparentPattern = /^00-([\da-f]{32})-[\da-f]{16}-([\da-f]{2})$/u;

interface Event {
  readonly topic: TopicName;
  /** What made it: the name of a stage or service. */
  readonly source: string;
  /** The same for a repeat of the same event. */
  readonly eventId: string;
  readonly isTombstone: boolean;
  readonly nowMs: number;
  /** The traceparent of what it follows from. */
  readonly traceparent?: string | undefined;
}

/**
 * What tells an output from the others of its input, and is the same for a repeat of it only. Its place among them
 * would not do: after a crash a feed may have other entries, and a decision may be another, so that an output would take
 * the id of one that readers have seen, and be dropped by them.
 */
export function identityOf(topic: TopicName, key: string, value: TopicValues[TopicName] | null): string {
  if (value === null) return `${topic} ${key}`;
  if ('version' in value) return `${topic} ${key} ${value.version}`;
  if ('request_id' in value) return `${topic} ${value.request_id}`;
  return `${topic} ${key} ${value.checked_at}`;
}

/**
 * An id that a repeat of the same input gives again, so that readers recognise the repeat: a UUIDv5. A stage that was
 * made better gives others, since what follows from the same input is no longer the same. It is made for
 * every record, and the one-shot hash takes a third of the time of a library that builds the UUID from a hash object.
 */
export function derivedEventId(inputEventId: string, source: string, identity: string, revision = 1): string {
  const name = Buffer.from(eventNamespace, 'latin1');
  const hex = hash(
    'sha1',
    Buffer.concat([name, Buffer.from(`${inputEventId} ${source} ${identity} ${revision}`)]),
    'hex',
  );
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** What every record carries: our own names, and CloudEvents 1.0 in its Kafka binding for other teams. */
export function eventHeaders(event: Event): Readonly<Record<string, string>> {
  const { eventId } = event;
  const type = `news.mimir.${event.topic}${event.isTombstone ? '.deleted' : ''}`;
  const producedAt = timeOf(event.nowMs);
  return {
    event_id: eventId,
    event_type: type,
    produced_at: producedAt,
    traceparent: childOf(event.traceparent, eventId),
    ce_specversion: '1.0',
    ce_id: eventId,
    ce_source: `/mimir/${event.source}`,
    ce_type: type,
    ce_time: producedAt,
    // The value's media type, as the binding asks for; a tombstone has no value.
    ...(event.isTombstone ? undefined : { 'content-type': 'application/avro' }),
  };
}

let lastMs = Number.NaN;
let lastTime = '';

/** Thousands of records are of the same millisecond. */
function timeOf(nowMs: number): string {
  if (nowMs === lastMs) return lastTime;
  lastMs = nowMs;
  lastTime = new Date(nowMs).toISOString();
  return lastTime;
}

/** Continues the trace with a span of its own; begins one where there is none. Both derive from the event id. */
function childOf(traceparent: string | undefined, eventId: string): string {
  const digits = eventId.replaceAll('-', '');
  const spanId = digits.slice(16);
  const parent = traceparent === undefined ? null : traceparentPattern.exec(traceparent);
  return parent === null ? `00-${digits}-${spanId}-01` : `00-${parent[1]}-${spanId}-${parent[2]}`;
}
