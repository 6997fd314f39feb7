import { createServer, type AddressInfo } from 'node:net';
import { createServer as createHttpServer } from 'node:http';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { selfContainedSchema, type AvroRecord } from '../../schemas/load.ts';
import { parseSchema, type TopicType } from '../../streams/avro.ts';
import { FatalError, TransientError, UndecodableError } from '../../streams/errors.ts';
import { openCodec } from '../../streams/registry-codec.ts';
import type { ArticleDuplicate } from '../../schemas/types.ts';
import { engines } from '../engines/engines.ts';

const log = pino({ level: 'silent' });
const topic = 'article-duplicate';
const duplicate: ArticleDuplicate = {
  article_id: 'a',
  original_id: 'b',
  reason: 'same_text',
  score: 0.5,
  version: 1_763_800_000_000_000,
  method: 'sha256/1',
};

const schema = selfContainedSchema('article-duplicate');
const typesOf = (record: AvroRecord): ReadonlyMap<string, TopicType> =>
  new Map([[topic, { schema: record, type: parseSchema(record) }]]);
const withField = (field: AvroRecord['fields'][number]): AvroRecord => ({
  ...schema,
  fields: [...schema.fields, field],
});
const freshPrefix = (): string => `test-${crypto.randomUUID()}-`;
const codecFor = (record: AvroRecord, subjectPrefix: string) =>
  openCodec(engines().schemaRegistryUrl, log, { types: typesOf(record), subjectPrefix });

test('every topic’s schema registers, and values come back as they were', async () => {
  const codec = openCodec(engines().schemaRegistryUrl, log, { subjectPrefix: freshPrefix() });
  await codec.registerAll();
  const bytes = await codec.encode(topic, duplicate);
  expect(bytes[0]).toBe(0);
  expect(await codec.decode(topic, bytes)).toEqual(duplicate);
});

test('a value larger than any before it encodes whole', async () => {
  const codec = codecFor(schema, freshPrefix());
  const large = { ...duplicate, method: 'x'.repeat(300_000) };
  expect(await codec.decode(topic, await codec.encode(topic, large))).toEqual(large);
});

test('an older process reads what a newer one wrote, and the newer fills in defaults', async () => {
  const prefix = freshPrefix();
  const older = codecFor(schema, prefix);
  const newer = codecFor(withField({ name: 'note', type: 'string', default: 'none' }), prefix);
  const written = await newer.encode(topic, { ...duplicate, note: 'new' } as ArticleDuplicate);
  expect(await older.decode(topic, written)).toEqual(duplicate);
  expect(await newer.decode(topic, await older.encode(topic, duplicate))).toEqual({ ...duplicate, note: 'none' });
});

test('an incompatible schema is refused with the subject and the registry’s reason', async () => {
  const prefix = freshPrefix();
  await codecFor(schema, prefix).registerAll();
  const failure = codecFor(withField({ name: 'must', type: 'string' }), prefix).registerAll();
  await expect(failure).rejects.toBeInstanceOf(FatalError);
  await expect(failure).rejects.toThrow(/article-duplicate-value: .*FULL_TRANSITIVE.*must/su);
});

test('a value that does not fit names the field', async () => {
  const codec = codecFor(schema, freshPrefix());
  await expect(codec.encode(topic, { ...duplicate, score: 'high' } as never)).rejects.toThrow(/score/u);
});

test.for<[string, (good: Buffer) => Buffer]>([
  ['too few bytes', () => Buffer.from([0, 0])],
  ['another magic byte', (good) => Buffer.concat([Buffer.from([1]), good.subarray(1)])],
  ['an unknown schema id', (good) => Buffer.concat([Buffer.from([0, 0x7f, 0xff, 0xff, 0xf0]), good.subarray(5)])],
  ['a cut payload', (good) => good.subarray(0, -3)],
  ['bytes behind the end', (good) => Buffer.concat([good, Buffer.from('more')])],
])('%s cannot be decoded', async ([, damage]) => {
  const codec = codecFor(schema, freshPrefix());
  const bytes = damage(await codec.encode(topic, duplicate));
  await expect(codec.decode(topic, bytes)).rejects.toBeInstanceOf(UndecodableError);
});

test('a registry that refuses connections is transient', async () => {
  const unused = createServer();
  await new Promise<void>((resolve) => unused.listen(0, '127.0.0.1', resolve));
  const { port } = unused.address() as AddressInfo;
  await new Promise((resolve) => unused.close(resolve));
  const codec = openCodec(`http://127.0.0.1:${port}`, log);
  await expect(codec.registerAll()).rejects.toBeInstanceOf(TransientError);
  await expect(codec.decode(topic, Buffer.from([0, 0, 0, 0, 1, 2]))).rejects.toBeInstanceOf(TransientError);
});

test('a known unknown id is asked for once, and a failing registry again each time', async () => {
  let requests = 0;
  let status = 404;
  const registry = createHttpServer((_request, response) => {
    requests += 1;
    response.writeHead(status, { 'content-type': 'application/json' }).end('{"error_code":1,"message":"no"}');
  });
  await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
  const codec = openCodec(`http://127.0.0.1:${(registry.address() as AddressInfo).port}`, log);
  const bytes = Buffer.from([0, 0, 0, 0, 9, 2]);
  await expect(codec.decode(topic, bytes)).rejects.toBeInstanceOf(UndecodableError);
  await expect(codec.decode(topic, bytes)).rejects.toBeInstanceOf(UndecodableError);
  expect(requests).toBe(1);
  status = 503;
  await expect(codec.decode(topic, Buffer.from([0, 0, 0, 0, 8, 2]))).rejects.toBeInstanceOf(TransientError);
  registry.closeAllConnections();
  await new Promise((resolve) => registry.close(resolve));
});
