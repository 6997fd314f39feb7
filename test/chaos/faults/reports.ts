import { setTimeout as sleep } from 'node:timers/promises';
import { openPostgres } from '../../../gateways/postgres.ts';
import type { Chaos } from '../chaos.ts';
import type { Watched } from '../watching.ts';

const everyMs = 4_000;

/** No fault by itself: has one report after the other come due, again and again, so that its maker can die over it. */
export async function keepReportsDue(
  { world, tally }: Pick<Chaos, 'world' | 'tally'>,
  { scheduleIds }: Watched,
  signal: AbortSignal,
): Promise<void> {
  const pool = openPostgres(world.runtime.config.databaseUrl, { log: world.runtime.log, max: 1 });
  try {
    for (let turn = 0; !signal.aborted; turn += 1) {
      const due = pool.query('update report_schedules set next_at = now(), retry_at = null where id = $1', [
        scheduleIds[turn % scheduleIds.length],
      ]);
      await due.catch((error: unknown) => tally.note('no report came due', { error: String(error) }));
      await sleep(everyMs, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    await pool.end();
  }
}
