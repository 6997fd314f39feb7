import { type Kysely, sql } from 'kysely';
import { nextTimeMs } from '../../scheduler/next-time.ts';
import { type Pace, type PlannedFeed, plansOf } from '../../scheduler/plan-feeds.ts';
import type { Database } from '../../schema.ts';

/** Makes a feed due at once, also one that was given up. */
export async function makeDue(transaction: Kysely<Database>, feedId: string): Promise<void> {
  await transaction
    .updateTable('feeds')
    .set({ next_due_at: sql`now()`, retry_at: null })
    .where('id', '=', feedId)
    .execute();
  await revive(transaction, feedId);
}

/**
 * Has a feed that is paused collected again: it starts over.
 *
 * @returns whether it was paused
 */
export async function revive(transaction: Kysely<Database>, feedId: string): Promise<boolean> {
  const revived = await transaction
    .updateTable('feeds')
    .set({ paused: false, failures: 0, failing_since: null, health: 'waiting', health_reason: 'Asked for again' })
    .where('id', '=', feedId)
    .where('paused', '=', true)
    .returning('id')
    .execute();
  return revived.length > 0;
}

/**
 * Sets the feed's next time anew, since who follows it wishes something else now.
 *
 * @param sooner only where the new time is sooner: for a source that joins others
 */
export async function planAnew(
  transaction: Kysely<Database>,
  feedId: string,
  pace: Pace,
  { sooner }: { readonly sooner: boolean },
): Promise<void> {
  const { rows } = await sql<PlannedFeed & { readonly now: Date; readonly next_due_at: Date; readonly isNew: boolean }>`
    select id, interval_seconds, adaptive_seconds, next_due_at, now() as now, last_requested_at is null as "isNew"
    from feeds where id = ${feedId} for update
  `.execute(transaction);
  const [feed] = rows;
  // What was never asked for is due already.
  if (feed === undefined || feed.isNew) return;
  const plan = (await plansOf(transaction, [feed], pace)).get(feed.id);
  if (plan === undefined) return;
  const next = new Date(nextTimeMs(plan, feed.now.getTime()));
  if (sooner && next >= feed.next_due_at) return;
  await transaction.updateTable('feeds').set({ next_due_at: next }).where('id', '=', feed.id).execute();
}
