import { type Kysely, sql } from 'kysely';
import type { Database } from '../schema.ts';
import { everyOrganization } from './touch.ts';

/** A count as it is now. */
export interface ChangedCount {
  readonly organization_id: string;
  readonly source_id: string | null;
  readonly metric_name: string;
  /** 0 where nothing is left to count. */
  readonly metric_value: number;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** Longer keys would not fit an index row with the others. */
const maxKeyBytes = 1_000;

/**
 * Counts one hour anew over the articles themselves and writes what differs: counts that are gone are removed. Whoever
 * calls it holds the hour, and its month has a table.
 *
 * An article counts once in an organisation's hour, however many of its feeds list it; for each source that lists it once.
 *
 * @param organizationId `everyOrganization` for all
 * @param withEntities false where counts of names are no longer kept
 * @returns what changed
 */
export async function recountHour(
  db: Kysely<Database>,
  { hour, organizationId, withEntities }: { hour: Date; organizationId: string; withEntities: boolean },
): Promise<readonly ChangedCount[]> {
  const isAll = organizationId === everyOrganization;
  const { rows } = await sql<ChangedCount>`
    with organization as materialized (
      select id from organizations where ${isAll} or id = ${organizationId}
      union select ${organizationId}::uuid where not ${isAll}
    ), followed as materialized (
      select s.organization_id, s.id as source_id, s.feed_id from sources s
      where s.organization_id in (select id from organization)
      union
      select s.organization_id, s.id, f.id from sources s join former_feeds f on f.feed_id = s.feed_id
      where s.organization_id in (select id from organization)
    ), listed as materialized (
      select distinct s.organization_id, s.source_id, a.id
      from content.articles a join content.article_feeds l on l.article_id = a.id join followed s using (feed_id)
      where a.published_date >= ${hour} and a.published_date < ${hour}::timestamptz + interval '1 hour'
        and a.visibility in ('public', s.organization_id::text)
    ), seen as materialized (
      select o.organization_id, o.id, a.language, a.sentiment_label, a.sentiment_score, a.entity_keys
      from (select distinct organization_id, id from listed) o join content.articles a using (id)
    ), by_category as materialized (
      select s.organization_id, s.id, s.sentiment_score, t.topic
      from seen s join content.article_categories c on c.article_id = s.id
      cross join lateral (select distinct unnest(c.topics)) t(topic)
    ), by_topic as materialized (
      select s.organization_id, s.id, s.sentiment_score, t.topic
      from seen s join content.article_topics c on c.article_id = s.id and c.organization_id = s.organization_id
      cross join lateral (select distinct unnest(c.topic_ids)) t(topic)
    ), by_source as materialized (
      select l.organization_id, l.id, s.sentiment_score, l.source_id from listed l join seen s using (organization_id, id)
    ), scored as (
      select organization_id, null::uuid as source_id, '{}'::jsonb as dimensions, sentiment_score from seen
      union all select organization_id, null, jsonb_build_object('category', topic), sentiment_score from by_category
      union all select organization_id, null, jsonb_build_object('topic', topic), sentiment_score from by_topic
      union all select organization_id, source_id, jsonb_build_object('source', source_id), sentiment_score from by_source
    ), counted as materialized (
      select organization_id, null::uuid as source_id, 'articles' as metric_name, '{}'::jsonb as dimensions,
             count(*)::float8 as metric_value from seen group by 1
      union all select organization_id, source_id, 'articles_by_source', jsonb_build_object('source', source_id), count(*)
      from by_source group by organization_id, source_id
      union all select organization_id, null, 'articles_by_category', jsonb_build_object('category', topic), count(*)
      from by_category group by organization_id, topic
      union all select organization_id, null, 'articles_by_topic', jsonb_build_object('topic', topic), count(*)
      from by_topic group by organization_id, topic
      union all select organization_id, null, 'articles_by_entity', jsonb_build_object('entity', e.key), count(distinct id)
      from seen cross join lateral unnest(entity_keys) e(key)
      where ${withEntities} and octet_length(e.key) between 1 and ${maxKeyBytes} group by organization_id, e.key
      union all select organization_id, null, 'articles_by_language',
             jsonb_build_object('language', coalesce(language, 'und')), count(*) from seen group by organization_id, language
      union all select organization_id, null, 'articles_by_sentiment', jsonb_build_object('sentiment', sentiment_label), count(*)
      from seen where sentiment_label is not null group by organization_id, sentiment_label
      -- As decimal numbers: a sum of floats depends on its order, and would differ without a reason.
      union all select organization_id, source_id, 'sentiment_sum', dimensions, sum(sentiment_score::numeric)::float8
      from scored where sentiment_score is not null group by organization_id, source_id, dimensions
      union all select organization_id, source_id, 'sentiment_count', dimensions, count(*)
      from scored where sentiment_score is not null group by organization_id, source_id, dimensions
    ), written as (
      insert into article_metrics as stored (time, organization_id, source_id, metric_name, metric_value, dimensions)
      select ${hour}::timestamptz, organization_id, source_id, metric_name, metric_value, dimensions from counted
      order by organization_id, metric_name, dimensions
      on conflict (organization_id, time, metric_name, dimensions)
      do update set metric_value = excluded.metric_value where stored.metric_value <> excluded.metric_value
      returning organization_id, source_id, metric_name, metric_value, dimensions
    ), gone as (
      delete from article_metrics stored
      where time = ${hour} and organization_id in (select id from organization)
        and not exists (select from counted c where c.organization_id = stored.organization_id
                        and c.metric_name = stored.metric_name and c.dimensions = stored.dimensions)
      returning organization_id, source_id, metric_name, 0::float8 as metric_value, dimensions
    )
    select * from written union all select * from gone
  `.execute(db);
  return rows;
}
