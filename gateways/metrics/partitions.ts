import { type Kysely, sql } from 'kysely';
import type { Database } from '../schema.ts';

export type PartitionedTable = 'article_metrics' | 'user_activity';

const dayMs = 86_400_000;

/** Makes the table of the moment's month where it is not there. In TimescaleDB there is nothing to do. */
export async function ensureMonth(db: Kysely<Database>, table: PartitionedTable, moment: Date): Promise<void> {
  await sql`select make_month_partition(${table}, ${moment})`.execute(db);
}

/**
 * The first hour that is kept: months are dropped as a whole.
 *
 * @param nowMs milliseconds since 1970, as the result
 */
export function keptFromMs(nowMs: number, keptDays: number): number {
  const oldest = new Date(nowMs - keptDays * dayMs);
  return Date.UTC(oldest.getUTCFullYear(), oldest.getUTCMonth(), 1);
}

/**
 * Drops the months that lie before a moment.
 *
 * @returns the names of the tables that are gone
 */
export async function dropMonthsBefore(
  db: Kysely<Database>,
  table: PartitionedTable,
  beforeMs: number,
): Promise<readonly string[]> {
  const before = new Date(beforeMs);
  const { rows: hypertables } = await sql`select from pg_extension where extname = 'timescaledb'`.execute(db);
  if (hypertables.length > 0) {
    const { rows } = await sql<{
      readonly name: string;
    }>`select drop_chunks(${table}::regclass, older_than => ${before}::timestamptz) as name`.execute(db);
    return rows.map(({ name }) => name);
  }
  const first = `${table}_${before.toISOString().slice(0, 7).replace('-', '_')}`;
  const { rows } = await sql<{ readonly name: string }>`
    select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = ${`public.${table}`}::regclass and c.relnamespace = 'partitions'::regnamespace
      and c.relname < ${first} order by 1
  `.execute(db);
  for (const { name } of rows) await sql`drop table if exists partitions.${sql.ref(name)}`.execute(db);
  return rows.map(({ name }) => name);
}
