import type { TopicPartition } from './port.ts';

/**
 * The protocol's name in the group. Every member of a group must offer it, whatever library it runs on; a member of an
 * older build, which knows another, is refused by the broker until the others have gone.
 */
export const coPartitioned = 'mimir-co-partitioned';

export interface GroupMember {
  readonly memberId: string;
  /** What it subscribes to. */
  readonly topics: readonly string[];
}

/**
 * Partitions of one number are one member's over all topics, so that records of one key meet in one process: partition p
 * belongs to member p mod n of the members in the order of their ids. While a new build is rolled out, members may
 * subscribe to different topics: a partition whose member did not ask for the topic goes to the next that did.
 *
 * @param partitionsOf how many partitions a topic has, 0 where it does not exist
 */
export function assignCoPartitioned(
  members: readonly GroupMember[],
  partitionsOf: (topic: string) => number,
): ReadonlyMap<string, readonly TopicPartition[]> {
  const sorted = members.toSorted((a, b) => (a.memberId < b.memberId ? -1 : 1));
  const shares = new Map<string, TopicPartition[]>(sorted.map(({ memberId }) => [memberId, []]));
  const topics = [...new Set(members.flatMap((member) => member.topics))].toSorted();
  for (const topic of topics) {
    for (let partition = 0; partition < partitionsOf(topic); partition += 1) {
      for (let step = 0; step < sorted.length; step += 1) {
        const member = sorted[(partition + step) % sorted.length];
        if (member === undefined || !member.topics.includes(topic)) continue;
        shares.get(member.memberId)?.push({ topic, partition });
        break;
      }
    }
  }
  return shares;
}
