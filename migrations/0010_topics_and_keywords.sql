-- What organisations want told of articles: topics of their own and keywords; and what the streams found.

create table topics (
  id uuid primary key,
  organization_id uuid not null references organizations (id) on delete cascade,
  name text not null check (length(name) between 1 and 255),
  description text check (length(description) <= 2000),
  examples jsonb not null default '[]',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (organization_id, name)
);
create index on topics (organization_id, id desc);
comment on table topics is 'Topics of organisations, told by a description, by examples, or by both.';
comment on column topics.examples is '[{article_id, text}]; article_id is null where the text was given itself.';

create table keywords (
  id uuid primary key,
  organization_id uuid not null references organizations (id) on delete cascade,
  keyword text not null check (length(keyword) between 1 and 200),
  weight double precision not null default 1.0 check (weight > 0 and weight <= 10),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create unique index keywords_once on keywords (organization_id, lower(keyword));
create index on keywords (organization_id, id desc);
comment on table keywords is 'What makes an article relevant to an organisation, and how much.';

create table content.article_categories (
  article_id uuid primary key,
  version bigint not null,
  topics text[] not null,
  categories jsonb not null,
  method text not null,
  model text not null
);
create index on content.article_categories using gin (topics);
comment on table content.article_categories is 'What articles are about by the taxonomy, from article-categories.';
comment on column content.article_categories.topics is 'Those of categories, for conditions.';
comment on column content.article_categories.categories is '[{topic, score, facet}], the most probable first.';

create table content.article_topics (
  article_id uuid not null,
  organization_id uuid not null,
  version bigint not null,
  defined_at bigint not null,
  topic_ids uuid[] not null,
  matches jsonb not null,
  method text not null,
  primary key (article_id, organization_id)
);
create index on content.article_topics using gin (topic_ids);
comment on table content.article_topics is 'To which topics of an organisation an article belongs, from article-topics.';
comment on column content.article_topics.defined_at is 'Milliseconds since 1970. Together with version: writes need a greater one.';
comment on column content.article_topics.matches is '[{topic_id, score, nearest}].';

create table content.article_relevance (
  article_id uuid not null,
  organization_id uuid not null,
  version bigint not null,
  defined_at bigint not null,
  score double precision not null,
  keywords jsonb not null,
  method text not null,
  primary key (article_id, organization_id)
);
create index on content.article_relevance (organization_id, score desc, article_id desc);
comment on table content.article_relevance is 'How relevant articles are to organisations, from article-relevance.';
comment on column content.article_relevance.keywords is '[{keyword, weight, in_title, count}], the one that counts most first.';
