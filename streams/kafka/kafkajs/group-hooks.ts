import type { Cluster, PartitionAssigner } from 'kafkajs';
import { coPartitionedAssigner } from './assigner.ts';

/** Thrown in place of kafkajs' reset; `retriable: false` is what makes its consumer end instead of going on. */
export class OffsetOutOfRange extends Error {
  readonly retriable = false;
}

export interface GroupHooks {
  readonly partitionAssigners: PartitionAssigner[];
}

/**
 * Two duties need a hold inside kafkajs' consumer, and its cluster, which it hands to partition assigners, is the one
 * that it offers:
 * - before it joins its group anew it looks for the coordinator: that is the last moment at which the partitions are
 *   still ours and can be committed;
 * - an offset out of range is reset to a default without a word (its issue 1119): the default is refused, except where
 *   it is asked for because the group has no offset yet.
 */
export function groupHooks(beforeJoin: () => Promise<void>): GroupHooks {
  return {
    partitionAssigners: [
      (config) => {
        holdBeforeJoin(config.cluster, beforeJoin);
        refuseResets(config.cluster);
        return coPartitionedAssigner(config);
      },
    ],
  };
}

function holdBeforeJoin(cluster: Cluster, beforeJoin: () => Promise<void>): void {
  const find = cluster.findGroupCoordinator.bind(cluster);
  cluster.findGroupCoordinator = async (group) => {
    await beforeJoin();
    return find(group);
  };
}

function refuseResets(cluster: Cluster): void {
  const fetchOffsets = cluster.fetchTopicsOffset.bind(cluster);
  const defaultOffset = cluster.defaultOffset.bind(cluster);
  let askedForStart = false;
  // kafkajs asks for the default synchronously in here where a partition has no committed offset.
  cluster.fetchTopicsOffset = (topics) => {
    askedForStart = true;
    try {
      return fetchOffsets(topics);
    } finally {
      askedForStart = false;
    }
  };
  cluster.defaultOffset = (config) => {
    if (!askedForStart) throw new OffsetOutOfRange('the offset is out of range');
    return defaultOffset(config);
  };
}
