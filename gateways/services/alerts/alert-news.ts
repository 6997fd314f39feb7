import { setTimeout as sleep } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../../schema.ts';
import { type Alert, alertOf } from './alerts.ts';
import { reading } from '../postgres-faults.ts';

const lookEveryMs = 1_000;
/** A transaction that began earlier may commit later: so far back is looked each time. */
const overlapMs = 60_000;
const maxAtOnce = 200;

/**
 * Alerts of an organisation as they are raised, each once, from now on.
 *
 * @param onAlert resolves when the reader has taken it
 * @returns when the signal is aborted
 * @throws Unavailable while Postgres is away
 */
export async function followAlerts(
  {
    db,
    organizationId,
    now,
  }: { readonly db: Kysely<Database>; readonly organizationId: string; readonly now: () => number },
  onAlert: (alert: Alert) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const beginMs = now();
  /** Of those that were told, when they were raised. */
  const told = new Map<string, number>();
  let latestMs = beginMs;
  while (!signal.aborted) {
    const sinceMs = Math.max(beginMs, latestMs - overlapMs);
    const rows = await reading(() =>
      db
        .selectFrom('alerts')
        .selectAll()
        .where('organization_id', '=', organizationId)
        .where('raised_at', '>=', new Date(sinceMs))
        // One parameter: a statement has 65,535 of them at most.
        .where(sql<boolean>`id <> all(${[...told.keys()]}::uuid[])`)
        .orderBy('raised_at')
        .orderBy('id')
        .limit(maxAtOnce)
        .execute(),
    );
    for (const row of rows) {
      if (signal.aborted) return;
      await onAlert(alertOf(row));
      told.set(row.id, row.raised_at.getTime());
      latestMs = Math.max(latestMs, row.raised_at.getTime());
    }
    for (const [id, at] of told) if (at < latestMs - overlapMs) told.delete(id);
    if (rows.length < maxAtOnce) await sleep(lookEveryMs, undefined, { signal }).catch(() => undefined);
  }
}
