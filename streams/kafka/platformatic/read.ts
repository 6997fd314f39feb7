import { setTimeout as sleep } from 'node:timers/promises';
import type { Kafka, TopicPartition } from '../port.ts';
import type { Cluster } from './cluster.ts';
import { BrokerError, classified } from './errors.ts';
import { fetchRecords } from './fetch.ts';
import { insisting } from './insist.ts';
import { earliest, latest, offsetsAt, partitionsOf } from './offsets.ts';
import { nextOffset, readBatches } from './read-batches.ts';

const maxWaitMs = 500;
const maxFailures = 5;
const backoffMs = 200;

interface Range extends TopicPartition {
  readonly start: bigint;
  readonly end: bigint;
}

/** Asks the brokers directly, since a consumer group takes seconds to form and leaves its name behind. */
export async function readToEnd(
  cluster: Cluster,
  ...[topic, onRecords, options]: Parameters<Kafka['readToEnd']>
): Promise<void> {
  try {
    const ranges = await insisting(`reading ${topic}`, async (): Promise<Range[]> => {
      const partitions = partitionsOf(topic, await cluster.topic(topic));
      const low = await offsetsAt(cluster, partitions, earliest);
      const high = await offsetsAt(cluster, partitions, latest, 1);
      return partitions.map(({ partition }) => {
        const given = options?.from?.find((from) => from.topic === topic && from.partition === partition)?.offset;
        const first = low[partition]?.offset ?? 0n;
        const start = given === undefined || given < first ? first : given;
        return { topic, partition, start, end: high[partition]?.offset ?? 0n };
      });
    });
    options?.signal?.throwIfAborted();
    for (const range of ranges) await readPartition(cluster, range, onRecords, options?.signal);
  } finally {
    await cluster.close();
  }
}

async function readPartition(
  cluster: Cluster,
  { topic, partition, start, end }: Range,
  onRecords: Parameters<Kafka['readToEnd']>[1],
  signal: AbortSignal | undefined,
): Promise<void> {
  let next = start;
  let failures = 0;
  while (next < end) {
    signal?.throwIfAborted();
    let batches: Buffer;
    let aborted;
    try {
      ({ batches, aborted } = await fetchFrom(cluster, { topic, partition }, next));
      failures = 0;
    } catch (error) {
      failures += 1;
      if (failures > maxFailures) throw classified(error, `reading ${topic}/${partition}`);
      await sleep(backoffMs);
      continue;
    }
    const behind = nextOffset(batches);
    if (behind === undefined || behind <= next) continue;
    const records = readBatches({ topic, partition, batches, aborted }, next).filter(({ offset }) => offset < end);
    next = behind;
    if (records.length > 0) await onRecords(records);
  }
}

async function fetchFrom(cluster: Cluster, { topic, partition }: TopicPartition, offset: bigint) {
  const { id, leaders } = await cluster.topic(topic);
  const connection = await cluster.node(leaders[partition] ?? -1, 'fetch');
  const [answer] = await fetchRecords(connection, [{ topicId: id, partition, offset }], maxWaitMs);
  if (answer === undefined) throw new Error(`${topic}/${partition} was not in the answer`);
  if (answer.fault !== undefined) throw new BrokerError(answer.fault, `${topic}/${partition}`);
  return answer;
}
