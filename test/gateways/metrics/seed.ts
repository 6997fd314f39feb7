import type { Pool } from 'pg';
import { defaultOrganizationId } from '../../../gateways/schema.ts';

/** So many articles at a time, with what they count for. */
export interface Seeded {
  /** Milliseconds since 1970; `spreadMs` from then on they are spread over. */
  readonly from: number;
  readonly spreadMs?: number;
  readonly count: number;
  readonly feed: string;
  readonly category?: string;
  readonly entities?: readonly string[];
  readonly sentiment?: number;
}

/** Puts articles straight into the view's tables. */
export async function seedArticles(pool: Pool, batches: readonly Seeded[]): Promise<void> {
  await pool.query(
    `with given as (
       select * from json_to_recordset($1::json) as b
         ("from" float8, "spreadMs" float8, count int, feed uuid, category text, entities jsonb, sentiment float8)
     ), article as materialized (
       select gen_random_uuid() as id, given.*, to_timestamp((given."from" + coalesce("spreadMs", 0) * n / count) / 1000) as at
       from given cross join lateral generate_series(0, given.count - 1) n
     ), written as (
       insert into content.articles (id, version, visibility, url, title, content, published_date, published_at_source,
         scraped_at, extraction_method, extraction_confidence, content_hash, language, entities, sentiment_label, sentiment_score)
       select id, 1, 'public', 'https://news.example/' || id, 'Title', '', at, 'entry', at, 'none', 1, '', 'en',
         coalesce((select jsonb_agg(jsonb_build_object('key', key)) from jsonb_array_elements_text(entities) key), '[]'),
         case when sentiment < 0 then 'negative' when sentiment > 0 then 'positive' end, sentiment
       from article
     ), listed as (
       insert into content.article_feeds (article_id, feed_id) select id, feed from article
     )
     insert into content.article_categories (article_id, version, topics, categories, method, model)
     select id, 1, array[category], '[]', '', '' from article where category is not null`,
    [JSON.stringify(batches)],
  );
  await pool.query(
    `insert into metric_touched (hour) select distinct date_trunc('hour', published_date, 'UTC') from content.articles
     on conflict do nothing`,
  );
}

/** A source whose feed is collected well. */
export async function seedSource(
  pool: Pool,
  {
    id,
    feed,
    name,
    organizationId = defaultOrganizationId,
    sinceMs = Date.now(),
  }: {
    readonly id: string;
    readonly feed: string;
    readonly name: string;
    readonly organizationId?: string;
    /** Since when it is collected. */
    readonly sinceMs?: number;
  },
): Promise<void> {
  await pool.query(
    `insert into feeds (id, url, connector, health, worked_at, created_at) values ($1, $2, 'feed', 'healthy', now(), $3)
     on conflict do nothing`,
    [feed, `https://${feed}.example/`, new Date(sinceMs)],
  );
  await pool.query(
    `insert into sources (id, organization_id, feed_id, name, url, type) values ($1, $2, $3, $4, '', 'rss')`,
    [id, organizationId, feed, name],
  );
}
