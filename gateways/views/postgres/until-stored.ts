import type { Pool } from 'pg';
import { TransientError } from '../../../streams/errors.ts';
import type { Kafka, TopicPartition, TopicPartitionOffset } from '../../../streams/kafka/port.ts';
import { groupOf } from '../../../streams/runner.ts';
import { stageError } from '../../postgres.ts';
import { placeOf, positionsAfter, readPositions } from './positions.ts';

const pollMs = 50;
const polls = 40;
const writer = 'view-postgres';

/**
 * Resolves once view-postgres has passed these records: stored them, or given them up as dead letters.
 *
 * @throws TransientError where it has not for 2 s, or Postgres is away
 */
export async function untilStored(
  { pool, kafka }: { readonly pool: Pool; readonly kafka: Kafka },
  records: readonly (TopicPartition & { readonly offset: bigint })[],
  sleep: (ms: number) => Promise<void>,
): Promise<void> {
  const wanted = positionsAfter(records);
  let missing = wanted;
  for (let poll = 0; poll < polls; poll += 1) {
    if (poll > 0) await sleep(pollMs);
    missing = await notStored(pool, wanted);
    if (missing.length === 0) return;
  }
  // A dead letter raises no position before the next record of its partition is stored; its offset is committed.
  if (await isCommitted(kafka, missing)) return;
  throw new TransientError(`${writer} has not stored ${missing.map(placeOf).join(', ')} yet`);
}

async function notStored(
  pool: Pool,
  wanted: readonly TopicPartitionOffset[],
): Promise<readonly TopicPartitionOffset[]> {
  try {
    const stored = await readPositions(pool);
    return wanted.filter((one) => (stored.get(placeOf(one)) ?? 0n) < one.offset);
  } catch (error) {
    throw stageError(error);
  }
}

async function isCommitted(kafka: Kafka, wanted: readonly TopicPartitionOffset[]): Promise<boolean> {
  await using admin = await kafka.admin();
  const committed = await admin.committed(groupOf(writer), [...new Set(wanted.map(({ topic }) => topic))]);
  return wanted.every(
    (one) => (committed.find((other) => placeOf(other) === placeOf(one))?.offset ?? 0n) >= one.offset,
  );
}
