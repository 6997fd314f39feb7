import { deadLetterRecord } from '../../streams/dead-letter.ts';
import { eventHeaders, headersAsText } from '../../streams/event-headers.ts';
import type { TopicName } from '../../streams/topics.ts';

interface Header {
  readonly description: string;
  /** Always the same value for one kind of message. */
  readonly isConstant?: true;
  readonly format?: string;
  readonly pattern?: string;
}

const events: Readonly<Record<string, Header>> = {
  event_id: { description: 'Id of the event. A repeat of it has the same.' },
  event_type: { description: 'What the record says.', isConstant: true },
  produced_at: { description: 'When it was written, ISO 8601 in UTC.', format: 'date-time' },
  traceparent: {
    description: 'W3C Trace Context of this hop.',
    pattern: '^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$',
  },
  ce_specversion: { description: 'CloudEvents 1.0, in binary content mode.', isConstant: true },
  ce_id: { description: 'The same as event_id.' },
  ce_source: { description: 'What wrote it: a stage or service.', pattern: '^/mimir/[a-z-]+$' },
  ce_type: { description: 'The same as event_type.', isConstant: true },
  ce_time: { description: 'The same as produced_at.', format: 'date-time' },
  'content-type': {
    description: 'Of the data, for CloudEvents. The bytes begin with the five of the wire format.',
    isConstant: true,
  },
};

const faults: Readonly<Record<string, Header>> = {
  '__streams.errors.topic': { description: 'Where the message was.' },
  '__streams.errors.partition': { description: 'Where the message was.', pattern: '^[0-9]+$' },
  '__streams.errors.offset': { description: 'Where the message was.', pattern: '^[0-9]+$' },
  '__streams.errors.stage': { description: 'What could not process it.' },
  '__streams.errors.reason': {
    description: 'undecodable, poison, or a reason of the stage: a few words with hyphens.',
  },
  '__streams.errors.exception': { description: 'Name of the error; may be empty.' },
  '__streams.errors.message': { description: 'What the error said, cut at 2,000 bytes; may be empty.' },
  '__streams.errors.tries': { description: 'How often it was tried.', pattern: '^[0-9]+$' },
  '__streams.errors.timestamp': {
    description: 'When it was given up, in milliseconds since 1970.',
    pattern: '^[0-9]+$',
  },
};

/** The headers of a topic's records, by what is written: one that is written and not described here is an error. */
export function eventHeadersSchema(topic: TopicName, isTombstone: boolean): object {
  const written = eventHeaders({ topic, source: 'stage', eventId: '', isTombstone, nowMs: 0 });
  return schemaOf(events, headersAsText(written));
}

/** What a dead letter carries beside the headers of its original. */
export function deadLetterHeadersSchema(): object {
  const record = { topic: '', partition: 0, offset: 0n, key: null, value: null, headers: {}, timestampMs: 0 };
  const fault = { stage: '', reason: '', tries: 1, timestampMs: 0 };
  return schemaOf(faults, deadLetterRecord(record, fault).headers ?? {});
}

function schemaOf(described: Readonly<Record<string, Header>>, written: Readonly<Record<string, unknown>>): object {
  const properties = Object.entries(written).map(([name, value]) => {
    const header = described[name];
    if (header === undefined) throw new Error(`cli/asyncapi/headers.ts does not describe the header ${name}`);
    const { isConstant, ...rest } = header;
    return [name, { type: 'string', ...(isConstant === true ? { const: value } : {}), ...rest }] as const;
  });
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    required: properties.map(([name]) => name),
    additionalProperties: { type: 'string' },
  };
}
