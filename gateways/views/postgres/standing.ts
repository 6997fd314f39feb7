import type { Pool, PoolClient } from 'pg';
import type { Kafka, TopicPartitionOffset } from '../../../streams/kafka/port.ts';
import { groupOf } from '../../../streams/runner.ts';
import type { TopicName } from '../../../streams/topics.ts';
import { placeOf, readPositions } from './positions.ts';

/**
 * Where view-postgres stands in these topics: its positions in the store, and for partitions that have none there yet,
 * what its group has committed.
 */
export async function standingOfPostgres(
  kafka: Kafka,
  client: Pool | PoolClient,
  topics: readonly TopicName[],
): Promise<readonly TopicPartitionOffset[]> {
  const stored = await readPositions(client);
  await using admin = await kafka.admin();
  const committed = await admin.committed(groupOf('view-postgres'), topics);
  const standing: TopicPartitionOffset[] = [];
  for (const topic of topics) {
    for (const { partition } of await admin.watermarks(topic)) {
      const place = placeOf({ topic, partition });
      const offset = stored.get(place) ?? committed.find((one) => placeOf(one) === place)?.offset;
      if (offset !== undefined) standing.push({ topic, partition, offset });
    }
  }
  return standing;
}
