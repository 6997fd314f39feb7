-- What articles said before they were changed. Not in schema content: the topics that a rebuild reads are compacted and
-- hold the latest version only, so these rows are kept through it. view-postgres writes them in the transaction that
-- writes the article.

create schema history;

create table history.article_revisions (
  article_id uuid not null,
  version bigint not null,
  title text not null,
  content text not null,
  scraped_at timestamptz not null,
  superseded_at timestamptz not null,
  primary key (article_id, version)
);
comment on schema history is 'What views once showed; kept through their rebuilds.';
comment on table history.article_revisions is 'Earlier titles and texts of articles, the newest 20 of each and 2 million characters.';
comment on column history.article_revisions.version is 'Of the article when it said so.';
comment on column history.article_revisions.superseded_at is 'When the next one was fetched.';
