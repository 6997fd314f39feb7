-- What enrichers find, each with its method; and articles by the keys of what they name.

create function article_entity_keys(entities jsonb) returns text[]
  language sql immutable parallel safe
  return array(select jsonb_path_query(entities, '$[*].key') #>> '{}');

alter table content.articles
  add column language_method text not null default '',
  add column keywords_method text not null default '',
  add column sentence_count integer not null default 0,
  add column sentiment_confidence double precision,
  add column entities jsonb not null default '[]',
  add column entities_method text not null default '',
  add column machine_summary text,
  add column machine_summary_method text,
  add column quality text[] not null default '{}',
  add column quality_method text not null default '',
  add column skipped_enrichers jsonb not null default '[]';
alter table content.articles
  add column entity_keys text[] generated always as (public.article_entity_keys(entities)) stored;
create index on content.articles using gin (entity_keys);
comment on column content.articles.entities is '[{key, name, type, count, confidence}], the most mentioned first.';
comment on column content.articles.machine_summary is 'The machine''s; summary is the publisher''s.';
comment on column content.articles.quality is 'Flags such as paywall_stub, in alphabetical order.';
comment on column content.articles.skipped_enrichers is '[{enricher, reason}]: what did not judge.';
