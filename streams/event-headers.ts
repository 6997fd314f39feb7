import { createHash } from 'node:crypto';
import { v5 as uuidv5 } from 'uuid';
import type { TopicName } from './topics.ts';

/** Namespace of event ids: an arbitrary UUID, fixed for ever. */
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

/** An id that a repeat of the same input gives again, so that readers recognise the repeat. */
export function derivedEventId(inputEventId: string, source: string, index: number): string {
  return uuidv5(`${inputEventId} ${source} ${index}`, eventNamespace);
}

/** What every record carries: our own names, and CloudEvents 1.0 in its Kafka binding for other teams. */
export function eventHeaders(event: Event): Readonly<Record<string, string>> {
  const type = `news.mimir.${event.topic}${event.isTombstone ? '.deleted' : ''}`;
  const producedAt = new Date(event.nowMs).toISOString();
  return {
    event_id: event.eventId,
    event_type: type,
    produced_at: producedAt,
    traceparent: childOf(event.traceparent, event.eventId),
    ce_specversion: '1.0',
    ce_id: event.eventId,
    ce_source: `/mimir/${event.source}`,
    ce_type: type,
    ce_time: producedAt,
  };
}

/** Continues the trace with a span of its own; begins one where there is none. Both derive from the event id. */
function childOf(traceparent: string | undefined, eventId: string): string {
  const digest = createHash('sha256').update(eventId).digest('hex');
  const parent = traceparentPattern.exec(traceparent ?? '');
  const spanId = digest.slice(0, 16);
  return parent === null ? `00-${digest.slice(16, 48)}-${spanId}-01` : `00-${parent[1]}-${spanId}-${parent[2]}`;
}
