import { type Kysely, sql } from 'kysely';
import type { Database } from '../../schema.ts';
import { NotFound } from '../faults.ts';
import { type Source, sourceOf } from './source.ts';

/** The rows of one organisation's sources. All that take an id throw NotFound for another organisation's. */
export function sourceRows(organizationId: string) {
  /** With how their feeds stand. */
  const rows = (from: Kysely<Database>) =>
    from
      .selectFrom('sources')
      .innerJoin('feeds', 'feeds.id', 'sources.feed_id')
      .leftJoin('content.feed_status as status', 'status.feed_id', 'sources.feed_id')
      .selectAll('sources')
      .select(['feeds.health', 'feeds.health_reason', 'feeds.checked_at', 'feeds.paused'])
      .select(sql<Date>`coalesce(feeds.retry_at, feeds.next_due_at)`.as('next_attempt_at'))
      .select(['status.http_status', 'status.error_code', 'status.title as feed_title', 'status.site_url'])
      .where('sources.organization_id', '=', organizationId);

  const own = (from: Kysely<Database>, id: string) =>
    from.selectFrom('sources').selectAll().where('id', '=', id).where('organization_id', '=', organizationId);

  return {
    rows,
    get: async (from: Kysely<Database>, id: string): Promise<Source> => {
      const row = await rows(from).where('sources.id', '=', id).executeTakeFirst();
      if (row === undefined) throw new NotFound('source', id);
      return sourceOf(row);
    },
    /** The row as it is stored, sealed credentials and all. */
    stored: async (from: Kysely<Database>, id: string) => {
      const row = await own(from, id).executeTakeFirst();
      if (row === undefined) throw new NotFound('source', id);
      return row;
    },
    /** The same, held until the transaction ends. */
    lock: async (transaction: Kysely<Database>, id: string) => {
      const row = await own(transaction, id).forUpdate().executeTakeFirst();
      if (row === undefined) throw new NotFound('source', id);
      return row;
    },
  };
}
