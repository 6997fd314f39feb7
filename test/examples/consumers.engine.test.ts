import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { zstdCompressSync } from 'node:zlib';
import kafkajs from 'kafkajs';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { selfContainedSchema, type AvroRecord } from '../../schemas/load.ts';
import type { ArticleEnriched } from '../../schemas/types.ts';
import { parseSchema } from '../../streams/avro.ts';
import type { Codec } from '../../streams/codec.ts';
import { connectKafkajs } from '../../streams/kafka/kafkajs.ts';
import type { KafkaProducer } from '../../streams/kafka/port.ts';
import { openCodec } from '../../streams/registry-codec.ts';
import { engines } from '../engines/engines.ts';
import { enriched, id } from '../gateways/views/messages.ts';
import { pythonPackages } from './python-packages.ts';

const log = pino({ level: 'silent' });
const run = crypto.randomUUID();
const topic = `test-${run}-article-enriched`;
const kafka = connectKafkajs({ brokers: engines().kafkaBrokers, clientId: 'examples', log });

const schema = selfContainedSchema('article-enriched');
/** As a later Mimir may write it: a field more, with a default. */
const laterSchema: AvroRecord = {
  ...schema,
  fields: [...schema.fields, { name: 'later', type: ['null', 'string'], default: null }],
};
const codecOf = (record: AvroRecord): Codec =>
  openCodec(engines().schemaRegistryUrl, log, {
    types: new Map([['article-enriched', { schema: record, type: parseSchema(record) }]]),
    subjectPrefix: `test-${run}-`,
  });
const now = codecOf(schema);
const later = codecOf(laterSchema);

const examples = {
  TypeScript: { command: process.execPath, script: 'examples/typescript/consumer.ts' },
  Python: { command: 'python3', script: 'examples/python/consumer.py' },
} as const;
type Example = (typeof examples)[keyof typeof examples];

let producer: KafkaProducer;
const children: ChildProcess[] = [];
let environment: Readonly<Record<string, string | undefined>>;

beforeAll(async () => {
  environment = {
    ...process.env,
    KAFKA_BROKERS: engines().kafkaBrokers.join(','),
    SCHEMA_REGISTRY_URL: engines().schemaRegistryUrl,
    PYTHONPATH: await pythonPackages(AbortSignal.timeout(85_000)),
  };
  producer = await kafka.producer();
  await using admin = await kafka.admin();
  await admin.createTopics([{ name: topic, partitions: 3, replicationFactor: 1, config: {} }]);
});

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await using admin = await kafka.admin();
  await admin.deleteTopics([topic]);
  await producer[Symbol.asyncDispose]();
});

async function send(article: ArticleEnriched, codec = now): Promise<void> {
  await producer.send([{ topic, key: article.article_id, value: await codec.encode('article-enriched', article) }]);
}

/** As an installation on the second Kafka client writes. */
async function sendWithZstd(article: ArticleEnriched): Promise<void> {
  const codec = { compress: async ({ buffer }: { readonly buffer: Buffer }) => zstdCompressSync(buffer) };
  kafkajs.CompressionCodecs[kafkajs.CompressionTypes.ZSTD] = () => codec;
  const client = new kafkajs.Kafka({ brokers: [...engines().kafkaBrokers], logLevel: kafkajs.logLevel.NOTHING });
  const zstdProducer = client.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  await zstdProducer.connect();
  const message = { key: article.article_id, value: await now.encode('article-enriched', article) };
  await zstdProducer.send({ topic, compression: kafkajs.CompressionTypes.ZSTD, messages: [message] });
  await zstdProducer.disconnect();
}

test.for(Object.entries(examples))('a topic that does not exist ends it, in %s', async ([, example]) => {
  const { code, errors } = await finished(start(example, '--topic', 'no-such-topic'));
  expect(code).toBe(1);
  expect(errors).toMatch(/topic/u);
});

test.for(Object.entries(examples))('a topic without records ends at once, in %s', async ([, example]) => {
  const { code, lines, errors } = await finished(start(example, '--from-beginning', '--exit-at-end'));
  expect({ code, lines, errors }).toMatchObject({ code: 0, lines: [] });
});

