import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { KeywordSet } from '../../schemas/types.ts';
import { TransientError } from '../../streams/errors.ts';
import { createMemoryKafka, type MemoryKafka } from '../../streams/kafka/memory.ts';
import type { Kafka } from '../../streams/kafka/port.ts';
import { createLocalCodec } from '../../streams/local-codec.ts';
import { openTable, type Table, type TableOptions } from '../../streams/table.ts';
import { countTurns } from './turns-of-the-loop.ts';

const topic = 'keyword-set';
const codec = createLocalCodec();
const log = pino({ level: 'silent' });
let kafka: MemoryKafka;
let opened: Table<typeof topic>[];

beforeEach(() => {
  kafka = createMemoryKafka();
  opened = [];
  create();
});
afterEach(async () => {
  for (const table of opened) await table[Symbol.asyncDispose]();
});

const create = (): void => kafka.topics.create({ name: topic, partitions: 3, replicationFactor: 1, config: {} });
const set = (organization: string, ...words: string[]): KeywordSet => ({
  organization_id: organization,
  keywords: words.map((keyword) => ({ keyword, weight: 1 })),
  updated_at: 0,
});
const put = async (key: string, value: KeywordSet | null): Promise<void> =>
  kafka.topics.append([{ topic, key, value: value === null ? null : await codec.encode(topic, value) }], 0);

async function open(options: TableOptions = {}, over: Kafka = kafka): Promise<Table<typeof topic>> {
  const table = await openTable({ kafka: over, codec, log }, topic, { lookEveryMs: 5, ...options });
  opened.push(table);
  return table;
}
const wordsOf = (table: Table<typeof topic>, key: string) => table.get(key)?.keywords.map(({ keyword }) => keyword);

test('knows the latest value of each key as soon as it is open, and no deleted one', async () => {
  for (const key of ['a', 'b', 'c', 'd']) await put(key, set(key, 'old'));
  await put('a', set('a', 'new'));
  await put('b', null);
  const table = await open();
  expect(wordsOf(table, 'a')).toEqual(['new']);
  expect(table.get('b')).toBeUndefined();
  expect([...table.entries()].map(([key]) => key).toSorted()).toEqual(['a', 'c', 'd']);
  expect(table.degraded()).toBeUndefined();
});

test('follows changes and tombstones, and keeps what did not change the same object', async () => {
  await put('a', set('a', 'one'));
  await put('b', set('b', 'two'));
  const table = await open();
  const before = table.get('b');
  const changes = table.changes;
  await put('a', set('a', 'three'));
  await expect.poll(() => wordsOf(table, 'a')).toEqual(['three']);
  await put('a', null);
  await expect.poll(() => table.size).toBe(1);
  expect(table.get('b')).toBe(before);
  expect(table.changes).toBe(changes + 2);
});

test('a value that cannot be read leaves the one before it, and is told', async () => {
  await put('a', set('a', 'one'));
  const table = await open();
  kafka.topics.append([{ topic, key: 'a', value: Buffer.from('nothing') }], 0);
  await expect.poll(() => table.degraded()).toMatch(/cannot be read/u);
  expect(wordsOf(table, 'a')).toEqual(['one']);
  expect([table.lacks('a'), table.lacks('b')]).toEqual([true, false]);
  await put('a', set('a', 'two'));
  await expect.poll(() => table.degraded()).toBeUndefined();
  expect(wordsOf(table, 'a')).toEqual(['two']);
  expect(table.lacks('a')).toBe(false);
});

test('holds no more keys than it may, goes on changing those it holds, and says what is left out', async () => {
  for (const key of ['a', 'b', 'c']) await put(key, set(key, 'one'));
  const table = await open({ maxKeys: 2 });
  expect(table.size).toBe(2);
  expect(table.degraded()).toMatch(/more than 2 keys: 1 /u);
  const [[held] = ['']] = [...table.entries()];
  expect(['a', 'b', 'c'].filter((key) => table.lacks(key))).toHaveLength(1);
  await put(held, set(held, 'two'));
  await expect.poll(() => wordsOf(table, held)).toEqual(['two']);
});

/** The same Kafka, while a switch is on away. */
function shaky(): { readonly kafka: Kafka; isAway: boolean } {
  const away = { isAway: false, kafka };
  const check = (): void => {
    if (away.isAway) throw new TransientError('kafka: away');
  };
  away.kafka = {
    ...kafka,
    async readToEnd(...args) {
      check();
      return kafka.readToEnd(...args);
    },
    async admin() {
      check();
      const admin = await kafka.admin();
      return {
        ...admin,
        async watermarks(name) {
          check();
          return admin.watermarks(name);
        },
      };
    },
  };
  return away;
}

test('keeps what it knows while Kafka is away, says so, and takes in later what was missed', async () => {
  await put('a', set('a', 'one'));
  const away = shaky();
  const table = await open({}, away.kafka);
  away.isAway = true;
  await put('a', set('a', 'two'));
  await expect.poll(() => table.degraded()).toMatch(/do not arrive: kafka: away/u);
  expect(wordsOf(table, 'a')).toEqual(['one']);
  away.isAway = false;
  await expect.poll(() => wordsOf(table, 'a'), { timeout: 5_000 }).toEqual(['two']);
  expect(table.degraded()).toBeUndefined();
});

test('is not open before all was read once: it rejects as transient, so that the stage waits', async () => {
  const away = shaky();
  away.isAway = true;
  await expect(open({}, away.kafka)).rejects.toThrow(TransientError);
});

test('a registry that goes away in the middle makes nothing come twice or never', async () => {
  await put('a', set('a', 'zero'));
  let decoded = 0;
  let isAway = true;
  const forgetful: typeof codec = {
    ...codec,
    async decode(topicName, bytes) {
      decoded += 1;
      if (decoded >= 3 && isAway) throw new TransientError('registry: away');
      return codec.decode(topicName, bytes);
    },
  };
  const table = await openTable({ kafka, codec: forgetful, log }, topic, { lookEveryMs: 5 });
  opened.push(table);
  const values = await Promise.all(['one', 'two', 'three'].map((word) => codec.encode(topic, set('a', word))));
  kafka.topics.append(
    values.map((value) => ({ topic, key: 'a', value })),
    0,
  );
  await expect.poll(() => table.degraded()).toMatch(/registry: away/u);
  expect(table.isWhole).toBe(false);
  const tries = decoded;
  isAway = false;
  await expect.poll(() => wordsOf(table, 'a'), { timeout: 5_000 }).toEqual(['three']);
  expect(decoded).toBe(tries + 2);
  expect(table.changes).toBe(4);
  expect(table.isWhole).toBe(true);
});

test('a topic that was made anew is read from its beginning, and what it no longer holds is forgotten', async () => {
  for (const key of ['a', 'b', 'c', 'd', 'e', 'f']) await put(key, set(key, 'one'));
  const table = await open();
  kafka.topics.delete(topic);
  create();
  await put('a', set('a', 'two'));
  await expect.poll(() => table.size, { timeout: 5_000 }).toBe(1);
  expect(wordsOf(table, 'a')).toEqual(['two']);
});

test('leaves others of the process their turns while a large topic is read', async () => {
  const words = Array.from({ length: 50 }, (_, at) => `a word of some length ${at}`);
  for (let at = 0; at < 1_000; at += 1) await put(`key-${at}`, set('a', ...words));
  const turns = countTurns();
  const table = await open();
  expect(turns.stop()).toBeGreaterThan(20);
  expect(table.size).toBe(1_000);
});
