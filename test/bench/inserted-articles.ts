import type { Pool } from 'pg';
import { newsTopicIds } from '../../domain/news-topics.ts';

export interface InsertedArticles {
  /** Numbers, both inclusive. The same number is the same article. */
  readonly from: number;
  readonly to: number;
  readonly feeds: number;
  /** That articles name some six of; the rarer a name the more there are of its kind. */
  readonly names: number;
  /** Of the search vector, by Zipf's law; none unless given. */
  readonly words?: number;
}

const inOneInsert = 20_000;

/**
 * Articles of 30 days straight into the view's tables, with seasons of a day and one or two topics each.
 *
 * @param tell is told how many are inserted
 */
export async function insertArticles(
  pool: Pool,
  { from, to, feeds, names, words = 0 }: InsertedArticles,
  tell: (count: number) => void = () => undefined,
): Promise<void> {
  for (let at = from; at <= to; at += inOneInsert) {
    const last = Math.min(to, at + inOneInsert - 1);
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
           scraped_at, extraction_method, extraction_confidence, content_hash, language, entities, sentiment_label,
           sentiment_score, search_vector)
         select id, 1, 'public', 'https://news.example/' || n, 'Title ' || n, '', at, 'entry', at, 'none', 1, '',
           case when chance < 0.7 then 'en' when chance < 0.9 then 'de' else 'fr' end,
           (select jsonb_agg(distinct jsonb_build_object('key', 'name ' || floor(power(random(), 4) * $4::int)::int))
            from generate_series(1, 6) where n >= 0),
           case when chance < 0.3 then 'negative' when chance < 0.7 then 'neutral' else 'positive' end,
           round((chance * 2 - 1)::numeric, 2),
           array_to_tsvector(array(select distinct 'en:w' || floor(60000 * power(random(), 3))::int
                                   from generate_series(1, $6::int) where n >= 0))
         from article
       ), listed as (
         insert into content.article_feeds (article_id, feed_id)
         select id, md5('feed' || feed)::uuid from article
         union select id, md5('feed' || (feed % $3::int + 1))::uuid from article where chance < 0.2
       )
       insert into content.article_categories (article_id, version, topics, categories, method, model)
       select id, 1, case when chance < 0.3 then array[($5::text[])[topic], ($5::text[])[topic % 17 + 1]]
                          else array[($5::text[])[topic]] end, '[]', '', '' from article`,
      [at, last, feeds, names, newsTopicIds, words],
    );
    tell(last - from + 1);
  }
  for (const table of ['articles', 'article_feeds', 'article_categories']) await pool.query(`analyze content.${table}`);
}