describe('a topic with repeats, a step back, a tombstone, a large article and a newer schema', () => {
  const large = 'Öffentliche Anhörung '.repeat(5_000);
  const expected = [
    `${id(1)}\ten\tOne`,
    `${id(1)}\ten\tOne, corrected`,
    `${id(2)}\tde\tZwei „große“ Töne`,
    `${id(3)}\t-\tThree`,
    `${id(3)}\tgone`,
    `${id(4)}\ten\tFour`,
    `${id(4)}\ten\tFour, by zstd`,
    `${id(5)}\ten\tFive`,
  ];

  beforeAll(async () => {
    const one = named(1, 10, 'One');
    await send(one);
    await send(one);
    await send(named(1, 11, 'One, corrected'));
    await send(one);
    await send({ ...named(2, 10, 'Zwei „große“ Töne'), language: 'de' });
    await send({ ...named(3, 10, 'Three'), language: null });
    await producer.send([{ topic, key: id(3), value: null }]);
    await send({ ...enriched(4, 10, { title: 'Four', text: large }), language: 'en' });
    await sendWithZstd({ ...enriched(4, 11, { title: 'Four, by zstd', text: large }), language: 'en' });
    await send({ ...named(5, 10, 'Five'), later: 'unknown to readers of today' } as ArticleEnriched, later);
  });

  test.for(Object.entries(examples))('is told once and in the order of each key, in %s', async ([, example]) => {
    const { code, lines, errors } = await finished(start(example, '--from-beginning', '--exit-at-end'));
    expect({ code, lines: byKey(lines), errors }).toMatchObject({ code: 0, lines: expected });
  });

  test.for(Object.entries(examples))('is not told again after Ctrl-C, in %s', async ([name, example]) => {
    const group = `test-${run}-${name}`;
    const first = start(example, '--group', group);
    await first.says(expected);
    first.child.kill('SIGINT');
    const ended = await finished(first);
    expect(byKey(ended.lines.filter((line) => !line.includes('Meant for')))).toEqual(expected);
    expect(ended).toMatchObject({ code: 0 });

    const next = named(name === 'Python' ? 6 : 7, 10, `Meant for who reads in ${name}`);
    await send(next);
    const second = await finished(start(example, '--group', group, '--exit-at-end'));
    expect(second.lines).toContain(`${next.article_id}\ten\t${next.article.title}`);
    expect(second.lines.filter((line) => expected.includes(line))).toEqual([]);
    expect(second).toMatchObject({ code: 0 });
  });
});

function named(number: number, version: number, title: string): ArticleEnriched {
  return { ...enriched(number, version, { title }), language: 'en' };
}

/** Sorted by article; lines of one article keep their order. */
function byKey(lines: readonly string[]): readonly string[] {
  return lines.toSorted((a, b) => (a.slice(0, 36) < b.slice(0, 36) ? -1 : a.slice(0, 36) > b.slice(0, 36) ? 1 : 0));
}

interface Started {
  readonly child: ChildProcess;
  lines(): readonly string[];
  errors(): string;
  /** Resolves once each of the lines was printed. */
  says(expected: readonly string[]): Promise<void>;
}

function start({ command, script }: Example, ...args: readonly string[]): Started {
  const child = spawn(command, [script, '--topic', topic, ...args], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const lines = (): readonly string[] => output.split('\n').slice(0, -1);
  return {
    child,
    lines,
    errors: () => errors,
    async says(expected) {
      while (!expected.every((line) => lines().includes(line))) {
        if (child.exitCode !== null) throw new Error(`it ended early: ${errors}`);
        await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
      }
    },
  };
}

async function finished(started: Started): Promise<{
  readonly code: number | null;
  readonly lines: readonly string[];
  readonly errors: string;
}> {
  const { child } = started;
  if (child.exitCode === null) await once(child, 'close');
  return { code: child.exitCode, lines: started.lines(), errors: started.errors() };
}
