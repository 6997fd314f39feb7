import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FatalError, TransientError } from '../../streams/errors.ts';
import { partitionOf } from '../../streams/kafka/murmur2.ts';
import type {
  ConsumerHandlers,
  Kafka,
  KafkaAdmin,
  KafkaConsumer,
  KafkaRecord,
  OutgoingRecord,
  TopicPartition,
} from '../../streams/kafka/port.ts';

/** What an adapter cannot show, because it has no brokers of its own. */
interface Features {
  /** Deleting records from the beginning of a topic, as retention does. */
  readonly deleteRecords?: (topic: string, partition: number, before: bigint) => Promise<void>;
  /**
   * How a consumer notices that its topic was deleted and made anew: always (the default), or only once its position is
   * out of the new topic's range; false where there is nothing to notice.
   */
  readonly seesNewTopics?: 'always' | 'by position' | false;
}

interface Seen {
  readonly consumer: KafkaConsumer;
  readonly records: KafkaRecord[];
  readonly assignments: (readonly TopicPartition[])[];
  readonly failures: Error[];
  readonly bounds: number[];
}

const partitions = 3;
const text = (bytes: Buffer | null): string | null => bytes?.toString() ?? null;

const until = (condition: () => boolean): Promise<void> =>
  expect
    .poll(condition, { timeout: 40_000, interval: 20 })
    .toBe(true)
    .then(() => undefined);
const numbered = (topic: string, key: string, count: number): OutgoingRecord[] =>
  Array.from({ length: count }, (_, index) => ({ topic, key, value: Buffer.from(`${key}-${index}`) }));
const end = async (seen: Seen): Promise<void> => seen.consumer[Symbol.asyncDispose]();

const numbersHeld = (seen: Seen, topic: string | undefined): number[] =>
  (seen.assignments.at(-1) ?? [])
    .filter((one) => one.topic === topic)
    .map((one) => one.partition)
    .toSorted((a, b) => a - b);

