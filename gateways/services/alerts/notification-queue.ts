import type { Kysely } from 'kysely';
import type { Database } from '../../schema.ts';
import { notify } from '../notifications.ts';

/** What is sent to a channel: a type as `alert.raised`, and what it tells. */
export interface QueuedNotification {
  /** The receiver knows repeats by it; the same id is queued once. */
  readonly id: string;
  readonly channel_id: string;
  readonly organization_id: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/**
 * Has the notification sent once the transaction commits, behind what was queued before to the channel: again until it
 * arrives, for some days.
 */
export async function queueNotification(
  transaction: Kysely<Database>,
  { data, ...row }: QueuedNotification,
): Promise<void> {
  await transaction
    .insertInto('notifications')
    .values({ ...row, data: JSON.stringify(data) })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
  await notify(transaction, 'notifications');
}
