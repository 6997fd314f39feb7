import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { outbox } from '../../../gateways/outbox/outbox.ts';
import { typedQueries } from '../../../gateways/postgres.ts';
import { writeToOutbox } from '../../../gateways/services/outbox.ts';
import type { CollectRequest } from '../../../schemas/types.ts';
import { TransientError } from '../../../streams/errors.ts';
import type { OutgoingRecord } from '../../../streams/kafka/port.ts';
import { createMemoryKafka, type MemoryKafka } from '../../../streams/kafka/memory.ts';
import { createLocalCodec } from '../../../streams/local-codec.ts';
import type { Runtime } from '../../../streams/runtime.ts';
import type { Service } from '../../../streams/service.ts';
import { deadLetterTopic, type TopicName } from '../../../streams/topics.ts';
import { openWorld, type World } from '../world.ts';

const codec = createLocalCodec();
let world: World;
let kafka: MemoryKafka;
let runtime: Runtime;
let open: Service[];
/** What happens to the next sends; by default nothing. */
let onProduce: (records: readonly OutgoingRecord[]) => void;

beforeAll(async () => {
  world = await openWorld();
});

afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
});

beforeEach(async () => {
  open = [];
  onProduce = () => undefined;
  kafka = createMemoryKafka({ before: { produce: (records) => onProduce(records) } });
  await using admin = await kafka.admin();
  await admin.createTopics(
    ['collect-request', 'collect-request-user', deadLetterTopic].map((name) => {
      return { name, partitions: 1, replicationFactor: 1, config: {} };
    }),
  );
  const { config, log, metrics } = world.runtime;
  runtime = { config, log, metrics, kafka, codec };
});

afterEach(async () => {
  for (const service of open) await service.close();
  await world.pool.query('truncate outbox');
});

const start = async (): Promise<void> => {
  open.push(await outbox.open(runtime));
};

const request = (number: number): CollectRequest => ({
  request_id: `request-${number}`,
  kind: 'feed',
  reason: 'schedule',
  feed_id: 'feed',
  connector: 'feed',
  config: '{}',
  url: 'https://h.example/',
  visibility: 'public',
  requested_at: 1_700_000_000_000 + number,
  entry: null,
  credentials: null,
  delay_ms: 0,
});

const write = (topic: 'collect-request' | 'collect-request-user', numbers: readonly number[]) =>
  typedQueries(world.pool)
    .transaction()
    .execute((transaction) =>
      writeToOutbox(
        transaction,
        topic,
        numbers.map((number) => ({ key: `h${number % 3}.example`, value: request(number) })),
      ),
    );

async function produced(topic: TopicName): Promise<readonly string[]> {
  const ids: string[] = [];
  await kafka.readToEnd(topic, async (records) => {
    for (const { value } of records) {
      if (value !== null) ids.push(((await codec.decode(topic, value)) as CollectRequest).request_id);
    }
  });
  return ids;
}

const left = async (): Promise<number> => (await world.pool.query('select from outbox')).rowCount ?? 0;
const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, number) => number);
const idsUpTo = (count: number): readonly string[] => upTo(count).map((number) => `request-${number}`);

test('what a transaction wrote is produced in its order, with its key and headers, and then deleted', async () => {
  await write('collect-request', upTo(1200));
  await start();
  await expect.poll(left, { timeout: 20_000 }).toBe(0);
  expect(await produced('collect-request')).toEqual(idsUpTo(1200));
  await kafka.readToEnd('collect-request', async ([first]) => {
    expect(first?.key?.toString()).toMatch(/^h\d\.example$/);
    expect(first?.headers['event_type']?.toString()).toBe('news.mimir.collect-request');
    expect(first?.headers['event_id']?.toString()).toMatch(/^[\da-f-]{36}$/);
    expect(first?.headers['traceparent']?.toString()).toMatch(/^00-/);
  });
});

test('what a transaction gave up is never produced', async () => {
  await start();
  const failing = typedQueries(world.pool)
    .transaction()
    .execute(async (transaction) => {
      await writeToOutbox(transaction, 'collect-request', [{ key: 'h', value: request(7) }]);
      throw new Error('given up');
    });
  await expect(failing).rejects.toThrow('given up');
  await write('collect-request', [8]);
  await expect.poll(() => produced('collect-request'), { timeout: 20_000 }).toEqual(['request-8']);
});

test('several relays alive produce each record once', async () => {
  for (let n = 0; n < 3; n += 1) await start();
  for (let n = 0; n < 50; n += 1) await write('collect-request', [n]);
  await expect.poll(left, { timeout: 20_000 }).toBe(0);
  expect(await produced('collect-request')).toEqual(idsUpTo(50));
});

test('while Kafka is away records wait, health says so, and they go out in order afterwards', async () => {
  let refused = 0;
  onProduce = () => {
    refused += 1;
    throw new TransientError('Kafka is away');
  };
  await write('collect-request-user', upTo(5));
  await start();
  await expect.poll(() => refused, { timeout: 20_000 }).toBeGreaterThan(1);
  expect(await open[0]?.health()).toMatchObject({
    status: 'unhealthy',
    dependencies: { relay: { detail: 'Kafka is away' } },
  });
  expect(await left()).toBe(5);
  onProduce = () => undefined;
  await expect.poll(left, { timeout: 30_000 }).toBe(0);
  expect(await produced('collect-request-user')).toEqual(idsUpTo(5));
  await expect.poll(async () => (await open[0]?.health())?.status, { timeout: 10_000 }).toBe('healthy');
});

test('a relay whose connection is ended by the server goes on with a new one', async () => {
  await start();
  await write('collect-request', [0]);
  await expect.poll(left, { timeout: 20_000 }).toBe(0);
  await world.pool.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name in ('mimir outbox', 'mimir listener')",
  );
  await write('collect-request', [1]);
  await expect.poll(() => produced('collect-request'), { timeout: 20_000 }).toEqual(['request-0', 'request-1']);
});

const add = (topic: string, payload: unknown) =>
  world.pool.query('insert into outbox (topic, key, payload) values ($1, $2, $3)', [
    topic,
    'h',
    JSON.stringify(payload),
  ]);

test('a record that fits no schema becomes a dead letter and holds nothing up', async () => {
  await add('collect-request', { nonsense: true });
  await add('no-such-topic', {});
  await add('toString', {});
  await write('collect-request', [1]);
  await start();
  await expect.poll(left, { timeout: 20_000 }).toBe(0);
  expect(await produced('collect-request')).toEqual(['request-1']);
  const letters: unknown[] = [];
  await kafka.readToEnd(deadLetterTopic, async (records) => {
    for (const { headers, value } of records) {
      letters.push([
        headers['__streams.errors.topic']?.toString(),
        headers['__streams.errors.stage']?.toString(),
        value?.toString(),
      ]);
    }
  });
  expect(letters).toEqual([
    ['collect-request', 'outbox', '{"nonsense":true}'],
    ['no-such-topic', 'outbox', '{}'],
    ['toString', 'outbox', '{}'],
  ]);
});
