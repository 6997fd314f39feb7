-- What articles are found by is written by the view, from the analyser that alerts use too; Postgres analyses nothing.
-- Rows of before keep their vectors until view-postgres has analysed them anew, which it does by itself.

alter table content.articles alter column search_vector drop expression;
-- Tables that a rebuild has left half done may use it; such a rebuild is begun again.
drop function article_search_vector (text, text, text) cascade;
alter table content.articles
  alter column search_vector set default '',
  alter column search_vector set not null,
  add column search_keys text[] not null default '{}',
  add column analysis integer not null default 0;
create index on content.articles using gin (search_keys);
create index on content.articles (analysis);
comment on column content.articles.search_vector is 'Lexemes of title (A), summary (B) and text (C), as domain/analysis finds them.';
comment on column content.articles.search_keys is 'Site, authors, tags and keywords as queries compare them: author=jane smith.';
comment on column content.articles.analysis is 'Which revision of the analysis made both; 0: none did.';
