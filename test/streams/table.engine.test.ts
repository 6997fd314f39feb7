import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startEngines, type LocalEngines } from '../../infra/local/engines.ts';
import type { KeywordSet } from '../../schemas/types.ts';
import { loadConfig } from '../../streams/config.ts';
import { TransientError } from '../../streams/errors.ts';
import { connectKafka } from '../../streams/kafka/connect.ts';
import type { Kafka, KafkaAdmin } from '../../streams/kafka/port.ts';
import { createLocalCodec } from '../../streams/local-codec.ts';
import { openTable, type Table } from '../../streams/table.ts';
import { ownDataPrefix } from '../engines/abandoned.ts';

/** Engines of its own, since the broker is killed. */
let engines: LocalEngines;
const dataDir = mkdtempSync(join(tmpdir(), ownDataPrefix));
const topic = 'keyword-set';
const codec = createLocalCodec();
const log = pino({ level: process.env['TEST_LOG'] ?? 'silent' });
let admin: KafkaAdmin;

beforeAll(async () => {
  engines = await startEngines({ dataDir, cacheDir: loadConfig().cacheDir });
});
afterAll(async () => {
  await engines?.kill();
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
});

const set = (word: string): KeywordSet => ({
  organization_id: 'acme',
  keywords: [{ keyword: word, weight: 1 }],
  updated_at: 0,
});

const wordOf = (table: Table<typeof topic>, key: string) => table.get(key)?.keywords[0]?.keyword;

describe.each(['kafkajs', 'platformatic'] as const)('a table on %s', (client) => {
  let kafka: Kafka & AsyncDisposable;

  beforeAll(async () => {
    kafka = connectKafka({ client, brokers: engines.kafkaBrokers, clientId: `table-${client}`, log });
    admin = await kafka.admin();
    if ((await admin.listTopics()).includes(topic)) await admin.deleteTopics([topic]);
    // Small segments and no patience: what is old is compacted away while the test looks on.
    const config = {
      'cleanup.policy': 'compact',
      'segment.ms': '200',
      'min.cleanable.dirty.ratio': '0.01',
      'delete.retention.ms': '100',
    };
    // A topic that was deleted may be there for a while.
    for (;;) {
      await admin.createTopics([{ name: topic, partitions: 3, replicationFactor: 1, config }]);
      const [made] = await admin.describeTopics([topic]);
      if (made !== undefined) break;
      await sleep(200);
    }
  });
  afterAll(async () => {
    await admin[Symbol.asyncDispose]();
    await kafka[Symbol.asyncDispose]();
  });

  const put = async (key: string, value: KeywordSet | null): Promise<void> => {
    const send = async (): Promise<string> => {
      await using producer = await kafka.producer();
      await producer.send([{ topic, key, value: value === null ? null : await codec.encode(topic, value) }]);
      return 'sent';
    };
    await expect
      .poll(() => send().catch((error: unknown) => String(error)), { timeout: 60_000, interval: 500 })
      .toBe('sent');
  };
  async function open(): Promise<Table<typeof topic>> {
    const table = await openTable({ kafka, codec, log }, topic);
    onTestFinished(() => table[Symbol.asyncDispose]());
    return table;
  }

  test('holds what there is when it opens, and sees a change, a deletion and a new key', async () => {
    await put('a', set('one'));
    await put('b', set('one'));
    const table = await open();
    expect([wordOf(table, 'a'), wordOf(table, 'b')]).toEqual(['one', 'one']);
    await put('a', set('two'));
    await put('b', null);
    await put('c', set('three'));
    await expect
      .poll(() => [wordOf(table, 'a'), wordOf(table, 'b'), wordOf(table, 'c')], { timeout: 2_000, interval: 20 })
      .toEqual(['two', undefined, 'three']);
    const again = await open();
    expect([wordOf(again, 'a'), wordOf(again, 'b'), wordOf(again, 'c')]).toEqual(['two', undefined, 'three']);
  });

  test('goes on through a broker that dies and comes back, and misses nothing', async () => {
    const table = await open();
    const broker = engines.parts.find(({ name }) => name === 'kafka');
    await broker?.kill();
    await expect.poll(() => table.degraded(), { timeout: 40_000 }).toMatch(/do not arrive/u);
    expect(wordOf(table, 'a')).toBe('two');
    await expect(openTable({ kafka, codec, log }, topic)).rejects.toThrow(TransientError);
    await broker?.start();
    await put('a', set('after'));
    await expect.poll(() => wordOf(table, 'a'), { timeout: 60_000 }).toBe('after');
    expect(table.degraded()).toBeUndefined();
  });
});
