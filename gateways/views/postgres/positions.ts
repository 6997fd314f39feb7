import type { Pool, PoolClient } from 'pg';
import type { TopicPartition, TopicPartitionOffset } from '../../../streams/kafka/port.ts';
import type { ContentSchema } from './content-schema.ts';

type Client = Pick<PoolClient | Pool, 'query'>;

/** Offsets by place; the offset is that of the first record that is not stored. */
export type Positions = ReadonlyMap<string, bigint>;

export const placeOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;

interface PositionRow {
  readonly topic: string;
  readonly partition: number;
  readonly next_offset: number;
}

/** Partitions of which nothing was stored are left out. */
export async function readPositions(client: Client, schema: ContentSchema = 'content'): Promise<Positions> {
  const { rows } = await client.query<PositionRow>(`select topic, partition, next_offset from ${schema}.positions`);
  return new Map(rows.map((row) => [placeOf(row), BigInt(row.next_offset)]));
}

/**
 * Locks the positions of these partitions until the transaction ends, in one order, so that writers of the same
 * partitions come one after the other and none waits for another for ever.
 */
export async function lockPositions(
  client: Client,
  schema: ContentSchema,
  partitions: readonly TopicPartition[],
): Promise<Positions> {
  const wanted = JSON.stringify(
    [...new Map(partitions.map((one) => [placeOf(one), one])).values()].map(({ topic, partition }) => {
      return { topic, partition };
    }),
  );
  const given = `json_to_recordset($1::json) as given (topic text, partition integer)`;
  const lock = (): Promise<{ rows: PositionRow[] }> =>
    client.query<PositionRow>(
      `select topic, partition, next_offset from ${schema}.positions join ${given} using (topic, partition)
       order by topic, partition for update of positions`,
      [wanted],
    );
  let { rows } = await lock();
  if (rows.length < JSON.parse(wanted).length) {
    await client.query(
      `insert into ${schema}.positions (topic, partition, next_offset)
       select topic, partition, 0 from ${given} order by topic, partition on conflict do nothing`,
      [wanted],
    );
    ({ rows } = await lock());
  }
  return new Map(rows.map((row) => [placeOf(row), BigInt(row.next_offset)]));
}

/** Sets each position, also backwards. */
export async function setPositions(
  client: Client,
  schema: ContentSchema,
  positions: readonly TopicPartitionOffset[],
): Promise<void> {
  const rows = positions.map(({ topic, partition, offset }) => ({ topic, partition, next_offset: String(offset) }));
  await client.query(
    `insert into ${schema}.positions as stored (topic, partition, next_offset)
     select topic, partition, next_offset
     from json_to_recordset($1::json) as given (topic text, partition integer, next_offset bigint)
     order by topic, partition
     on conflict (topic, partition) do update set next_offset = excluded.next_offset`,
    [JSON.stringify(rows)],
  );
}

/** A position as it should be, and as it was when that was decided; undefined where there was none. */
export interface AlignedPosition extends TopicPartitionOffset {
  readonly was: bigint | undefined;
}

/** Sets those positions, also backwards, that nobody has changed since. */
export async function alignPositions(
  client: Client,
  schema: ContentSchema,
  positions: readonly AlignedPosition[],
): Promise<void> {
  const rows = positions.map(({ topic, partition, offset, was }) => {
    return { topic, partition, next_offset: String(offset), was: was === undefined ? null : String(was) };
  });
  await client.query(
    `insert into ${schema}.positions as stored (topic, partition, next_offset)
     select topic, partition, next_offset
     from json_to_recordset($1::json) as given (topic text, partition integer, next_offset bigint, was bigint)
     where was is null
     order by topic, partition
     on conflict (topic, partition) do nothing`,
    [JSON.stringify(rows)],
  );
  await client.query(
    `update ${schema}.positions as stored set next_offset = given.next_offset
     from json_to_recordset($1::json) as given (topic text, partition integer, next_offset bigint, was bigint)
     where stored.topic = given.topic and stored.partition = given.partition and stored.next_offset = given.was`,
    [JSON.stringify(rows)],
  );
}

/** Where each partition stands once these messages are stored. */
export function positionsAfter(
  messages: readonly (TopicPartition & { readonly offset: bigint })[],
): readonly TopicPartitionOffset[] {
  const after = new Map<string, TopicPartitionOffset>();
  for (const { topic, partition, offset } of messages) {
    const place = placeOf({ topic, partition });
    if (offset >= (after.get(place)?.offset ?? 0n)) after.set(place, { topic, partition, offset: offset + 1n });
  }
  return [...after.values()];
}
