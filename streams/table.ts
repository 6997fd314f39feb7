import { setImmediate as breathe, setTimeout as sleep } from 'node:timers/promises';
import { messageOf, TransientError, UndecodableError } from './errors.ts';
import { type KafkaAdmin, type KafkaRecord, nameOf } from './kafka/port.ts';
import type { Runtime } from './runtime.ts';
import type { TopicName, TopicValues } from './topics.ts';

/**
 * A stage's own memory of a compacted topic that people's changes reach it by: the latest value of each key, whole in
 * every process. It is no input: it has no group, commits nothing, and is read anew from the beginning at each start.
 */
export interface Table<T extends TopicName> {
  /** Grows with every change. */
  readonly changes: number;
  /** Time of the latest record, deletions included, in milliseconds since 1970; 0 while there was none. */
  readonly changedAtMs: number;
  readonly size: number;
  /** False while a reading is under way or has broken off: of one partition there may then be newer values than of another. */
  readonly isWhole: boolean;
  get(key: string): TopicValues[T] | undefined;
  /** In no order. The same value stays the same object until it changes. */
  entries(): Iterable<readonly [string, TopicValues[T]]>;
  /** Whether the latest value of this key has come and is not held: nobody can read it, or there is no room for it. */
  lacks(key: string): boolean;
  /** What is amiss, for people: it is not followed for now, or not all of it is held. Undefined where nothing is. */
  degraded(): string | undefined;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface TableOptions {
  /** Keys held at most; further ones are left out, and `degraded` says so. */
  readonly maxKeys?: number;
  /** How often to ask for news; a change is seen within this and the time of two requests. */
  readonly lookEveryMs?: number;
}

/** More than any organisation's settings come to, and some hundred megabytes at most. */
const defaultMaxKeys = 100_000;
const defaultLookEveryMs = 500;
/** Bytes of values that are decoded between two turns of the event loop. */
const bytesInTurn = 32_768;
/** Between tries while Kafka or the registry is away. */
const pauseMs = 1_000;

/**
 * Reads a compacted topic to its end, then follows it. While Kafka is away it keeps what it knows and tries again for
 * ever; a topic that was emptied or made anew is read from its beginning.
 *
 * @throws TransientError where Kafka or the registry is away before all was read once
 */
export async function openTable<T extends TopicName>(
  { kafka, codec, log }: Pick<Runtime, 'kafka' | 'codec' | 'log'>,
  topic: T,
  { maxKeys = defaultMaxKeys, lookEveryMs = defaultLookEveryMs }: TableOptions = {},
): Promise<Table<T>> {
  const values = new Map<string, TopicValues[T]>();
  /** By partition, the offset of the next record to read. */
  const positions = new Map<string, bigint>();
  const leftOut = new Set<string>();
  const unreadable = new Set<string>();
  const closing = new AbortController();
  let admin: KafkaAdmin | undefined;
  let fault: string | undefined;
  let changes = 0;
  let changedAtMs = 0;
  let isWhole = false;

  async function apply(record: KafkaRecord): Promise<void> {
    const key = record.key?.toString() ?? '';
    let value: TopicValues[T] | null;
    try {
      value = record.value === null ? null : await codec.decode(topic, record.value);
    } catch (error) {
      if (!(error instanceof UndecodableError)) throw error;
      // What was said before holds on: a value that nobody can read says nothing.
      log.error({ err: error, topic, key, offset: String(record.offset) }, 'a record of a table cannot be read');
      unreadable.add(key);
      return;
    }
    unreadable.delete(key);
    leftOut.delete(key);
    if (value === null) values.delete(key);
    else if (values.has(key) || values.size < maxKeys) values.set(key, value);
    else leftOut.add(key);
    changes += 1;
    changedAtMs = Math.max(changedAtMs, record.timestampMs);
  }

  async function takeIn(records: readonly KafkaRecord[]): Promise<void> {
    let bytes = 0;
    for (const record of records) {
      await apply(record);
      // With each record: where the registry goes away in between, none comes twice.
      positions.set(nameOf(record), record.offset + 1n);
      bytes += record.value?.length ?? 0;
      if (bytes < bytesInTurn) continue;
      await breathe();
      bytes = 0;
    }
  }

  /** Takes in all that the topic holds by now and that was not read before. */
  async function catchUp(): Promise<void> {
    admin ??= await kafka.admin();
    const marks = (await admin.watermarks(topic)).map(({ partition, high }) => ({ topic, partition, offset: high }));
    if (marks.length === 0) throw new TransientError(`kafka: there is no topic ${topic} yet`);
    if (marks.some((mark) => (positions.get(nameOf(mark)) ?? 0n) > mark.offset)) {
      log.warn({ topic }, 'the topic of a table was made anew and is read from its beginning');
      for (const known of [values, positions, leftOut, unreadable]) known.clear();
      changes += 1;
    }
    isWhole = marks.every((mark) => positions.get(nameOf(mark)) === mark.offset);
    if (isWhole) return;
    const from = marks.map((mark) => ({ ...mark, offset: positions.get(nameOf(mark)) ?? 0n }));
    await kafka.readToEnd(topic, takeIn, { from, signal: closing.signal });
    // The last records of a partition may be compacted away: its end is then behind the last record that is left.
    for (const mark of marks) {
      if ((positions.get(nameOf(mark)) ?? 0n) < mark.offset) positions.set(nameOf(mark), mark.offset);
    }
    isWhole = true;
  }

  async function disconnect(): Promise<void> {
    const connection = admin;
    admin = undefined;
    try {
      await connection?.[Symbol.asyncDispose]();
    } catch (error) {
      log.debug({ err: error, topic }, 'a connection of a table did not close');
    }
  }

  async function follow(): Promise<void> {
    while (!closing.signal.aborted) {
      await sleep(fault === undefined ? lookEveryMs : pauseMs, undefined, { signal: closing.signal });
      try {
        await catchUp();
        if (fault !== undefined) log.info({ topic }, 'a table is followed again');
        fault = undefined;
      } catch (error) {
        if (closing.signal.aborted) return;
        if (fault === undefined) log.warn({ err: error, topic }, 'a table cannot be followed for now');
        fault = messageOf(error);
        await disconnect();
      }
    }
  }

  try {
    await catchUp();
  } catch (error) {
    await disconnect();
    throw error;
  }
  const following = follow().catch(() => undefined);

  return {
    get changes() {
      return changes;
    },
    get changedAtMs() {
      return changedAtMs;
    },
    get size() {
      return values.size;
    },
    get isWhole() {
      return isWhole;
    },
    get: (key) => values.get(key),
    entries: () => values.entries(),
    lacks: (key) => unreadable.has(key) || leftOut.has(key),
    degraded() {
      if (fault !== undefined) return `changes of ${topic} do not arrive: ${fault}`;
      if (leftOut.size > 0) return `${topic} holds more than ${maxKeys} keys: ${leftOut.size} are left out`;
      if (unreadable.size > 0) return `${unreadable.size} values of ${topic} cannot be read: those before them hold`;
      return undefined;
    },
    async [Symbol.asyncDispose]() {
      closing.abort(new Error('the table is closed'));
      await following;
      await disconnect();
    },
  };
}
