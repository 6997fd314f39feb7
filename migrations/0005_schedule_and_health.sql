-- When a source's organisation wants it collected, how a feed stands, and where feeds have moved.

alter table sources
  add column interval_seconds integer check (interval_seconds between 60 and 2678400),
  add column cron text check (length(cron) between 1 and 255),
  add column time_zone text check (length(time_zone) between 1 and 64),
  add column frequency text check (frequency in ('daily', '2x', '3x', '4x', 'hourly')),
  add constraint sources_one_schedule check (num_nonnulls(interval_seconds, cron, frequency) <= 1),
  add constraint sources_time_zone_of_cron check (time_zone is null or cron is not null);
comment on column sources.interval_seconds is 'At most one of interval_seconds, cron and frequency; none: as often as the feed changes.';
comment on column sources.cron is 'Five fields, in time_zone (UTC unless given).';
comment on column sources.frequency is 'Times a day; hourly is 24.';

alter table feeds
  add column health text not null default 'waiting',
  add column health_reason text not null default 'Not collected yet',
  add column checked_at timestamptz,
  add column retry_at timestamptz,
  add column paused boolean not null default false,
  add column failures integer not null default 0,
  add column failing_since timestamptz,
  add column worked_at timestamptz,
  add column entry_count integer not null default 0,
  add column recent jsonb not null default '[]',
  add column adaptive_seconds integer,
  add column fresh_seconds integer,
  add column moved_to text,
  add column moved_times integer not null default 0;
create index feeds_due on feeds ((coalesce(retry_at, next_due_at))) where not paused;
comment on column feeds.health is 'healthy, degraded, failing, suspect, dead or waiting; written by feed-health from feed-status.';
comment on column feeds.checked_at is 'Of the latest status that was taken in: an older one, or the same again, changes nothing.';
comment on column feeds.retry_at is 'Where a collection failed: when it is tried again, in place of next_due_at.';
comment on column feeds.paused is 'Not collected until somebody asks for it: gone, or failing for 30 days.';
comment on column feeds.failures is 'In a row.';
comment on column feeds.entry_count is 'Of the latest collection that had any.';
comment on column feeds.recent is 'The latest collections, [{at, new, failed, odd}], the newest last.';
comment on column feeds.adaptive_seconds is 'The interval that fits how often it changes; null until that is known.';
comment on column feeds.moved_times is 'How often in a row permanent redirects have led to moved_to.';

create table former_feeds (
  id uuid primary key,
  visibility text not null,
  url text not null,
  feed_id uuid not null references feeds (id) on delete cascade,
  moved_at timestamptz not null default now()
);
create index on former_feeds (feed_id);
comment on table former_feeds is 'Feeds that have moved, by their old ids and addresses: their articles belong to sources of the new one too.';

alter table content.feed_status
  add column moved_to text,
  add column fresh_seconds integer,
  add column retry_after_seconds integer,
  add column newest_at timestamptz,
  add column warnings text[] not null default '{}';
