import { selfContainedSchema } from '../../schemas/load.ts';
import { topics, type TopicName } from '../../streams/topics.ts';
import { deadLetterHeadersSchema, eventHeadersSchema } from './headers.ts';

/** Of the Kafka bindings of channels, messages and operations. */
export const bindingVersion = '0.5.0';
export const deadLetterMessage = 'dead-letter';

const avroFormat = 'application/vnd.apache.avro+json;version=1.9.0';

/** Compacted topics hold things by id, and things can go. */
export function mayBeDeleted(topic: TopicName): boolean {
  return topics[topic].retention.kind === 'compacted';
}

/** The names of a topic's messages in the document. */
export function messageNames(topic: TopicName): readonly string[] {
  return mayBeDeleted(topic) ? [topic, tombstoneName(topic)] : [topic];
}

/** The messages of all topics, the dead letter last. */
export function messages(): Readonly<Record<string, object>> {
  const entries = (Object.keys(topics) as TopicName[]).flatMap((topic): [string, object][] => [
    [topic, valueOf(topic)],
    ...(mayBeDeleted(topic) ? [[tombstoneName(topic), tombstoneOf(topic)] satisfies [string, object]] : []),
  ]);
  return { ...Object.fromEntries(entries), [deadLetterMessage]: deadLetter() };
}

/** The Avro schemas of all values. Each stands alone, so that it can be taken from the document as it is. */
export function schemas(): Readonly<Record<string, object>> {
  const names = new Set(Object.values(topics).map(({ schema }) => schema));
  return Object.fromEntries(
    [...names].toSorted().map((name) => [name, { schemaFormat: avroFormat, schema: selfContainedSchema(name) }]),
  );
}

function tombstoneName(topic: TopicName): string {
  return `${topic}.deleted`;
}

function valueOf(topic: TopicName): object {
  const { schema, holds } = topics[topic];
  return {
    name: topic,
    title: selfContainedSchema(schema).name,
    summary: holds,
    contentType: 'application/avro',
    headers: eventHeadersSchema(topic, false),
    payload: { $ref: `#/components/schemas/${schema}` },
    bindings: {
      kafka: {
        key: keyOf(topics[topic].key),
        schemaIdLocation: 'payload',
        schemaIdPayloadEncoding: 'confluent',
        schemaLookupStrategy: 'TopicNameStrategy',
        bindingVersion,
      },
    },
  };
}

function tombstoneOf(topic: TopicName): object {
  return {
    name: tombstoneName(topic),
    title: 'Tombstone',
    summary: `The ${topics[topic].key} is gone: the record has a key and headers, and no value.`,
    headers: eventHeadersSchema(topic, true),
    payload: { type: 'null' },
    bindings: { kafka: { key: keyOf(topics[topic].key), bindingVersion } },
  };
}

function deadLetter(): object {
  return {
    name: deadLetterMessage,
    title: 'Dead letter',
    summary:
      'Key, value and headers of the message as they were, byte for byte, and headers that say why. A record with no ' +
      'other header than __streams.errors.replayed says that the dead letter of this place was sent back.',
    contentType: 'application/octet-stream',
    headers: deadLetterHeadersSchema(),
    payload: { description: 'Any bytes, or none.' },
    bindings: { kafka: { key: { description: 'The key of the original: any bytes, or none.' }, bindingVersion } },
  };
}

function keyOf(description: string): object {
  return { type: 'string', description: `UTF-8: ${description}` };
}
