import type { Kysely } from 'kysely';
import type { Database } from '../../schema.ts';
import { Invalid } from '../faults.ts';

/**
 * Called with the organisation locked, before one more is written.
 *
 * @throws Invalid where the organisation has as many as it may
 */
export async function requireRoom(
  transaction: Kysely<Database>,
  table: 'topics' | 'saved_searches' | 'notification_channels' | 'report_schedules',
  organizationId: string,
  { most, nouns }: { readonly most: number; readonly nouns: string },
): Promise<void> {
  const { count } = await transaction
    .selectFrom(table)
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('organization_id', '=', organizationId)
    .executeTakeFirstOrThrow();
  if (count >= most) throw tooMany(nouns, most);
}

export function tooMany(nouns: string, most: number): Invalid {
  return new Invalid({ field: '', code: 'too_many', detail: `an organisation has ${most} ${nouns} at most` });
}
