import { type Kysely, sql } from 'kysely';
import type { Database } from '../schema.ts';

/** Of a touched hour that is to be counted for all organisations. */
export const everyOrganization = '00000000-0000-0000-0000-000000000000';

/**
 * Marks the hours in which these articles are and were, and remembers where they are. May be repeated; an article that
 * is gone marks the hour in which it was.
 *
 * Called when the view has stored what changed. Articles are locked before they are read: of two calls about one
 * article the later one sees what the earlier one saw, or more.
 *
 * @throws what Postgres throws
 */
export async function touchArticles(db: Kysely<Database>, articleIds: readonly string[]): Promise<void> {
  const ids = [...new Set(articleIds)].toSorted();
  if (ids.length === 0) return;
  await db.transaction().execute(async (transaction) => {
    // A row for each, so that there is something to lock; the epoch is no hour of an article.
    await sql`
      insert into metric_articles (article_id, hour)
      select id, 'epoch' from unnest(${ids}::uuid[]) given(id) order by id on conflict do nothing
    `.execute(transaction);
    await sql`select from metric_articles where article_id = any(${ids}::uuid[]) order by article_id for update`.execute(
      transaction,
    );
    await sql`
      with found as materialized (
        select m.article_id, m.hour as before, date_trunc('hour', a.published_date, 'UTC') as hour
        from metric_articles m left join content.articles a on a.id = m.article_id
        where m.article_id = any(${ids}::uuid[])
      ), moved as (
        update metric_articles m set hour = f.hour from found f
        where m.article_id = f.article_id and f.hour is not null and f.hour <> f.before
      ), gone as (
        delete from metric_articles m using found f where m.article_id = f.article_id and f.hour is null
      )
      insert into metric_touched as stored (hour)
      select hour from (select before as hour from found where before <> 'epoch' union select hour from found) hours
      where hour is not null order by hour
      on conflict (hour, organization_id) do update set marks = stored.marks + 1
    `.execute(transaction);
  });
}

/** Feeds whose hours are marked in one call. */
const maxFeeds = 200;

/**
 * Compares the feeds that organisations follow with those that were counted, and marks, for the organisation alone, the
 * hours of articles that feeds were added or taken away with. A feed that has moved belongs to its source by its old id too.
 *
 * @returns how many feeds were added or taken away; there may be more to do where it is `maxFeeds`
 */
export async function touchChangedFeeds(db: Kysely<Database>): Promise<number> {
  const { rows } = await sql<{ readonly changed: number }>`
    with followed as materialized (
      select id as source_id, feed_id, organization_id from sources
      union select s.id, f.id, s.organization_id from sources s join former_feeds f on f.feed_id = s.feed_id
    ), changed as materialized (
      select source_id, feed_id, followed.organization_id as now, counted.organization_id as before
      from followed full join metric_feeds counted using (source_id, feed_id)
      where followed.organization_id is distinct from counted.organization_id
      order by source_id, feed_id limit ${maxFeeds}
    ), noted as (
      insert into metric_feeds (source_id, feed_id, organization_id)
      select source_id, feed_id, now from changed where now is not null
      on conflict (source_id, feed_id) do update set organization_id = excluded.organization_id
    ), gone as (
      delete from metric_feeds m using changed c
      where m.source_id = c.source_id and m.feed_id = c.feed_id and c.now is null
    ), touched as (
      insert into metric_touched as stored (hour, organization_id)
      select distinct date_trunc('hour', a.published_date, 'UTC') as hour, o.id
      from changed c
      cross join lateral (select c.now where c.now is not null union select c.before where c.before is not null) o(id)
      join content.article_feeds f on f.feed_id = c.feed_id
      join content.articles a on a.id = f.article_id
      order by 1, 2
      on conflict (hour, organization_id) do update set marks = stored.marks + 1
    )
    select count(*)::int as changed from changed
  `.execute(db);
  return rows[0]?.changed ?? 0;
}
