import { hash } from 'node:crypto';
import type { OutgoingRecord } from './kafka/port.ts';
import type { TopicName, TopicValues } from './topics.ts';

/** Namespace of event ids: arbitrary, fixed for ever. */
const eventNamespace = '6f0b7c1e-7a57-5a0c-9d58-3a1f4f7b0d11';

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
  // What follows from people's settings too is another thing once these have changed.
  if ('defined_at' in value) return `${topic} ${key} ${value.version} ${value.defined_at}`;
  if ('version' in value) return `${topic} ${key} ${value.version}`;
  if ('request_id' in value) return `${topic} ${value.request_id}`;
  if ('checked_at' in value) return `${topic} ${key} ${value.checked_at}`;
  return `${topic} ${key} ${'updated_at' in value ? value.updated_at : ''}`;
}

/**
 * An id that a repeat of the same input gives again, so that readers recognise the repeat. A stage that was made better
 * gives others, since what follows from the same input is no longer the same. A UUID of version 8, made of a hash: that
 * of version 5 would take its namespace as bytes, and this is done for every record.
 */
export function derivedEventId(inputEventId: string, source: string, identity: string, revision = 1): string {
  const hex = hash('sha1', `${eventNamespace} ${inputEventId} ${source} ${identity} ${revision}`, 'hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** What every record carries: our own names, and CloudEvents 1.0 in its Kafka binding for other teams. */
export function eventHeaders(event: Event): NonNullable<OutgoingRecord['headers']> {
  const { eventId } = event;
  const { type, source, version, mediaType } = lastingHeaders(event);
  const producedAt = timeOf(event.nowMs);
  const headers = {
    event_id: eventId,
    event_type: type,
    produced_at: producedAt,
    traceparent: childOf(event.traceparent, eventId),
    ce_specversion: version,
    ce_id: eventId,
    ce_source: source,
    ce_type: type,
    ce_time: producedAt,
  };
  // The value's media type, as the binding asks for; a tombstone has no value.
  return event.isTombstone ? headers : { ...headers, 'content-type': mediaType };
}

/** Headers as text, for who reads them. */
export function headersAsText(headers: NonNullable<OutgoingRecord['headers']>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.toString()]));
}

interface LastingHeaders {
  readonly type: Buffer;
  readonly source: Buffer;
  readonly version: Buffer;
  readonly mediaType: Buffer;
}

const lasting = new Map<string, LastingHeaders>();

/** What is the same for all records of a topic and a maker, as bytes: they are written many times and made once. */
function lastingHeaders({ topic, source, isTombstone }: Event): LastingHeaders {
  const name = `${topic}${isTombstone ? '.deleted' : ''}`;
  const key = `${name} ${source}`;
  const known = lasting.get(key);
  if (known !== undefined) return known;
  const made: LastingHeaders = {
    type: Buffer.from(`news.mimir.${name}`),
    source: Buffer.from(`/mimir/${source}`),
    version: Buffer.from('1.0'),
    mediaType: Buffer.from('application/avro'),
  };
  lasting.set(key, made);
  return made;
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
