import { listOffsetsV7 } from '@platformatic/kafka';
import { TransientError } from '../../errors.ts';
import type { TopicPartition, TopicPartitionOffset } from '../port.ts';
import type { Cluster } from './cluster.ts';
import { ask } from './connections.ts';
import { assertNone } from './errors.ts';

const answerDeadlineMs = 10_000;
const nobody = -1;

/** Kafka's special times. */
export const latest = -1n;
export const earliest = -2n;

/**
 * For each partition the offset of the first record at or after a time, -1 where there is none.
 *
 * @param at milliseconds since 1970, or one of the special times
 * @param isolation 0 counts what is written, 1 ends before transactions that are still open
 */
export async function offsetsAt(
  cluster: Cluster,
  partitions: readonly TopicPartition[],
  at: bigint,
  isolation: 0 | 1 = 0,
): Promise<TopicPartitionOffset[]> {
  if (partitions.length === 0) return [];
  const topics = await cluster.topics([...new Set(partitions.map(({ topic }) => topic))]);
  const byLeader = Map.groupBy(partitions, ({ topic, partition }) => topics.get(topic)?.leaders[partition] ?? -1);
  const answers = await Promise.all(
    [...byLeader].map(async ([leader, ofLeader]) => {
      const [first] = ofLeader;
      if (leader < 0) throw new TransientError(`kafka: ${first?.topic}/${first?.partition} has no leader`);
      const wanted = [...Map.groupBy(ofLeader, ({ topic }) => topic)].map(([name, ofTopic]) => ({
        name,
        partitions: ofTopic.map(({ partition }) => ({
          partitionIndex: partition,
          currentLeaderEpoch: -1,
          timestamp: at,
        })),
      }));
      const connection = await cluster.node(leader, 'ask');
      return ask(connection, answerDeadlineMs, listOffsetsV7.api, nobody, isolation, wanted);
    }),
  );
  return answers
    .flatMap((answer) => answer.topics)
    .flatMap(({ name, partitions: ofTopic }) =>
      ofTopic.map(({ partitionIndex, errorCode, offset }) => {
        assertNone(errorCode, `reading offsets of ${name}/${partitionIndex}`);
        return { topic: name, partition: partitionIndex, offset };
      }),
    )
    .toSorted((a, b) => a.partition - b.partition);
}

export function partitionsOf(topic: string, { leaders }: { readonly leaders: readonly number[] }): TopicPartition[] {
  return leaders.map((_, partition) => ({ topic, partition }));
}

/** Offsets in the shape of a request that commits them. */
export function offsetsToCommit(offsets: readonly TopicPartitionOffset[]) {
  return [...Map.groupBy(offsets, ({ topic }) => topic)].map(([name, ofTopic]) => ({
    name,
    partitions: ofTopic.map(({ partition, offset }) => ({
      partitionIndex: partition,
      committedOffset: offset,
      committedLeaderEpoch: -1,
      committedMetadata: null,
    })),
  }));
}
