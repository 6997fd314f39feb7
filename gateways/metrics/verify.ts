import { type Kysely, sql } from 'kysely';
import type { Database } from '../schema.ts';
import { ensureMonth, keptFromMs } from './partitions.ts';
import { recountHour } from './recount.ts';
import type { RoundOptions } from './round.ts';
import { everyOrganization } from './touch.ts';

export interface CountsReport {
  /** Hours that have articles or counts. */
  readonly hours: number;
  /** Of these, those that are touched and wait to be counted. */
  readonly waiting: number;
  /** Hours whose counts are not what a count over their articles comes to; none are right counts. ISO 8601, in UTC. */
  readonly differing: readonly { readonly hour: string; readonly counts: number }[];
}

/** Thrown to undo what counting has written. */
class Undone extends Error {}

/**
 * Counts every hour over its articles and compares; changes nothing.
 *
 * @param onHour called after each
 */
export async function verifyCounts(
  db: Kysely<Database>,
  { keptDays, entitiesKeptDays, now }: Omit<RoundOptions, 'maxHours'>,
  onHour: (done: number, all: number) => void = () => undefined,
): Promise<CountsReport> {
  const from = new Date(keptFromMs(now(), keptDays));
  const { rows: hours } = await sql<{ hour: Date; is_touched: boolean }>`
    select hour, exists (select from metric_touched t where t.hour = hours.hour) as is_touched
    from (select date_trunc('hour', published_date, 'UTC') as hour from content.articles where published_date >= ${from}
          union select time from article_metrics where time >= ${from}) hours
    order by hour
  `.execute(db);
  const entitiesFromMs = now() - entitiesKeptDays * 86_400_000;
  const differing: { hour: string; counts: number }[] = [];
  for (const [at, { hour }] of hours.entries()) {
    const counts = await differences(db, hour, hour.getTime() >= entitiesFromMs);
    if (counts > 0) differing.push({ hour: hour.toISOString(), counts });
    onHour(at + 1, hours.length);
  }
  return { hours: hours.length, waiting: hours.filter(({ is_touched }) => is_touched).length, differing };
}

async function differences(db: Kysely<Database>, hour: Date, withEntities: boolean): Promise<number> {
  let counts = 0;
  try {
    await db.transaction().execute(async (transaction) => {
      await ensureMonth(transaction, 'article_metrics', hour);
      const changed = await recountHour(transaction, { hour, organizationId: everyOrganization, withEntities });
      counts = changed.length;
      throw new Undone();
    });
  } catch (error) {
    if (!(error instanceof Undone)) throw error;
  }
  return counts;
}
