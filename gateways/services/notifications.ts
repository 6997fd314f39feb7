import { type Kysely, sql } from 'kysely';
import type { Database } from '../schema.ts';

/** Channels of Postgres' NOTIFY. They only save the wait until the next look: what is missed is found then. */
export const channels = {
  outbox: 'mimir_outbox',
  feedsDue: 'mimir_feeds_due',
  /** Something is to be sent to a channel. */
  notifications: 'mimir_notifications',
  /** Rules are to be applied to the articles of before. */
  ruleRuns: 'mimir_rule_runs',
} as const;

/** Wakes the listeners once the transaction commits. */
export async function notify(db: Kysely<Database>, channel: keyof typeof channels): Promise<void> {
  await sql`select pg_notify(${channels[channel]}, '')`.execute(db);
}
