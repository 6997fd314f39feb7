import type { Pool } from 'pg';

/** Ids of all organisations. */
export async function organizationIds(pool: Pool): Promise<readonly string[]> {
  const { rows } = await pool.query<{ id: string }>('select id from organizations order by id');
  return rows.map(({ id }) => id);
}
