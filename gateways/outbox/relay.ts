import type { PoolClient } from 'pg';
import type { Logger } from 'pino';
import type { Codec } from '../../streams/codec.ts';
import { deadLetterRecord } from '../../streams/dead-letter.ts';
import { FatalError, TransientError } from '../../streams/errors.ts';
import { derivedEventId, eventHeaders } from '../../streams/event-headers.ts';
import { passFailPoint } from '../../streams/fail-points.ts';
import type { KafkaProducer, OutgoingRecord } from '../../streams/kafka/port.ts';
import { type TopicName, topics, type TopicValues } from '../../streams/topics.ts';

export interface RelayPorts {
  readonly client: Pick<PoolClient, 'query'>;
  readonly codec: Pick<Codec, 'encode'>;
  readonly producer: Pick<KafkaProducer, 'send'>;
  readonly log: Logger;
}

interface OutboxRow {
  readonly id: number;
  readonly topic: string;
  readonly key: string;
  readonly payload: unknown;
  readonly created_at: Date;
}

/** Of the service, in headers and dead letters. */
const serviceName = 'outbox';

const batchSize = 500;

/**
 * Produces the oldest records of the outbox and deletes them once they are acknowledged. A crash in between sends them
 * again: readers know requests by their id. Records of one key keep the order of their ids; two transactions that write
 * the same key at the same time decide that order by chance.
 *
 * @returns how many were sent
 * @throws TransientError where Kafka or the registry is away; nothing is lost
 */
export async function relayBatch({ client, codec, producer, log }: RelayPorts): Promise<number> {
  const { rows } = await client.query<OutboxRow>(
    'select id, topic, key, payload, created_at from outbox order by id limit $1',
    [batchSize],
  );
  if (rows.length === 0) return 0;
  await producer.send(await Promise.all(rows.map((row) => recordOf(row, codec, log))));
  passFailPoint('outbox-sent');
  await client.query('delete from outbox where id = any($1::bigint[])', [rows.map(({ id }) => id)]);
  return rows.length;
}

async function recordOf(row: OutboxRow, codec: RelayPorts['codec'], log: Logger): Promise<OutgoingRecord> {
  try {
    if (!isTopic(row.topic)) throw new Error(`there is no topic ${row.topic}`);
    const value = row.payload === null ? null : await codec.encode(row.topic, row.payload as TopicValues[TopicName]);
    return { topic: row.topic, key: row.key, value, headers: headersOf(row, row.topic) };
  } catch (error) {
    if (error instanceof TransientError || error instanceof FatalError) throw error;
    // It will never fit its schema. Those behind it must not wait for it, and it must not be lost.
    log.error({ err: error, outboxId: row.id, topic: row.topic }, 'a record of the outbox cannot be produced');
    return deadLetterOf(row, error);
  }
}

function isTopic(name: string): name is TopicName {
  return Object.hasOwn(topics, name);
}

function headersOf(row: OutboxRow, topic: TopicName): NonNullable<OutgoingRecord['headers']> {
  // With the time, since the numbers begin anew in a new database.
  const eventId = derivedEventId(`outbox/${row.id}/${row.created_at.toISOString()}`, serviceName, row.topic);
  return eventHeaders({
    topic,
    source: serviceName,
    eventId,
    isTombstone: row.payload === null,
    nowMs: row.created_at.getTime(),
  });
}

/** With the row as JSON in place of the bytes that it has none of. */
function deadLetterOf(row: OutboxRow, error: unknown): OutgoingRecord {
  const record = {
    topic: row.topic,
    partition: 0,
    offset: BigInt(row.id),
    key: Buffer.from(row.key),
    value: row.payload === null ? null : Buffer.from(JSON.stringify(row.payload)),
    headers: {},
    timestampMs: row.created_at.getTime(),
  };
  return deadLetterRecord(record, {
    stage: serviceName,
    reason: 'unencodable',
    exception: error instanceof Error ? error.name : undefined,
    message: error instanceof Error ? error.message : String(error),
    tries: 1,
    timestampMs: row.created_at.getTime(),
  });
}
