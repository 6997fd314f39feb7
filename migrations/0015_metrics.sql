-- What is counted over articles, and what people do: series by time, in a table a month.

create schema partitions;
comment on schema partitions is 'Months of the partitioned tables of schema public, made when they are needed.';

create table article_metrics (
  time timestamptz not null,
  organization_id uuid not null,
  source_id uuid,
  metric_name text not null,
  metric_value double precision not null,
  dimensions jsonb not null default '{}'
) partition by range (time);

create table user_activity (
  time timestamptz not null,
  organization_id uuid not null,
  user_id uuid,
  action text not null check (length(action) between 1 and 64),
  resource_type text not null check (length(resource_type) between 1 and 64),
  resource_id text check (length(resource_id) <= 200),
  metadata jsonb not null default '{}'
) partition by range (time);

-- Where TimescaleDB was created in this database before, it partitions.
do $$
begin
  if exists (select from pg_extension where extname = 'timescaledb') then
    execute 'create table article_metrics_plain (like article_metrics including all)';
    execute 'create table user_activity_plain (like user_activity including all)';
    execute 'drop table article_metrics, user_activity';
    execute 'alter table article_metrics_plain rename to article_metrics';
    execute 'alter table user_activity_plain rename to user_activity';
    execute $q$select create_hypertable('article_metrics', 'time', chunk_time_interval => interval '1 month')$q$;
    execute $q$select create_hypertable('user_activity', 'time', chunk_time_interval => interval '1 month')$q$;
  end if;
end
$$;

create unique index article_metrics_once on article_metrics (organization_id, time, metric_name, dimensions);
-- With the value, so that sums over weeks need not look at the rows.
create index article_metrics_series on article_metrics (organization_id, metric_name, dimensions, time)
  include (metric_value);
create index user_activity_series on user_activity (organization_id, action, time);

comment on table article_metrics is
  'Counts of articles by the hour in which they were published; absolute, written by the roller and never added to.';
comment on column article_metrics.time is 'The hour''s beginning, UTC.';
comment on column article_metrics.dimensions is
  'What the row counts: {} for all articles, or one of category, topic, source, entity, language and sentiment.';
comment on table user_activity is 'What people did through the APIs; never what they searched for.';
comment on column user_activity.user_id is 'Null until there are identities.';

-- Makes the month's table. Attaching takes a lock that lets readers and writers of other months go on.
create function make_month_partition(parent text, moment timestamptz) returns void language plpgsql as $$
declare
  month timestamptz := date_trunc('month', moment, 'UTC');
  child text := parent || '_' || to_char(month at time zone 'UTC', 'YYYY_MM');
begin
  if not exists (select from pg_partitioned_table where partrelid = ('public.' || quote_ident(parent))::regclass) then
    return;
  end if;
  if to_regclass(format('partitions.%I', child)) is not null then
    return;
  end if;
  -- Attaching takes this lock too. An advisory lock would not do: whoever waited for it still does not see the table.
  execute format('lock table public.%I in share update exclusive mode', parent);
  if to_regclass(format('partitions.%I', child)) is not null then
    return;
  end if;
  execute format('create table partitions.%I (like public.%I including defaults including constraints)', child, parent);
  execute format('alter table public.%I attach partition partitions.%I for values from (%L) to (%L)',
                 parent, child, month, date_trunc('month', month + interval '32 days', 'UTC'));
end
$$;

create table metric_articles (
  article_id uuid primary key,
  hour timestamptz not null
);
comment on table metric_articles is
  'In which hour each article was found last: when its date changes, or it goes, this hour is counted again too.';

create table metric_touched (
  hour timestamptz not null,
  organization_id uuid not null default '00000000-0000-0000-0000-000000000000',
  marks bigint not null default 1,
  touched_at timestamptz not null default clock_timestamp(),
  primary key (hour, organization_id)
);
create index on metric_touched (touched_at);
comment on table metric_touched is 'Hours to be counted again.';
comment on column metric_touched.organization_id is 'Zeros: for all organisations.';
comment on column metric_touched.marks is 'Grows with every touch: an hour that was touched while it was counted stays.';

create table metric_feeds (
  source_id uuid not null,
  feed_id uuid not null,
  organization_id uuid not null,
  primary key (source_id, feed_id)
);
comment on table metric_feeds is
  'Which feeds were counted for which source: where sources differ, the hours of the feeds'' articles are counted again.';

create table metric_audit (
  one boolean primary key default true check (one),
  next_hour timestamptz not null
);
comment on table metric_audit is 'The roller counts every hour again in turn, whether it was touched or not: the next one.';

-- What is there already.
insert into metric_articles (article_id, hour) select id, date_trunc('hour', published_date, 'UTC') from content.articles;
insert into metric_touched (hour) select distinct hour from metric_articles;
