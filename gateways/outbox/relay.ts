import type { PoolClient } from 'pg';
import type { Logger } from 'pino';
import type { Codec } from '../../streams/codec.ts';
import { TransientError } from '../../streams/errors.ts';
import type { KafkaProducer, OutgoingRecord } from '../../streams/kafka/port.ts';
import { deadLetterTopic, type TopicName, topics, type TopicValues } from '../../streams/topics.ts';

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
}

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
  const { rows } = await client.query<OutboxRow>('select id, topic, key, payload from outbox order by id limit $1', [
    batchSize,
  ]);
  if (rows.length === 0) return 0;
  await producer.send(await Promise.all(rows.map((row) => recordOf(row, codec, log))));
  await client.query('delete from outbox where id = any($1::bigint[])', [rows.map(({ id }) => id)]);
  return rows.length;
}

async function recordOf(row: OutboxRow, codec: RelayPorts['codec'], log: Logger): Promise<OutgoingRecord> {
  try {
    if (!(row.topic in topics)) throw new Error(`there is no topic ${row.topic}`);
    const topic = row.topic as TopicName;
    const value = row.payload === null ? null : await codec.encode(topic, row.payload as TopicValues[TopicName]);
    return { topic, key: row.key, value, headers: { event_id: `outbox-${row.id}`, event_type: topic } };
  } catch (error) {
    if (error instanceof TransientError) throw error;
    // It will never fit its schema. Those behind it must not wait for it, and it must not be lost.
    log.error({ err: error, outboxId: row.id, topic: row.topic }, 'a record of the outbox cannot be produced');
    return {
      topic: deadLetterTopic,
      key: row.key,
      value: row.payload === null ? null : Buffer.from(JSON.stringify(row.payload)),
      headers: {
        event_id: `outbox-${row.id}`,
        '__errors.topic': row.topic,
        '__errors.stage': 'outbox',
        '__errors.reason': 'unencodable',
        '__errors.exception.message': error instanceof Error ? error.message : String(error),
      },
    };
  }
}
