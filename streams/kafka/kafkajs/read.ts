import type { Cluster, Kafka as Kafkajs } from 'kafkajs';
import { TransientError } from '../../errors.ts';
import type { Kafka, KafkaRecord } from '../port.ts';
import { openCluster } from './cluster.ts';
import { type ElectionOptions, throughElections } from './elections.ts';
import { asking, classified } from './errors.ts';
import { recordOf, type FetchedMessage } from './record.ts';

const readCommitted = 1;
const maxWaitTimeMs = 500;
const maxPartitionBytes = 1024 * 1024;

interface FetchResponse {
  readonly responses: readonly {
    readonly topicName: string;
    readonly partitions: readonly { readonly partition: number; readonly messages: readonly FetchedMessage[] }[];
  }[];
}

/** Asks the brokers directly, since a consumer group takes seconds to form and leaves its name behind. */
export async function readToEnd(
  client: Kafkajs,
  ...[topic, onRecords, options]: Parameters<Kafka['readToEnd']>
): Promise<void> {
  const cluster = await asking('connecting', () => openCluster(client));
  try {
    await asking(`reading ${topic}`, () => cluster.addMultipleTargetTopics([topic]));
    const partitions = cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId);
    const edge = (fromBeginning: boolean): Promise<Map<number, bigint>> =>
      asking(`reading ${topic}`, () =>
        throughElections(
          () => offsetsOf(cluster, topic, partitions, fromBeginning),
          patiently(cluster, options?.signal),
        ),
      );
    const low = await edge(true);
    const high = await edge(false);
    for (const partition of partitions) {
      const given = options?.from?.find((from) => from.topic === topic && from.partition === partition)?.offset;
      const first = low.get(partition) ?? 0n;
      const start = given === undefined || given < first ? first : given;
      await readPartition(
        cluster,
        { topic, partition, start, end: high.get(partition) ?? 0n },
        onRecords,
        options?.signal,
      );
    }
  } finally {
    await cluster.disconnect().catch(() => undefined);
  }
}

/** A read may take minutes: a broker that goes away in the midst of it need not end it. */
function patiently(cluster: Cluster, signal: AbortSignal | undefined): ElectionOptions {
  return {
    signal,
    isPassing: (error) => classified(error, 'reading') instanceof TransientError,
    refresh: () => cluster.refreshMetadata(),
  };
}

async function offsetsOf(
  cluster: Cluster,
  topic: string,
  partitions: readonly number[],
  fromBeginning: boolean,
): Promise<Map<number, bigint>> {
  const wanted = partitions.map((partition) => ({ partition }));
  const [answer] = await cluster.fetchTopicsOffset([{ topic, partitions: wanted, fromBeginning }]);
  return new Map(answer?.partitions.map(({ partition, offset }) => [partition, BigInt(offset)]));
}

interface Range {
  readonly topic: string;
  readonly partition: number;
  readonly start: bigint;
  readonly end: bigint;
}

async function readPartition(
  cluster: Cluster,
  { topic, partition, start, end }: Range,
  onRecords: (records: readonly KafkaRecord[]) => Promise<void>,
  signal: AbortSignal | undefined,
): Promise<void> {
  let next = start;
  while (next < end) {
    signal?.throwIfAborted();
    const messages = await asking(`reading ${topic}/${partition}`, () =>
      throughElections(() => fetchFrom(cluster, topic, partition, next), patiently(cluster, signal)),
    );
    // A compressed batch may begin before the offset that was asked for.
    const fresh = messages.filter((message) => BigInt(message.offset) >= next);
    const last = fresh.at(-1);
    if (last === undefined) continue;
    next = BigInt(last.offset) + 1n;
    const records = fresh
      .filter((message) => message.isControlRecord !== true && BigInt(message.offset) < end)
      .map((message) => recordOf(topic, partition, message));
    if (records.length > 0) await onRecords(records);
  }
}

async function fetchFrom(
  cluster: Cluster,
  topic: string,
  partition: number,
  offset: bigint,
): Promise<readonly FetchedMessage[]> {
  const [nodeId] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]));
  if (nodeId === undefined) throw new Error(`${topic}/${partition} has no leader`);
  const broker = await cluster.findBroker({ nodeId });
  const { responses } = (await broker.fetch({
    isolationLevel: readCommitted,
    maxWaitTime: maxWaitTimeMs,
    minBytes: 1,
    maxBytes: maxPartitionBytes,
    topics: [{ topic, partitions: [{ partition, fetchOffset: offset.toString(), maxBytes: maxPartitionBytes }] }],
  })) as FetchResponse;
  return responses[0]?.partitions[0]?.messages ?? [];
}
