import { StringDecoder } from 'node:string_decoder';
import type { Kafka, KafkaRecord, OutgoingRecord } from './kafka/port.ts';
import { deadLetterTopic } from './topics.ts';

/** Headers in the manner of KIP-1034: its names where it has them, ours beside. */
const prefix = '__streams.errors.';
const replayedHeader = `${prefix}replayed`;

export interface Fault {
  readonly stage: string;
  /** A few words with hyphens; the metric's label. */
  readonly reason: string;
  /** The error's name, for example TypeError. */
  readonly exception?: string | undefined;
  readonly message?: string | undefined;
  readonly tries: number;
  readonly timestampMs: number;
}

export interface DeadLetter extends Fault {
  /** Partition and offset in the dead letters, for example 0-17. */
  readonly id: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** As they were on the original, without what was added here. */
  readonly headers: Readonly<Record<string, Buffer>>;
}

/** Key, value and headers stay as they were, byte for byte. */
export function deadLetterRecord(record: KafkaRecord, fault: Fault): OutgoingRecord {
  return {
    topic: deadLetterTopic,
    key: record.key,
    value: record.value,
    headers: {
      ...withoutErrors(record.headers),
      [`${prefix}topic`]: record.topic,
      [`${prefix}partition`]: String(record.partition),
      [`${prefix}offset`]: String(record.offset),
      [`${prefix}stage`]: fault.stage,
      [`${prefix}reason`]: fault.reason,
      [`${prefix}exception`]: fault.exception ?? '',
      [`${prefix}message`]: cut(fault.message ?? '', 2_000),
      [`${prefix}tries`]: String(fault.tries),
      [`${prefix}timestamp`]: String(fault.timestampMs),
    },
  };
}

interface Filter {
  readonly stage?: string | undefined;
  readonly topic?: string | undefined;
  readonly reason?: string | undefined;
  readonly ids?: readonly string[] | undefined;
  /** The newest so many. */
  readonly limit?: number | undefined;
  /** Also those that were replayed already. */
  readonly all?: boolean | undefined;
}

/** Oldest first. */
export async function listDeadLetters(kafka: Kafka, filter: Filter = {}): Promise<readonly DeadLetter[]> {
  const found = new Map<string, DeadLetter>();
  const replayed = new Set<string>();
  await kafka.readToEnd(deadLetterTopic, async (records) => {
    for (const record of records) {
      const mark = record.headers[replayedHeader]?.toString();
      if (mark !== undefined) {
        replayed.add(mark);
        continue;
      }
      const letter = readDeadLetter(record);
      if (letter === undefined || !matches(letter, filter)) continue;
      found.set(letter.id, letter);
      const oldest = found.keys().next().value;
      // Replays are told behind what they replayed, so the newest are kept in some excess until the end is read.
      if (filter.limit !== undefined && found.size > filter.limit + 10_000 && oldest !== undefined)
        found.delete(oldest);
    }
  });
  const open = [...found.values()].filter((letter) => filter.all === true || !replayed.has(letter.id));
  const letters = open.toSorted((a, b) => a.timestampMs - b.timestampMs);
  return filter.limit === undefined ? letters : letters.slice(-filter.limit);
}

export async function findDeadLetter(kafka: Kafka, id: string): Promise<DeadLetter | undefined> {
  const [letter] = await listDeadLetters(kafka, { ids: [id], all: true });
  return letter;
}

/**
 * Sends the originals back to their topics, with the same key, value and headers. What never had an event id gets the
 * one that the runner had made of its place, so that what follows from it keeps its identity too. A letter whose key has
 * gone on since, to a newer version, is sent as well: its version is the older one, and whoever reads it takes no harm.
 *
 * @returns those that were sent, or with `dryRun` would be
 */
export async function replayDeadLetters(
  kafka: Kafka,
  filter: Filter & { readonly dryRun?: boolean; readonly onProgress?: (sent: number, total: number) => void },
): Promise<readonly DeadLetter[]> {
  const letters = await listDeadLetters(kafka, filter);
  if (filter.dryRun === true || letters.length === 0) return letters;
  await using producer = await kafka.producer();
  const batchSize = 100;
  for (let at = 0; at < letters.length; at += batchSize) {
    const batch = letters.slice(at, at + batchSize);
    await producer.send(batch.map(original));
    // Only once the originals are acknowledged: a crash in between replays again, which does no harm.
    await producer.send(batch.map(replayedMark));
    filter.onProgress?.(at + batch.length, letters.length);
  }
  return letters;
}

function original(letter: DeadLetter): OutgoingRecord {
  const place = `${letter.topic}/${letter.partition}/${letter.offset}`;
  return {
    topic: letter.topic,
    key: letter.key,
    value: letter.value,
    headers: letter.headers['event_id'] === undefined ? { ...letter.headers, event_id: place } : letter.headers,
  };
}

function replayedMark(letter: DeadLetter): OutgoingRecord {
  return { topic: deadLetterTopic, key: letter.key, value: null, headers: { [replayedHeader]: letter.id } };
}

function readDeadLetter(record: KafkaRecord): DeadLetter | undefined {
  const said = (name: string): string | undefined => record.headers[prefix + name]?.toString();
  const topic = said('topic');
  if (topic === undefined) return undefined;
  return {
    id: `${record.partition}-${record.offset}`,
    topic,
    partition: Number(said('partition') ?? 0),
    offset: BigInt(said('offset') ?? 0),
    stage: said('stage') ?? '',
    reason: said('reason') ?? '',
    exception: said('exception'),
    message: said('message'),
    tries: Number(said('tries') ?? 0),
    timestampMs: Number(said('timestamp') ?? record.timestampMs),
    key: record.key,
    value: record.value,
    headers: withoutErrors(record.headers),
  };
}

function withoutErrors(headers: Readonly<Record<string, Buffer>>): Readonly<Record<string, Buffer>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith(prefix)));
}

function matches(letter: DeadLetter, filter: Filter): boolean {
  return (
    (filter.stage === undefined || letter.stage === filter.stage) &&
    (filter.topic === undefined || letter.topic === filter.topic) &&
    (filter.reason === undefined || letter.reason === filter.reason) &&
    (filter.ids === undefined || filter.ids.includes(letter.id))
  );
}

/** Cuts between characters and not inside one. */
function cut(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text);
  return bytes.length <= maxBytes ? text : new StringDecoder('utf8').write(bytes.subarray(0, maxBytes));
}
