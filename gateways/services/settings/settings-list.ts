import { z } from 'zod';
import { checked } from '../checked.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { type Page, pageOf } from '../page.ts';

export const settingsListSchema = z.strictObject({
  limit: z.coerce.number({ error: 'should be a number' }).int().min(1).max(100).default(20),
  cursor: z.string().min(1).max(1000).optional(),
});
export type SettingsList = z.input<typeof settingsListSchema>;

/** Behind every UUID of version 7. */
const afterAll = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/**
 * A page of an organisation's settings, newest first: their ids are UUIDs of version 7, whose order is that of creation.
 *
 * @param list names it, so that its cursors fit no other
 * @param read so many of those with an id below the given one, the greatest first
 * @throws Invalid for arguments that cannot be used
 */
export async function newestFirst<Row extends { readonly id: string }, Item>(
  list: string,
  input: SettingsList,
  read: (below: string, count: number) => Promise<readonly Row[]>,
  itemOf: (row: Row) => Item,
): Promise<Page<Item>> {
  const { limit, cursor } = checked(settingsListSchema, input);
  const below = cursor === undefined ? afterAll : String(decodeCursor(list, cursor)[0]);
  const rows = await read(below, limit + 1);
  return pageOf(rows, limit, (row) => ({ item: itemOf(row), cursor: encodeCursor(list, [row.id]) }));
}
