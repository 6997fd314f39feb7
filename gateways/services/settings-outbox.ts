import type { Kysely } from 'kysely';
import type { TopicName, TopicValues } from '../../streams/topics.ts';
import type { Database } from '../schema.ts';
import { writeToOutbox } from './outbox.ts';

/**
 * Holds the organisation until the transaction ends: of changes of one setting, the record of the later one is sent
 * later, and what is counted or told as a whole holds still meanwhile.
 */
export async function lockOrganization(transaction: Kysely<Database>, organizationId: string): Promise<void> {
  await transaction
    .selectFrom('organizations')
    .select('id')
    .where('id', '=', organizationId)
    .forUpdate()
    .executeTakeFirstOrThrow();
}

/** Tells the stages of a setting as it is now; null ends it. What was not sent yet of the same key need not be sent. */
export async function tellStages<T extends TopicName>(
  transaction: Kysely<Database>,
  topic: T,
  key: string,
  value: TopicValues[T] | null,
): Promise<void> {
  await transaction.deleteFrom('outbox').where('topic', '=', topic).where('key', '=', key).execute();
  await writeToOutbox(transaction, topic, [{ key, value }]);
}
