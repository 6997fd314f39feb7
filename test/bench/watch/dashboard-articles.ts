import type { Pool } from 'pg';
import { newsTopicIds } from '../../../domain/news-topics.ts';
import { defaultOrganizationId } from '../../../gateways/schema.ts';

const feeds = 200;
const names = 20_000;

/**
 * Articles of 30 days straight into the view's tables, with seasons of a day, of 200 feeds, with one or two topics and
 * some six names each; the rarer a name the more there are of its kind.
 */
export async function seedDashboards(pool: Pool, articles: number): Promise<void> {
  await pool.query('select setseed(0.5)');
  await pool.query(
    `insert into feeds (id, url, connector, health, worked_at)
     select md5('feed' || n)::uuid, 'https://feed' || n || '.example/', 'feed', 'healthy', now() from generate_series(1, $1) n`,
    [feeds],
  );
  await pool.query(
    `insert into sources (id, organization_id, feed_id, name, url, type)
     select md5('source' || n)::uuid, $2, md5('feed' || n)::uuid, 'Source ' || n, '', 'rss' from generate_series(1, $1) n`,
    [feeds, defaultOrganizationId],
  );
  const inOneInsert = 50_000;
  for (let from = 1; from <= articles; from += inOneInsert) {
    await pool.query(
      `with article as materialized (
         select md5('article' || n)::uuid as id, 1 + floor(power(random(), 2) * $3::int)::int as feed, random() as chance,
           date_trunc('minute', now()) - interval '1 minute'
             - floor(random() * 30) * interval '1 day'
             - (8 + 8 * (random() + random() - 1)) * interval '1 hour' as at,
           1 + floor(power(random(), 2) * 17)::int as topic, n
         from generate_series($1::int, $2::int) n
       ), written as (
         insert into content.articles (id, version, visibility, url, title, content, published_date, published_at_source,
           scraped_at, extraction_method, extraction_confidence, content_hash, language, entities, sentiment_label, sentiment_score)
         select id, 1, 'public', 'https://news.example/' || n, 'Title ' || n, '', at, 'entry', at, 'none', 1, '',
           case when chance < 0.7 then 'en' when chance < 0.9 then 'de' else 'fr' end,
           (select jsonb_agg(distinct jsonb_build_object('key', 'name ' || floor(power(random(), 4) * $4::int)::int))
            from generate_series(1, 6) where n > 0),
           case when chance < 0.3 then 'negative' when chance < 0.7 then 'neutral' else 'positive' end, round((chance * 2 - 1)::numeric, 2)
         from article
       ), listed as (
         insert into content.article_feeds (article_id, feed_id)
         select id, md5('feed' || feed)::uuid from article
         union select id, md5('feed' || (feed % $3::int + 1))::uuid from article where chance < 0.2
       )
       insert into content.article_categories (article_id, version, topics, categories, method, model)
       select id, 1, case when chance < 0.3 then array[($5::text[])[topic], ($5::text[])[topic % 17 + 1]]
                          else array[($5::text[])[topic]] end, '[]', '', '' from article`,
      [from, Math.min(articles, from + inOneInsert - 1), feeds, names, newsTopicIds],
    );
  }
  await pool.query(
    `insert into metric_touched (hour) select distinct date_trunc('hour', published_date, 'UTC') from content.articles
     on conflict do nothing`,
  );
  for (const table of ['articles', 'article_feeds', 'article_categories']) await pool.query(`analyze content.${table}`);
}
