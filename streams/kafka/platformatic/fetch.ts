import { createAPI, fetchV13, type Connection, type Reader } from '@platformatic/kafka';
import { ask } from './connections.ts';
import { Cursor } from './cursor.ts';
import { assertNone, typeOf } from './errors.ts';
import type { AbortedTransaction } from './read-batches.ts';

const readCommitted = 1;
/** The whole answer; a batch that is larger still comes. */
const maxBytes = 8 * 1024 * 1024;
const maxPartitionBytes = 1024 * 1024;
const answerDeadlineMs = 15_000;
/** No session: each request says all that it wants. */
const noSession = { id: 0, epoch: -1 };

export interface Wanted {
  readonly topicId: string;
  readonly partition: number;
  readonly offset: bigint;
}

export interface Answered {
  readonly topicId: string;
  readonly partition: number;
  /** Kafka's name for what is wrong with the partition. */
  readonly fault: string | undefined;
  readonly aborted: readonly AbortedTransaction[];
  readonly batches: Buffer;
}

/** Waits at most so long for a first record. Partitions come filled in the order in which they are wanted. */
export async function fetchRecords(
  connection: Connection,
  wanted: readonly Wanted[],
  maxWaitMs: number,
): Promise<readonly Answered[]> {
  const topics = [...Map.groupBy(wanted, ({ topicId }) => topicId)].map(([topicId, ofTopic]) => ({
    topicId,
    partitions: ofTopic.map(({ partition, offset }) => ({
      partition,
      currentLeaderEpoch: -1,
      fetchOffset: offset,
      lastFetchedEpoch: -1,
      partitionMaxBytes: maxPartitionBytes,
    })),
  }));
  return ask(
    connection,
    maxWaitMs + answerDeadlineMs,
    fetchApi,
    maxWaitMs,
    1,
    maxBytes,
    readCommitted,
    noSession.id,
    noSession.epoch,
    topics,
    [],
    '',
  );
}

/** The library's own reading of the answer decompresses without a bound and makes objects of every record at once. */
const fetchApi = createAPI<Parameters<typeof fetchV13.createRequest>, readonly Answered[]>(
  fetchV13.api.key,
  fetchV13.api.version,
  fetchV13.createRequest,
  readAnswer,
);

function readAnswer(_correlationId: number, _key: number, _version: number, reader: Reader): readonly Answered[] {
  const cursor = new Cursor(reader.buffer.slice(reader.position));
  cursor.int32();
  assertNone(cursor.int16(), 'fetching');
  cursor.int32();
  const answered: Answered[] = [];
  for (let topics = cursor.unsignedVarint() - 1; topics > 0; topics -= 1) {
    const hex = cursor.take(16).toString('hex');
    const topicId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/u, '$1-$2-$3-$4-$5');
    for (let partitions = cursor.unsignedVarint() - 1; partitions > 0; partitions -= 1) {
      answered.push(readPartition(cursor, topicId));
    }
    cursor.skipTags();
  }
  return answered;
}

function readPartition(cursor: Cursor, topicId: string): Answered {
  const partition = cursor.int32();
  const fault = typeOf(cursor.int16());
  // High watermark, last stable offset, begin of the log.
  cursor.at += 24;
  const aborted: AbortedTransaction[] = [];
  for (let left = cursor.unsignedVarint() - 1; left > 0; left -= 1) {
    aborted.push({ producerId: cursor.int64(), firstOffset: cursor.int64() });
    cursor.skipTags();
  }
  // A replica that would be nearer.
  cursor.at += 4;
  const batches = cursor.take(Math.max(0, cursor.unsignedVarint() - 1));
  cursor.skipTags();
  return { topicId, partition, fault, aborted, batches };
}
