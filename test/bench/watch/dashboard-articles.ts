import type { Pool } from 'pg';
import { defaultOrganizationId } from '../../../gateways/schema.ts';
import { insertArticles } from '../inserted-articles.ts';

const feeds = 200;
const names = 20_000;

/**
 * Articles of 30 days straight into the view's tables, with seasons of a day, of 200 feeds, with one or two topics and
 * some six names each; the rarer a name the more there are of its kind.
 */
export async function seedDashboards(pool: Pool, articles: number): Promise<void> {
  await pool.query('select setseed(0.5)');
  await pool.query(
    `insert into feeds (id, url, connector, health, worked_at, created_at)
     select md5('feed' || n)::uuid, 'https://feed' || n || '.example/', 'feed', 'healthy', now(), now() - interval '30 days'
     from generate_series(1, $1) n`,
    [feeds],
  );
  await pool.query(
    `insert into sources (id, organization_id, feed_id, name, url, type)
     select md5('source' || n)::uuid, $2, md5('feed' || n)::uuid, 'Source ' || n, '', 'rss' from generate_series(1, $1) n`,
    [feeds, defaultOrganizationId],
  );
  await insertArticles(pool, { from: 1, to: articles, feeds, names });
  await pool.query(
    `insert into metric_touched (hour) select distinct date_trunc('hour', published_date, 'UTC') from content.articles
     on conflict do nothing`,
  );
}
