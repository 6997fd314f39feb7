import type { Cluster, Kafka as Kafkajs } from 'kafkajs';
import type { Kafka, KafkaRecord } from '../port.ts';
import { openCluster } from './cluster.ts';
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
    const low = await asking(`reading ${topic}`, () => offsetsOf(cluster, topic, partitions, true));
    const high = await asking(`reading ${topic}`, () => offsetsOf(cluster, topic, partitions, false));
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
  let failures = 0;
  while (next < end) {
    signal?.throwIfAborted();
    let messages: readonly FetchedMessage[];
    try {
      messages = await fetchFrom(cluster, topic, partition, next);
      failures = 0;
    } catch (error) {
      failures += 1;
      if (failures > 3) throw classified(error, `reading ${topic}/${partition}`);
      await cluster.refreshMetadata().catch(() => undefined);
      continue;
    }
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
