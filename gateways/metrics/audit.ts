import { type Kysely, sql } from 'kysely';
import type { Database } from '../schema.ts';

/**
 * Touches the next hours of all that have articles, from the latest backwards and then anew: whatever
 * changes the view without a message (a backup that is played in, a hand in the tables) is counted in the end.
 *
 * @param keptFromMs hours before are left out; milliseconds since 1970
 * @param limit hours
 */
export async function touchNextHours(db: Kysely<Database>, keptFromMs: number, limit: number): Promise<void> {
  await sql`
    with recursive place as (
      select coalesce((select next_hour from metric_audit), 'infinity'::timestamptz) as hour
    ), hours(hour, depth) as (
      select (select date_trunc('hour', max(a.published_date), 'UTC') from content.articles a
              where a.published_date < (select hour from place)), 1
      union all
      select (select date_trunc('hour', max(published_date), 'UTC') from content.articles a
              where a.published_date < hours.hour), depth + 1
      from hours where hours.hour is not null and depth < ${limit}
    ), kept as (
      select hour from hours where hour >= ${new Date(keptFromMs)}
    ), noted as (
      insert into metric_audit (next_hour) select coalesce((select min(hour) from kept), 'infinity')
      on conflict (one) do update set next_hour = excluded.next_hour
    )
    insert into metric_touched as stored (hour) select hour from kept order by hour
    on conflict (hour, organization_id) do update set marks = stored.marks + 1
  `.execute(db);
}
