import { type Kysely, sql } from 'kysely';
import type { Database } from '../../schema.ts';
import { collectingSince } from '../analytics/hours.ts';

/** When a series began to be counted, in milliseconds since 1970; infinite where it was not yet. */
export type CountedSince = (of: string, value: string) => number;

/**
 * Hours before say nothing of a rate: there was no topic, or nobody collected the source, of which they hold what its feed
 * still listed at first. An hour without articles after that is a fact, and so is one without an action of people after
 * anything was noted of them.
 */
export async function countedSince(db: Kysely<Database>, organizationId: string): Promise<CountedSince> {
  const { rows } = await sql<{ of: 'source' | 'topic'; value: string; since: Date }>`
    select 'source' as of, s.id as value, least(s.created_at, f.created_at) as since
    from sources s join feeds f on f.id = s.feed_id where s.organization_id = ${organizationId}
    union all select 'topic', id, created_at from topics where organization_id = ${organizationId}
  `.execute(db);
  const began = new Map(rows.map(({ of, value, since }) => [`${of}/${value}`, since.getTime()]));
  const sources = rows.filter(({ of }) => of === 'source').map(({ since }) => since.getTime());
  const all = Math.max((await collectingSince(db)) ?? Number.POSITIVE_INFINITY, Math.min(...sources));
  const noted = await notedSince(db, organizationId);
  return (of, value) => (of === 'activity' ? noted : Math.max(all, began.get(`${of}/${value}`) ?? all));
}

async function notedSince(db: Kysely<Database>, organizationId: string): Promise<number> {
  const { rows } = await sql<{ since: Date | null }>`
    select min(time) as since from user_activity where organization_id = ${organizationId}
  `.execute(db);
  return rows[0]?.since?.getTime() ?? Number.POSITIVE_INFINITY;
}
