import { readFileSync } from 'node:fs';
import { schemasWithoutId } from '@asyncapi/specs';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { stages } from '../../cli/actors.ts';
import { drawTopology } from '../../cli/commands/topology.ts';
import { parseSchema } from '../../streams/avro.ts';
import { deadLetterRecord } from '../../streams/dead-letter.ts';
import { derivedEventId, eventHeaders, headersAsText } from '../../streams/event-headers.ts';
import { deadLetterTopic, topics, type TopicName } from '../../streams/topics.ts';

interface Document {
  info: { title?: string };
  channels: Record<string, { messages: Record<string, unknown>; address: string }>;
  operations: Record<string, { action: string; channel: { $ref: string }; messages: { $ref: string }[] }>;
  components: {
    messages: Record<string, { headers: object; payload: { $ref?: string; type?: string } }>;
    schemas: Record<string, { schema: { type: string } }>;
  };
}

const read = (): Document =>
  JSON.parse(readFileSync(new URL('../../docs/asyncapi.json', import.meta.url), 'utf8')) as Document;
const document = read();
const topicNames = Object.keys(topics) as TopicName[];

// Formats need a package more and are about addresses, of which the document has none but references: see below.
const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
const isAsyncApi = ajv.compile(schemasWithoutId['3.0.0'] as object);

describe('docs/asyncapi.json', () => {
  test('is what the AsyncAPI project’s own schema calls an AsyncAPI 3.0 document', () => {
    expect(isAsyncApi(document) ? [] : isAsyncApi.errors).toEqual([]);
  });

  test.each<[string, (broken: Document) => void]>([
    ['no title', (broken) => delete broken.info.title],
    [
      'a misspelt field of a channel',
      (broken) => Object.assign(broken.channels['article'] ?? {}, { adress: 'article' }),
    ],
    ['an unknown action', (broken) => Object.values(broken.operations).forEach((one) => (one.action = 'publish'))],
    ['an Avro type that there is not', (broken) => Object.assign(schemaOf(broken), { type: 'recrod' })],
  ])('would not pass with %s', (_, breakIt) => {
    const broken = read();
    breakIt(broken);
    expect(isAsyncApi(broken)).toBe(false);
  });

  test('is what `mimir topology --format asyncapi` prints', () => {
    expect(JSON.parse(drawTopology(stages, 'asyncapi'))).toEqual(document);
  });

  test('refers only to what it holds', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/gu)].map(([, reference]) => reference);
    expect(references.length).toBeGreaterThan(50);
    expect(references.filter((reference) => resolve(reference ?? '') === undefined)).toEqual([]);
  });

  test.each([...topicNames, deadLetterTopic])('%s has a channel', (topic) => {
    expect(document.channels[topic]?.address).toBe(topic);
  });

  /** What only other teams read. */
  const published: readonly string[] = ['alert', 'article-metric', 'article-routed'];
  test.each(topicNames)('%s has somebody who sends to it and somebody who receives from it', (topic) => {
    const about = Object.values(document.operations).filter(({ channel }) => channel.$ref === `#/channels/${topic}`);
    expect(new Set(about.map(({ action }) => action))).toEqual(
      new Set(published.includes(topic) ? ['send'] : ['send', 'receive']),
    );
  });

  test.each(stages)(
    '$name has an operation for each topic that it reads or writes',
    ({ name, inputs, tables = [], outputs }) => {
      const said = Object.entries(document.operations)
        .filter(([id]) => id.startsWith(`${name}.`))
        .map(([, { action, channel }]) => `${action} ${channel.$ref}`);
      expect(said.toSorted()).toEqual(
        [
          ...[...inputs, ...tables].map((topic) => `receive #/channels/${topic}`),
          ...outputs.map((topic) => `send #/channels/${topic}`),
        ].toSorted(),
      );
    },
  );

  test.each(Object.entries(document.components.schemas))('the Avro schema %s stands alone', (_, { schema }) => {
    expect(() => parseSchema(schema)).not.toThrow();
  });
});

describe('the headers', () => {
  test.each(topicNames.flatMap((topic) => [topic, `${topic}.deleted`]).filter((name) => hasMessage(name)))(
    'of %s are as they are written',
    (name) => {
      const topic = name.replace('.deleted', '') as TopicName;
      const isTombstone = name.endsWith('.deleted');
      const eventId = derivedEventId('before', 'enrich', 'article-enriched');
      const event = { topic, source: 'enrich', eventId, isTombstone, nowMs: 1_763_800_000_000 };
      const written = headersAsText(eventHeaders(event));
      expect(faultsOf(name, written)).toEqual([]);
      expect(faultsOf(name, { ...written, ce_type: 'other' })).toEqual(['/ce_type must be equal to constant']);
      expect(faultsOf(name, {}).length).toBe(Object.keys(written).length);
    },
  );

  test('of dead letters are as they are written', () => {
    const record = deadLetterRecord(
      { topic: 'article', partition: 1, offset: 2n, key: null, value: null, headers: {}, timestampMs: 3 },
      { stage: 'dedup', reason: 'poison', exception: 'TypeError', message: 'no', tries: 3, timestampMs: 4 },
    );
    expect(faultsOf(deadLetterTopic, record.headers ?? {})).toEqual([]);
    expect(faultsOf(deadLetterTopic, {}).length).toBe(Object.keys(record.headers ?? {}).length);
  });
});

function hasMessage(name: string): boolean {
  return document.components.messages[name] !== undefined;
}

function faultsOf(message: string, headers: object): readonly string[] {
  const validate = ajv.compile(document.components.messages[message]?.headers ?? false);
  if (validate(headers)) return [];
  return (validate.errors ?? []).map(({ instancePath, message: said }) => `${instancePath} ${said}`);
}

function schemaOf(broken: Document): { type: string } {
  const schema = broken.components.schemas['article']?.schema;
  if (schema === undefined) throw new Error('the document has no schema of articles');
  return schema;
}

function resolve(reference: string): unknown {
  const steps = reference.replace(/^#\//u, '').split('/');
  return steps.reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], document);
}
