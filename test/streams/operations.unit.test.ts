import { beforeEach, describe, expect, test } from 'vitest';
import { findDeadLetter, listDeadLetters, replayDeadLetters, deadLetterRecord } from '../../streams/dead-letter.ts';
import { createMemoryKafka, type MemoryKafka } from '../../streams/kafka/memory.ts';
import { stageLag } from '../../streams/lag.ts';
import { replayStage } from '../../streams/replay.ts';
import { createTopics, topicSettings } from '../../streams/setup-topics.ts';
import { deadLetterTopic, topics } from '../../streams/topics.ts';
import { VirtualClock } from '../../streams/virtual-clock.ts';

const shape = { partitions: 2, replication: 1 };
const stage = { name: 'dedup', inputs: ['article'] } as const;
let clock: VirtualClock;
let kafka: MemoryKafka;

beforeEach(async () => {
  clock = new VirtualClock(1_000_000);
  kafka = createMemoryKafka({ clock });
  await createTopics(kafka, shape);
});

async function produce(count: number): Promise<void> {
  await using producer = await kafka.producer();
  for (let index = 0; index < count; index += 1) {
    await producer.send([{ topic: 'article', key: `k${index}`, value: Buffer.from(`${index}`) }]);
  }
}

async function bury(name: string, timestampMs: number, headers: Readonly<Record<string, Buffer>> = {}): Promise<void> {
  await using producer = await kafka.producer();
  const record = {
    topic: 'article',
    partition: 1,
    offset: 7n,
    key: Buffer.from(name),
    value: Buffer.from(name),
    headers,
  };
  const fault = {
    stage: name,
    reason: 'poison',
    exception: 'Error',
    message: 'ä'.repeat(2_000),
    tries: 3,
    timestampMs,
  };
  await producer.send([deadLetterRecord({ ...record, timestampMs }, fault)]);
}

async function namesOf(filter: Parameters<typeof listDeadLetters>[1]): Promise<string[]> {
  return (await listDeadLetters(kafka, filter)).map((letter) => letter.stage);
}

describe('topics', () => {
  test('every topic of the table is created, and the dead letters', async () => {
    expect(kafka.topics.names.toSorted()).toEqual([...Object.keys(topics), deadLetterTopic].toSorted());
    expect(await createTopics(kafka, shape)).toEqual([]);
  });

  test('what differs from the table is told and left alone', async () => {
    expect(await createTopics(kafka, { partitions: 8, replication: 1 })).toContainEqual({
      topic: 'article',
      setting: 'partitions',
      wanted: '8',
      actual: '2',
    });
    expect(kafka.topics.settings('article')?.partitions).toBe(2);
  });

  test.for<[number, string]>([
    [1, '1'],
    [2, '1'],
    [3, '2'],
  ])('with %i copies one may be away where there is one to spare', ([replication, inSync]) => {
    const settings = topicSettings({ partitions: 1, replication });
    expect(new Set(settings.map(({ config }) => config['min.insync.replicas']))).toEqual(new Set([inSync]));
  });
});

describe('lag and replay', () => {
  test('lag is what the group has not committed, from the first record that is still held', async () => {
    await produce(10);
    expect(await stageLag(kafka, [stage])).toMatchObject([{ stage: 'dedup', members: 0, lag: 10 }]);
    await using admin = await kafka.admin();
    const [first] = await admin.watermarks('article');
    await admin.setCommitted('mimir.dedup', [{ topic: 'article', partition: 0, offset: first?.high ?? 0n }]);
    expect((await stageLag(kafka, [stage]))[0]?.lag).toBe(10 - Number(first?.high));
  });

  test('a replay from the beginning or from a time moves the group, a dry run only tells', async () => {
    await produce(6);
    clock.moveTo(2_000_000);
    await produce(4);
    const dry = await replayStage(kafka, stage, { from: 2_000_000, dryRun: true });
    expect(dry).toMatchObject({ stage: 'dedup', dryRun: true, records: 4 });
    expect((await stageLag(kafka, [stage]))[0]?.lag).toBe(10);
    await replayStage(kafka, stage, { from: 2_000_000 });
    expect((await stageLag(kafka, [stage]))[0]?.lag).toBe(4);
    expect((await replayStage(kafka, stage, { from: 'earliest' })).records).toBe(10);
    expect((await stageLag(kafka, [stage]))[0]?.lag).toBe(10);
  });

  test('a stage that runs is not moved', async () => {
    const consumer = await kafka.consumer({ groupId: 'mimir.dedup', topics: ['article'], from: 'earliest' });
    await consumer.run({
      onRecords: () => undefined,
      onAssigned: () => undefined,
      onRevoking: async () => undefined,
      onFailed: () => undefined,
    });
    await expect(replayStage(kafka, stage, { from: 'earliest' })).rejects.toThrow(/dedup runs in 1 process: stop it/u);
    await consumer[Symbol.asyncDispose]();
  });
});

describe('dead letters', () => {
  test('are listed oldest first, filtered, the newest where there is a limit', async () => {
    await bury('b', 2);
    await bury('a', 1);
    await bury('c', 3);
    expect(await namesOf({})).toEqual(['a', 'b', 'c']);
    expect(await namesOf({ limit: 2 })).toEqual(['b', 'c']);
    expect(await namesOf({ stage: 'b' })).toEqual(['b']);
    expect(await namesOf({ reason: 'undecodable' })).toEqual([]);
  });

  test('a replay gives back key, value and headers, keeps the identity and hides the letter', async () => {
    await bury('a', 1, { event_id: Buffer.from('given'), other: Buffer.from([0, 255]) });
    await bury('b', 2);
    const [first] = await listDeadLetters(kafka);
    expect(await findDeadLetter(kafka, first?.id ?? '')).toEqual(first);
    await replayDeadLetters(kafka, {});
    const back = kafka.topics.partitions('article').flatMap(({ records }) => records);
    const of = (name: string) => back.find(({ key }) => key?.toString() === name);
    expect(of('a')).toMatchObject({ value: Buffer.from('a') });
    expect(of('a')?.headers).toEqual({ event_id: Buffer.from('given'), other: Buffer.from([0, 255]) });
    expect(of('b')?.headers).toEqual({ event_id: Buffer.from('article/1/7') });
    expect(await listDeadLetters(kafka)).toEqual([]);
    expect(await replayDeadLetters(kafka, {})).toEqual([]);
  });

  test('a long message is cut between characters', async () => {
    await bury('a', 1);
    const [letter] = await listDeadLetters(kafka);
    expect(letter?.message).toMatch(/^ä{1000}$/u);
  });
});
