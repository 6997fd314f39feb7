import { type SelectQueryBuilder, sql } from 'kysely';
import { z } from 'zod';
import { checked } from '../checked.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { type Page, pageOf } from '../page.ts';

export const settingsListSchema = z.strictObject({
  limit: z.coerce.number({ error: 'should be a number' }).int().min(1).max(100).default(20),
  cursor: z.string().min(1).max(1000).optional(),
});
export type SettingsList = z.input<typeof settingsListSchema>;

/**
 * A page of an organisation's settings, newest first: their ids are UUIDs of version 7, whose order is that of creation.
 *
 * @param list names it, so that its cursors fit no other
 * @param rows all of them, in no order
 * @param id the column, where it is not `id`
 * @throws Invalid for arguments that cannot be used
 */
export async function newestFirst<DB, Table extends keyof DB, Row extends { readonly id: string }, Item>(
  list: string,
  input: SettingsList,
  rows: SelectQueryBuilder<DB, Table, Row>,
  itemOf: (row: Row) => Item,
  id = 'id',
): Promise<Page<Item>> {
  const { limit, cursor } = checked(settingsListSchema, input);
  const column = sql.ref<string>(id);
  let query = rows.orderBy(column, 'desc').limit(limit + 1);
  if (cursor !== undefined) query = query.where(column, '<', String(decodeCursor(list, cursor)[0]));
  return pageOf(await query.execute(), limit, (row) => ({ item: itemOf(row), cursor: encodeCursor(list, [row.id]) }));
}