/** The promises of streams/kafka/port.ts. Every adapter keeps them, so that the runner need not know which it has. */
export function kafkaContract(name: string, connect: () => Promise<Kafka>, features: Features = {}): void {
  describe(`${name} keeps the promises of the Kafka port`, () => {
    let kafka: Kafka;
    let admin: KafkaAdmin;
    const made: string[] = [];

    beforeAll(async () => {
      kafka = await connect();
      admin = await kafka.admin();
    });
    afterAll(async () => {
      await admin.deleteTopics(made);
      await admin[Symbol.asyncDispose]();
    });

    async function freshTopic(config: Readonly<Record<string, string>> = {}): Promise<string> {
      const topic = `contract-${crypto.randomUUID()}`;
      made.push(topic);
      await admin.createTopics([{ name: topic, partitions, replicationFactor: 1, config }]);
      return topic;
    }

    async function produce(records: readonly OutgoingRecord[]): Promise<void> {
      await using producer = await kafka.producer();
      await producer.send(records);
    }

    async function readAll(topic: string): Promise<KafkaRecord[]> {
      const all: KafkaRecord[] = [];
      await kafka.readToEnd(topic, async (records) => {
        all.push(...records);
      });
      return all;
    }

    async function consume(
      topics: readonly string[],
      groupId: string,
      more: Partial<ConsumerHandlers> = {},
      from: 'earliest' | 'latest' = 'earliest',
    ): Promise<Seen> {
      const consumer = await kafka.consumer({ groupId, topics, from, sessionTimeoutMs: 10_000 });
      const seen: Seen = { consumer, records: [], assignments: [], failures: [], bounds: [] };
      await consumer.run({
        onRecords: (_partition, records) => seen.records.push(...records),
        onAssigned: (assigned) => seen.assignments.push(assigned),
        onRevoking: async (boundMs) => {
          seen.bounds.push(boundMs);
        },
        onFailed: (error) => seen.failures.push(error),
        ...more,
      });
      return seen;
    }

    describe('producing', () => {
      test('a record comes back with its key, value, headers and a timestamp, byte for byte', async () => {
        const topic = await freshTopic();
        const value = Buffer.from([0, 255, 1, 254]);
        await produce([
          { topic, key: Buffer.from([255, 0]), value, headers: { plain: 'text', bytes: Buffer.from([0, 255]) } },
        ]);
        const [record] = await readAll(topic);
        expect(record).toMatchObject({ topic, offset: 0n, key: Buffer.from([255, 0]), value });
        expect(record?.headers).toEqual({ plain: Buffer.from('text'), bytes: Buffer.from([0, 255]) });
        expect(record?.timestampMs).toBeGreaterThan(0);
      });

      test('a null value is a tombstone, a null key stays null, and neither is the empty one', async () => {
        const topic = await freshTopic();
        await produce([
          { topic, key: 'gone', value: null },
          { topic, key: 'empty', value: Buffer.alloc(0) },
          { topic, key: null, value: Buffer.from('keyless') },
        ]);
        const records = await readAll(topic);
        expect(records.find((record) => text(record.key) === 'gone')?.value).toBeNull();
        expect(records.find((record) => text(record.key) === 'empty')?.value).toEqual(Buffer.alloc(0));
        expect(records.find((record) => record.key === null)?.value).toEqual(Buffer.from('keyless'));
      });

      test('headers that nobody asked for until later keep their bytes', async () => {
        const topic = await freshTopic();
        const bytes = Buffer.from([0, 128, 255]);
        await produce(
          Array.from({ length: 3 }, (_, index) => ({
            topic,
            key: 'k',
            value: Buffer.from(`${index}`),
            headers: { bytes, index: `${index}`, empty: '', ünï: 'ç' },
          })),
        );
        const records = await readAll(topic);
        await readAll(topic);
        expect(records.map(({ headers }) => headers)).toEqual(
          [0, 1, 2].map((index) => ({
            bytes,
            index: Buffer.from(`${index}`),
            empty: Buffer.alloc(0),
            ünï: Buffer.from('ç'),
          })),
        );
        expect(records[0]?.headers).toBe(records[0]?.headers);
      });

      test('a value of 3.9 MB goes through, where the topic allows it', async () => {
        const topic = await freshTopic({ 'max.message.bytes': String(4 * 1024 * 1024) });
        const value = Buffer.alloc(3_900_000);
        for (let at = 0; at < value.length; at += 4) value.writeUInt32LE(Math.imul(at, 2_654_435_761) >>> 0, at);
        await produce([
          { topic, key: 'k', value: Buffer.from('before') },
          { topic, key: 'k', value },
          { topic, key: 'k', value: Buffer.from('after') },
        ]);
        const seen = await consume([topic], crypto.randomUUID());
        await until(() => seen.records.length === 3);
        expect(seen.records[1]?.value?.equals(value)).toBe(true);
        expect(text(seen.records[2]?.value ?? null)).toBe('after');
        await end(seen);
      });

      test('the partition follows from the key as in Java', async () => {
        const topic = await freshTopic();
        const keys = Array.from({ length: 30 }, (_, index) => `key-${index}`);
        await produce(keys.map((key) => ({ topic, key, value: Buffer.from('v') })));
        for (const record of await readAll(topic)) {
          expect(record.partition).toBe(partitionOf(record.key ?? Buffer.alloc(0), partitions));
        }
      });

      test('records of one call to one partition keep their order, also when they are many and large', async () => {
        const topic = await freshTopic();
        const body = 'x'.repeat(50_000);
        const sent = Array.from({ length: 60 }, (_, index) => `${index} ${body}`);
        await produce(sent.map((value) => ({ topic, key: 'one', value: Buffer.from(value) })));
        expect((await readAll(topic)).map((record) => text(record.value))).toEqual(sent);
      });

      test('one call may write to several topics, and concurrent calls all arrive', async () => {
        const [left, right] = [await freshTopic(), await freshTopic()];
        await using producer = await kafka.producer();
        await Promise.all(
          Array.from({ length: 20 }, (_, index) =>
            producer.send([
              { topic: left, key: `${index}`, value: Buffer.from('l') },
              { topic: right, key: `${index}`, value: Buffer.from('r') },
            ]),
          ),
        );
        expect(await readAll(left)).toHaveLength(20);
        expect(await readAll(right)).toHaveLength(20);
      });

      test('a topic that does not exist is transient, and the producer is good for the next call', async () => {
        const topic = await freshTopic();
        await using producer = await kafka.producer();
        const failure = producer.send([{ topic: `missing-${crypto.randomUUID()}`, key: 'k', value: null }]);
        await expect(failure).rejects.toBeInstanceOf(TransientError);
        await producer.send([{ topic, key: 'k', value: Buffer.from('v') }]);
        expect(await readAll(topic)).toHaveLength(1);
      });

      test('a record that the broker refuses for its size is not transient', async () => {
        const topic = await freshTopic({ 'max.message.bytes': '1000' });
        const noise = Buffer.from(crypto.getRandomValues(new Uint8Array(20_000)));
        const failure = produce([{ topic, key: 'k', value: noise }]);
        await expect(failure).rejects.toBeInstanceOf(Error);
        await expect(failure).rejects.not.toBeInstanceOf(TransientError);
      });
    });

    describe('consuming', () => {
      test('a group without offsets begins at the earliest record, and gets each partition in order', async () => {
        const topic = await freshTopic();
        await produce(['a', 'b', 'c', 'd'].flatMap((key) => numbered(topic, key, 5)));
        const seen = await consume([topic], crypto.randomUUID());
        expect(seen.assignments.at(-1)).toHaveLength(partitions);
        await until(() => seen.records.length === 20);
        for (const key of ['a', 'b', 'c', 'd']) {
          const values = seen.records.filter((record) => text(record.key) === key).map((record) => text(record.value));
          expect(values).toEqual([0, 1, 2, 3, 4].map((index) => `${key}-${index}`));
        }
        await end(seen);
      });

      test('a group that begins at the latest gets only what comes after', async () => {
        const topic = await freshTopic();
        await produce(numbered(topic, 'before', 3));
        let fetched = false;
        const seen = await consume([topic], crypto.randomUUID(), {}, 'latest');
        const began = seen.consumer.lastFetchAtMs();
        await until(() => (fetched ||= seen.consumer.lastFetchAtMs() > began));
        await produce(numbered(topic, 'after', 3));
        await until(() => seen.records.length >= 3);
        expect(seen.records.map((record) => text(record.key))).toEqual(['after', 'after', 'after']);
        await end(seen);
      });

      test('what was committed is not delivered again, and what was not is', async () => {
        const topic = await freshTopic();
        const groupId = crypto.randomUUID();
        await produce(numbered(topic, 'k', 10));
        const first = await consume([topic], groupId);
        await until(() => first.records.length === 10);
        const partition = partitionOf(Buffer.from('k'), partitions);
        await first.consumer.commit([{ topic, partition, offset: 6n }]);
        expect(await admin.committed(groupId, [topic])).toEqual([{ topic, partition, offset: 6n }]);
        await end(first);

        const second = await consume([topic], groupId);
        await until(() => second.records.length >= 4);
        expect(second.records.map((record) => record.offset)).toEqual([6n, 7n, 8n, 9n]);
        await end(second);
      });

      test('the consumer does not wait for the processing of what it delivered', async () => {
        const topic = await freshTopic();
        const seen = await consume([topic], crypto.randomUUID());
        await produce(numbered(topic, 'k', 1));
        await until(() => seen.records.length === 1);
        await produce(numbered(topic, 'k', 1));
        await until(() => seen.records.length === 2);
        expect(seen.failures).toEqual([]);
        await end(seen);
      });

      test('a paused partition delivers nothing until it is resumed, and then everything', async () => {
        const topic = await freshTopic();
        const partition = partitionOf(Buffer.from('held'), partitions);
        let isHeld = true;
        let pause: (() => void) | undefined;
        // An assignment begins unpaused, and a busy broker may give another one at any time.
        const seen = await consume([topic], crypto.randomUUID(), { onAssigned: () => pause?.() });
        pause = () => {
          if (isHeld) seen.consumer.pause([{ topic, partition }]);
        };
        const other = ['a', 'b', 'c', 'd', 'e'].find((key) => partitionOf(Buffer.from(key), partitions) !== partition);
        pause();
        await produce([...numbered(topic, 'held', 5), ...numbered(topic, other ?? '', 1)]);
        await until(() => seen.records.some((record) => text(record.key) === other));
        // Another round through the other partition, so that a delivery of the paused one would have come by now.
        await produce(numbered(topic, other ?? '', 1));
        await until(() => seen.records.filter((record) => text(record.key) === other).length === 2);
        expect(seen.records.filter((record) => record.partition === partition)).toHaveLength(0);
        isHeld = false;
        seen.consumer.resume([{ topic, partition }]);
        await until(() => seen.records.filter((record) => record.partition === partition).length === 5);
        await end(seen);
      });

      test('the fetch path’s last sign of life moves on without records', async () => {
        const topic = await freshTopic();
        const seen = await consume([topic], crypto.randomUUID());
        const before = seen.consumer.lastFetchAtMs();
        await until(() => seen.consumer.lastFetchAtMs() > before);
        expect(seen.records).toEqual([]);
        await end(seen);
      });
    });

    describe('groups', () => {
      test('when a member joins, the first is asked to finish, may still commit, and both share the partitions', async () => {
        const topic = await freshTopic();
        const groupId = crypto.randomUUID();
        await produce(numbered(topic, 'k', 4));
        const partition = partitionOf(Buffer.from('k'), partitions);
        let committed = false;
        const first: Seen = await consume([topic], groupId, {
          onRevoking: async (boundMs) => {
            first.bounds.push(boundMs);
            if (committed) return;
            await first.consumer.commit([{ topic, partition, offset: 4n }]);
            committed = true;
          },
        });
        await until(() => first.records.length === 4);
        const second = await consume([topic], groupId);
        await until(
          () =>
            (first.assignments.at(-1)?.length ?? 0) + (second.assignments.at(-1)?.length ?? 0) === partitions &&
            first.assignments.length > 1,
        );
        const held = [...(first.assignments.at(-1) ?? []), ...(second.assignments.at(-1) ?? [])];
        expect(new Set(held.map((one) => one.partition)).size).toBe(partitions);
        expect(first.bounds.length).toBeGreaterThan(0);
        expect(first.bounds[0]).toBeGreaterThan(0);
        expect(committed).toBe(true);
        expect(second.records).toHaveLength(0);
        expect(await admin.memberCount(groupId)).toBe(2);
        await end(first);
        await until(() => second.assignments.at(-1)?.length === partitions);
        await end(second);
      });

      test('a commit for a partition that was lost is refused as transient and changes nothing', async () => {
        const topic = await freshTopic();
        const groupId = crypto.randomUUID();
        await produce(['a', 'b', 'c', 'd', 'e', 'f'].flatMap((key) => numbered(topic, key, 3)));
        const first = await consume([topic], groupId);
        await until(() => first.records.length === 18);
        const second = await consume([topic], groupId);
        await until(() => first.assignments.length > 1 && first.assignments.at(-1)?.length !== partitions);
        await until(() => second.assignments.at(-1)?.length !== partitions);
        const lost = second.assignments.at(-1)?.[0];
        if (lost === undefined) throw new Error('the second member holds nothing');
        const failure = first.consumer.commit([{ ...lost, offset: 1n }]);
        await expect(failure).rejects.toBeInstanceOf(TransientError);
        expect(await admin.committed(groupId, [topic])).toEqual([]);
        await end(first);
        await end(second);
      });

      test('partitions that stay are read again from their committed offset, and nothing is left paused', async () => {
        const topic = await freshTopic();
        const groupId = crypto.randomUUID();
        await produce(['a', 'b', 'c', 'd', 'e', 'f'].flatMap((key) => numbered(topic, key, 3)));
        const first = await consume([topic], groupId);
        await until(() => first.records.length === 18);
        first.consumer.pause([0, 1, 2].map((partition) => ({ topic, partition })));
        const before = first.records.length;
        const second = await consume([topic], groupId);
        await until(() => first.records.length - before + second.records.length === 18);
        expect(first.records.length).toBeGreaterThan(before);
        await end(first);
        await end(second);
      });

      test('partitions of one number are one member’s over all topics, for every size of the group', async () => {
        const topics = [await freshTopic(), await freshTopic()];
        const groupId = crypto.randomUUID();
        const first = await consume(topics, groupId);
        const second = await consume(topics, groupId);
        await until(() =>
          topics.every((topic) => numbersHeld(first, topic).length + numbersHeld(second, topic).length === partitions),
        );
        for (const seen of [first, second]) {
          expect(numbersHeld(seen, topics[0]).length).toBeGreaterThan(0);
          expect(numbersHeld(seen, topics[0])).toEqual(numbersHeld(seen, topics[1]));
        }
        await end(first);
        await until(() => second.assignments.at(-1)?.length === 2 * partitions);
        await end(second);
      });

      test('a member gets only topics that it asked for', async () => {
        const [both, one] = [await freshTopic(), await freshTopic()];
        const groupId = crypto.randomUUID();
        const first = await consume([both, one], groupId);
        const second = await consume([both], groupId);
        await until(() => {
          const all = [...(first.assignments.at(-1) ?? []), ...(second.assignments.at(-1) ?? [])];
          return first.assignments.length > 1 && all.length === 2 * partitions;
        });
        expect(second.assignments.at(-1)?.map(({ topic }) => topic)).not.toContain(one);
        expect(first.assignments.at(-1)?.filter(({ topic }) => topic === one)).toHaveLength(partitions);
        await end(first);
        await end(second);
      });

      const { deleteRecords } = features;
      test.skipIf(deleteRecords === undefined)(
        'an offset out of range ends the consumer as fatal, says how to go on, and leaves the group where it stands',
        async () => {
          const topic = await freshTopic();
          const groupId = `mimir.${crypto.randomUUID()}`;
          const partition = partitionOf(Buffer.from('k'), partitions);
          await produce(numbered(topic, 'k', 10));
          await admin.setCommitted(groupId, [{ topic, partition, offset: 2n }]);
          await deleteRecords?.(topic, partition, 5n);
          const seen = await consume([topic], groupId);
          await until(() => seen.failures.length > 0);
          expect(seen.failures[0]).toBeInstanceOf(FatalError);
          expect(seen.failures[0]?.message).toMatch(
            /holds 5 to 10, the group stands at 2.*mimir replay .* --from earliest/su,
          );
          expect(seen.records).toEqual([]);
          expect(await admin.committed(groupId, [topic])).toEqual([{ topic, partition, offset: 2n }]);
          await end(seen);
        },
      );
    });

    test.skipIf(features.seesNewTopics === false)(
      'a topic that is deleted and made anew under a running consumer ends it as fatal, and nothing is skipped in silence',
      async () => {
        const topic = await freshTopic();
        await produce(numbered(topic, 'k', 10));
        const seen = await consume([topic], `mimir.${crypto.randomUUID()}`);
        await until(() => seen.records.length === 10);
        await admin.deleteTopics([topic]);
        await expect.poll(() => admin.listTopics()).not.toContain(topic);
        await admin.createTopics([{ name: topic, partitions, replicationFactor: 1, config: {} }]);
        await produce(numbered(topic, 'k', features.seesNewTopics === 'by position' ? 3 : 20));
        // Who goes by position and was out of the group meanwhile has none any more: it begins the new topic.
        const read = (): string =>
          seen.records
            .slice(10)
            .map(({ offset }) => offset)
            .join(' ');
        const begins = (): boolean => features.seesNewTopics === 'by position' && read() === '0 1 2';
        await until(() => seen.failures.length > 0 || begins());
        const isFatal = seen.failures[0] instanceof FatalError && read() === '';
        expect({ isFatal, begins: begins() }).not.toEqual({ isFatal: false, begins: false });
        for (const { message } of seen.failures) expect(message).toMatch(/made anew/u);
        await end(seen);
      },
    );

    describe('administration', () => {
      test('creating a topic that exists changes nothing, and settings can be read back', async () => {
        const topic = await freshTopic({ 'cleanup.policy': 'compact' });
        await admin.createTopics([{ name: topic, partitions: 9, replicationFactor: 1, config: {} }]);
        const [description, ...others] = await admin.describeTopics([topic, 'there-is-no-such-topic']);
        expect(description).toMatchObject({ name: topic, partitions, replicationFactor: 1 });
        expect(description?.config['cleanup.policy']).toBe('compact');
        expect(others).toEqual([]);
        expect(await admin.listTopics()).toContain(topic);
      });

      test('watermarks and offsets by time tell where records begin and end', async () => {
        const topic = await freshTopic();
        await produce(numbered(topic, 'k', 3));
        const partition = partitionOf(Buffer.from('k'), partitions);
        const marks = await admin.watermarks(topic);
        expect(marks.map((mark) => mark.partition)).toEqual([0, 1, 2]);
        expect(marks[partition]).toEqual({ partition, low: 0n, high: 3n });
        expect((await admin.offsetsAt(topic, 0))[partition]).toEqual({ topic, partition, offset: 0n });
        expect((await admin.offsetsAt(topic, 8_640_000_000_000))[partition]).toEqual({ topic, partition, offset: 3n });
      });

      test('a group’s offsets can be set while it is empty and not while it has members', async () => {
        const topic = await freshTopic();
        const groupId = crypto.randomUUID();
        await produce(numbered(topic, 'k', 5));
        const partition = partitionOf(Buffer.from('k'), partitions);
        expect(await admin.memberCount(groupId)).toBe(0);
        await admin.setCommitted(groupId, [{ topic, partition, offset: 3n }]);
        const seen = await consume([topic], groupId);
        await until(() => seen.records.length === 2);
        await expect(admin.setCommitted(groupId, [{ topic, partition, offset: 0n }])).rejects.toThrow(/members/u);
        await end(seen);
        await expect.poll(() => admin.memberCount(groupId), { timeout: 20_000 }).toBe(0);
        await admin.deleteGroup(groupId);
        await admin.deleteGroup(groupId);
        expect(await admin.committed(groupId, [topic])).toEqual([]);
      });

      test('reading to the end may begin at given offsets, ends at what was there, and can be aborted', async () => {
        const topic = await freshTopic();
        await produce(numbered(topic, 'k', 5));
        const partition = partitionOf(Buffer.from('k'), partitions);
        const offsets: bigint[] = [];
        await kafka.readToEnd(
          topic,
          async (records) => {
            offsets.push(...records.map((record) => record.offset));
            await produce(numbered(topic, 'k', 1));
          },
          { from: [{ topic, partition, offset: 2n }] },
        );
        expect(offsets).toEqual([2n, 3n, 4n]);
        const aborted = kafka.readToEnd(topic, async () => undefined, {
          signal: AbortSignal.abort(new Error('enough')),
        });
        await expect(aborted).rejects.toThrow('enough');
      });
    });
  });
}
