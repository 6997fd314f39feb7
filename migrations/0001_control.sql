-- What people configure: organisations, the feeds they follow, and the outbox that carries changes to the streams.

create table organizations (
  id uuid primary key,
  name text not null check (length(name) between 1 and 255),
  slug text not null unique check (length(slug) between 1 and 255),
  tier text not null default 'free',
  created_at timestamptz not null default now()
);
comment on table organizations is 'Tenants. What an organisation may see follows from the feeds that its sources point at.';

insert into organizations (id, name, slug) values ('00000000-0000-4000-8000-000000000001', 'Default', 'default');

create table feeds (
  id uuid primary key,
  visibility text not null default 'public',
  -- 2048 bytes at most: the unique index holds the whole address, and an index row ends at 2704 bytes.
  url text not null check (octet_length(url) between 1 and 2048),
  connector text not null,
  config jsonb not null default '{}',
  title text,
  site_url text,
  interval_seconds integer check (interval_seconds > 0),
  next_due_at timestamptz not null default now(),
  last_requested_at timestamptz,
  created_at timestamptz not null default now(),
  unique (url, visibility)
);
create index on feeds (next_due_at);
comment on table feeds is 'Each feed once, however many organisations follow it. The scheduler asks for what is due.';
comment on column feeds.visibility is 'public, or the id of the organisation whose credentials open it.';
comment on column feeds.interval_seconds is 'Null: the installation''s default.';

create table sources (
  id uuid primary key,
  organization_id uuid not null references organizations (id) on delete cascade,
  feed_id uuid not null references feeds (id),
  name text not null check (length(name) between 1 and 255),
  display_name text check (length(display_name) <= 255),
  description text check (length(description) <= 1000),
  url text not null,
  type text not null,
  config jsonb not null default '{}',
  enabled boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (organization_id, name)
);
create index on sources (feed_id);
create index on sources (organization_id, created_at desc, id desc);
comment on table sources is 'An organisation follows a feed. Deleting a source keeps the feed and its articles.';
comment on column sources.url is 'As the person gave it; feeds.url is its canonical form.';

create table outbox (
  id bigserial primary key,
  topic text not null,
  key text not null,
  payload jsonb,
  created_at timestamptz not null default now()
);
comment on table outbox is
  'Records to be produced, written in the transaction of the change that they tell of. The relay sends them and then deletes them.';
comment on column outbox.payload is 'The value, in the shape of the topic''s Avro schema; null is a tombstone.';
