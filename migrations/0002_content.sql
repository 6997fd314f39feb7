-- The Postgres view of the streams. Everything in schema content can be made again from the topics: a rebuild makes
-- content_next with tables like these, fills it and renames the schemas. Hence no foreign keys leave or enter the
-- schema, and indexes carry the names that Postgres itself gives, so that they are the same after a rebuild.

create extension if not exists pg_trgm;
create schema content;
comment on schema content is 'Materialised view of the topics; written only by view-postgres and by view rebuild.';

-- A tsvector holds less than 1 MiB of lexemes and positions. Any 100,000 characters fit, whatever the script; words
-- beyond position 16,383 would not be found by position anyway.
create function article_search_vector(title text, summary text, content text) returns tsvector
  language sql immutable parallel safe
  return setweight(to_tsvector('pg_catalog.english', left(coalesce(title, ''), 2000)), 'A')
      || setweight(to_tsvector('pg_catalog.english', left(coalesce(summary, ''), 10000)), 'B')
      || setweight(to_tsvector('pg_catalog.english', left(coalesce(content, ''), 100000)), 'C');

create table content.articles (
  id uuid primary key,
  version bigint not null,
  visibility text not null,
  url text not null,
  canonical_url text,
  site_name text,
  title text not null,
  content text not null,
  html text,
  summary text,
  author text,
  authors text[] not null default '{}',
  tags text[] not null default '{}',
  image_url text,
  published_date timestamptz not null,
  published_at_source text not null,
  modified_at timestamptz,
  scraped_at timestamptz not null,
  language text,
  language_confidence double precision not null default 0,
  keywords jsonb not null default '[]',
  word_count integer not null default 0,
  reading_time_seconds integer not null default 0,
  sentiment_label text,
  sentiment_score double precision,
  sentiment_method text,
  extraction_method text not null,
  extraction_confidence double precision not null,
  content_hash text not null,
  metadata jsonb not null default '{}',
  search_vector tsvector generated always as (public.article_search_vector(title, summary, content)) stored
);
create index on content.articles (published_date desc, id desc);
create index on content.articles (scraped_at desc, id desc);
create index on content.articles (language, published_date desc, id desc);
create index on content.articles using gin (search_vector);
create index on content.articles using gin (tags);
create index on content.articles using gin (title gin_trgm_ops);
comment on table content.articles is 'The latest version of each article, from article-enriched.';
comment on column content.articles.version is 'Writes need a greater one; repeats and late arrivals change nothing.';
comment on column content.articles.content is 'Plain text; paragraphs are separated by one empty line.';
comment on column content.articles.html is 'The same, as sanitised HTML.';
comment on column content.articles.author is 'The authors'' names, joined by comma.';
comment on column content.articles.keywords is '[{term, weight}], the first has the greatest weight.';

create table content.article_feeds (
  article_id uuid not null,
  feed_id uuid not null,
  primary key (article_id, feed_id)
);
create index on content.article_feeds (feed_id, article_id);
comment on table content.article_feeds is 'Which feeds list an article, from article-enriched: who may see it follows from here.';

create table content.duplicates (
  article_id uuid primary key,
  original_id uuid,
  reason text not null,
  score double precision not null,
  version bigint not null,
  method text not null
);
create index on content.duplicates (original_id);
comment on table content.duplicates is 'Links from copies to their originals, from article-duplicate.';
comment on column content.duplicates.original_id is 'Null: judged to be no copy any more.';

create table content.feed_status (
  feed_id uuid primary key,
  checked_at timestamptz not null,
  outcome text not null,
  http_status integer,
  error_code text,
  error_detail text,
  title text,
  site_url text,
  entry_count integer not null,
  new_entry_count integer not null,
  duration_ms integer not null
);
comment on table content.feed_status is 'How the latest collection of each feed went, from feed-status.';
