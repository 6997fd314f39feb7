import type { Kysely } from 'kysely';
import type { TopicName, TopicValues } from '../../streams/topics.ts';
import type { Database } from '../schema.ts';
import { notify } from './notifications.ts';

/**
 * Says that a record is to be produced once the transaction commits; the relay sends it; null is a tombstone.
 * Values with bytes cannot travel this way.
 */
export async function writeToOutbox<T extends TopicName>(
  transaction: Kysely<Database>,
  topic: T,
  records: readonly { readonly key: string; readonly value: TopicValues[T] | null }[],
): Promise<void> {
  if (records.length === 0) return;
  await transaction
    .insertInto('outbox')
    .values(records.map(({ key, value }) => ({ topic, key, payload: value === null ? null : JSON.stringify(value) })))
    .execute();
  await notify(transaction, 'outbox');
}
