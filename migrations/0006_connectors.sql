-- What opens sources, how people sort them, feeds that are read in more than one way, and entries that are sent to us.

alter table sources
  add column credentials text check (length(credentials) <= 16384),
  add column tags text[] not null default '{}';
comment on column sources.credentials is 'Sealed; null where the source is open to all. Opens with the keys of MIMIR_SECRET_KEYS only.';
comment on column sources.tags is 'Folders and labels by which the organisation sorts its sources, for example News/Europe.';

-- One address may be read by two connectors, or with other settings: these are two feeds.
alter table feeds drop constraint feeds_url_visibility_key;
create unique index feeds_identity on feeds (url, visibility, connector, md5(config::text));

create table pushed_entries (
  feed_id uuid not null references feeds (id) on delete cascade,
  article_id uuid not null,
  hash text not null,
  pushed_at timestamptz not null default now(),
  primary key (feed_id, article_id)
);
create index on pushed_entries (pushed_at);
comment on table pushed_entries is 'What was sent in the last 30 days, so that the same entry sent again is not taken twice.';
comment on column pushed_entries.hash is 'Of what makes an entry worth taking again.';
