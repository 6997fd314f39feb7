import type { Pool } from 'pg';
import { TransientError } from '../../streams/errors.ts';
import type { Kafka, KafkaAdmin, TopicPartitionOffset } from '../../streams/kafka/port.ts';
import { groupOf } from '../../streams/runner.ts';
import type { TopicName } from '../../streams/topics.ts';
import { stageError } from '../postgres.ts';
import { placeOf, readPositions } from '../views/postgres/positions.ts';

const pollMs = 50;
const polls = 40;

interface Ports {
  readonly pool: Pool;
  readonly kafka: Kafka;
  readonly sleep: (ms: number) => Promise<void>;
}

/**
 * Waits until a view has passed all that these partitions of a topic hold by now. What was written before a message that
 * is in hand, by the stages before, is then there.
 *
 * @throws TransientError where it has not for 2 s, or Kafka or Postgres is away
 */
export async function untilCaughtUp(
  { pool, kafka, sleep }: Ports,
  view: 'view-postgres' | 'view-vectors',
  topic: TopicName,
  partitions: ReadonlySet<number>,
): Promise<void> {
  await using admin = await kafka.admin();
  const ends = (await admin.watermarks(topic)).filter(
    ({ partition, low, high }) => partitions.has(partition) && high > low,
  );
  const wanted = ends.map(({ partition, high }) => ({ topic, partition, offset: high }));
  let missing: readonly TopicPartitionOffset[] = wanted;
  for (let poll = 0; poll < polls && missing.length > 0; poll += 1) {
    if (poll > 0) await sleep(pollMs);
    const passed = view === 'view-postgres' ? await storedBy(pool) : await committedBy(admin, view, topic);
    missing = missing.filter((one) => (passed.get(placeOf(one)) ?? 0n) < one.offset);
  }
  // A dead letter raises no position before the next record of its partition is stored; its offset is committed.
  const committed = missing.length === 0 ? new Map<string, bigint>() : await committedBy(admin, view, topic);
  const lacking = missing.filter((one) => (committed.get(placeOf(one)) ?? 0n) < one.offset);
  if (lacking.length > 0) throw new TransientError(`${view} has not passed ${lacking.map(placeOf).join(', ')} yet`);
}

async function storedBy(pool: Pool): Promise<ReadonlyMap<string, bigint>> {
  try {
    return await readPositions(pool);
  } catch (error) {
    throw stageError(error);
  }
}

async function committedBy(admin: KafkaAdmin, view: string, topic: string): Promise<ReadonlyMap<string, bigint>> {
  const committed = await admin.committed(groupOf(view), [topic]);
  return new Map(committed.map((one) => [placeOf(one), one.offset]));
}
