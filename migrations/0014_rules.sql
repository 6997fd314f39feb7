-- What organisations do to the articles that come: rules, and what these did to each article.

create table rule_sets (
  organization_id uuid primary key references organizations (id) on delete cascade,
  revision bigint not null default 1,
  updated_at timestamptz not null default now()
);
comment on table rule_sets is 'One row an organisation that has, or had, rules.';
comment on column rule_sets.revision is 'Grows with every change of any of its rules: who judges can tell whether it knows them all.';

create table rules (
  id uuid primary key,
  organization_id uuid not null references rule_sets (organization_id) on delete cascade,
  name text not null check (length(name) between 1 and 255),
  query text not null,
  resolved text not null,
  position integer not null check (position > 0),
  enabled boolean not null default true,
  actions jsonb not null,
  revision integer not null default 1,
  live_since timestamptz not null default now(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (organization_id, name),
  -- Deferred: moving a rule renumbers the others.
  unique (organization_id, position) deferrable initially deferred
);
comment on table rules is 'Rules of organisations, judged in the order of their positions.';
comment on column rules.query is 'As it was written.';
comment on column rules.resolved is 'The same with ids in place of the names of topics and sources.';
comment on column rules.revision is 'Grows with every change of what the rule selects or does.';
comment on column rules.live_since is 'When it was enabled, or what it selects was changed last: webhooks tell only of articles collected since.';
comment on column rules.actions is '{tags, drop, priority, route, channel_id, stop}.';

-- Not in schema content: what was applied to history cannot be made again from the topics, so a rebuild leaves these
-- rows alone. view-postgres deletes them in the transaction that deletes the article.
create table article_marks (
  article_id uuid not null,
  organization_id uuid not null references organizations (id) on delete cascade,
  tags text[] not null,
  tag_keys text[] not null,
  dropped boolean not null,
  priority smallint not null check (priority between -1 and 2),
  routes text[] not null,
  rules jsonb not null,
  article_version bigint not null,
  rules_revision bigint not null,
  judged_at timestamptz not null,
  primary key (article_id, organization_id)
);
create index on article_marks using gin (tag_keys);
create index article_marks_dropped on article_marks (organization_id, article_id) where dropped;
create index article_marks_priority on article_marks (organization_id, priority desc, article_id) where priority <> 0;
comment on table article_marks is 'What the rules of an organisation did to an article. No row: nothing.';
comment on column article_marks.tag_keys is 'The tags as queries compare them.';
comment on column article_marks.priority is '-1 low, 0 normal, 1 high, 2 urgent.';
comment on column article_marks.routes is 'Where article-routed has told of it.';
comment on column article_marks.rules is '[{id, name, revision}] of those that matched, in their order.';
comment on column article_marks.article_version is 'Of the article when it was judged.';

create table rule_runs (
  id uuid primary key,
  organization_id uuid not null references organizations (id) on delete cascade,
  rule_id uuid,
  state text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'cancelled', 'failed')),
  rules_revision bigint not null,
  total bigint,
  judged bigint not null default 0,
  changed bigint not null default 0,
  last_article_id uuid,
  error text,
  requested_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz
);
create index on rule_runs (organization_id, id desc);
create index rule_runs_open on rule_runs (id) where state in ('waiting', 'running');
comment on table rule_runs is 'Applications of rules to the articles of before, and how far each has come.';
comment on column rule_runs.rule_id is 'Which rule it is for; null: all, over all articles.';
comment on column rule_runs.last_article_id is 'Articles are gone through by id; what is judged is committed together with this place.';
