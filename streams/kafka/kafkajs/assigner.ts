import kafkajs, { type Assignment, type PartitionAssigner } from 'kafkajs';
import { assignCoPartitioned, coPartitioned } from '../co-partitioned.ts';

const { MemberMetadata, MemberAssignment } = kafkajs.AssignerProtocol;
const version = 0;

/** Our sharing of partitions in kafkajs' terms; what goes over the wire is Kafka's own consumer protocol. */
export const coPartitionedAssigner: PartitionAssigner = ({ cluster }) => ({
  name: coPartitioned,
  version,
  async assign({ members }) {
    const subscribed = members.map(({ memberId, memberMetadata }) => ({
      memberId,
      topics: MemberMetadata.decode(memberMetadata)?.topics ?? [],
    }));
    // Another build may subscribe to topics that this one knows nothing of.
    await cluster.addMultipleTargetTopics([...new Set(subscribed.flatMap(({ topics }) => topics))]);
    const shares = assignCoPartitioned(subscribed, (topic) => cluster.findTopicPartitionMetadata(topic).length);
    return [...shares].map(([memberId, partitions]) => {
      const assignment: Assignment = {};
      for (const { topic, partition } of partitions) (assignment[topic] ??= []).push(partition);
      return {
        memberId,
        memberAssignment: MemberAssignment.encode({ version, assignment, userData: Buffer.alloc(0) }),
      };
    });
  },
  protocol({ topics }) {
    return { name: coPartitioned, metadata: MemberMetadata.encode({ version, topics, userData: Buffer.alloc(0) }) };
  },
});
