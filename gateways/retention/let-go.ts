import type { Pool } from 'pg';
import type { Config } from '../../streams/config.ts';
import { inTransaction } from '../postgres.ts';
import { type KeptTable, keptTables } from './kept-tables.ts';

const rowsInBatch = 1_000;
/** Of one table at a time; what is left waits for the next. */
const maxBatches = 20;

/**
 * Deletes what is older than it is to be kept and needed no more, some rows a transaction. Several processes may do so at
 * once: none waits for rows that another deletes.
 *
 * @param signal ends it between two transactions
 * @returns rows deleted, by table, of those of which any were
 */
export async function letGoOfOld(
  pool: Pool,
  kept: Config['retention'],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const deleted = new Map<string, number>();
  for (const table of keptTables) {
    for (let batch = 0; batch < maxBatches && !signal.aborted; batch += 1) {
      const rows = await letGoOf(pool, table, table.days(kept));
      if (rows > 0) deleted.set(table.table, (deleted.get(table.table) ?? 0) + rows);
      if (rows < rowsInBatch) break;
    }
  }
  return deleted;
}

/** @returns rows deleted */
function letGoOf(pool: Pool, { table, time, condition, begin, before }: KeptTable, days: number): Promise<number> {
  return inTransaction(pool, async (client) => {
    await begin?.(client);
    const { rows } = await client.query<{ readonly id: string }>(
      `select t.id from ${table} t where ${time} < now() - make_interval(days => $1) and ${condition}
       order by ${time} limit ${rowsInBatch} for update of t skip locked`,
      [days],
    );
    if (rows.length === 0) return 0;
    const ids = rows.map(({ id }) => id);
    await before?.(client, ids);
    await client.query(`delete from ${table} where id = any($1::uuid[])`, [ids]);
    return ids.length;
  });
}
