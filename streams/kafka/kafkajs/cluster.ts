import type { Cluster, Kafka as Kafkajs } from 'kafkajs';
import kafkajs from 'kafkajs';

/**
 * kafkajs hands its cluster, which can ask brokers directly, to partition assigners only. A consumer that never runs is
 * the way to one of one's own.
 */
export async function openCluster(client: Kafkajs): Promise<Cluster> {
  let cluster: Cluster | undefined;
  client.consumer({
    groupId: 'unused',
    partitionAssigners: [
      (config) => {
        cluster = config.cluster;
        return kafkajs.PartitionAssigners.roundRobin(config);
      },
    ],
  });
  if (cluster === undefined) throw new Error('kafkajs gave no cluster to its partition assigner');
  await cluster.connect();
  return cluster;
}
