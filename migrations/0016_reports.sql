-- Reports as they were composed, and when they are made by themselves.

create table report_schedules (
  id uuid primary key,
  organization_id uuid not null references organizations (id) on delete cascade,
  name text not null check (length(name) between 1 and 255),
  kind text not null check (kind in ('daily', 'weekly')),
  saved_search_id uuid references saved_searches (id) on delete cascade,
  hour integer not null check (hour between 0 and 23),
  weekday integer not null default 1 check (weekday between 1 and 7),
  time_zone text not null,
  channel_ids uuid[] not null default '{}',
  enabled boolean not null default true,
  next_at timestamptz not null,
  failures integer not null default 0,
  retry_at timestamptz,
  last_error text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (organization_id, name)
);
create index on report_schedules (next_at) where enabled;
create index on report_schedules (organization_id, id desc);
comment on table report_schedules is 'When reports are made, and to which channels they go.';
comment on column report_schedules.hour is 'Of the day in the time zone.';
comment on column report_schedules.weekday is 'Of weekly reports: 1 is Monday. The report is on the seven days before it.';
comment on column report_schedules.retry_at is 'Where the last try failed: not before.';
comment on column report_schedules.next_at is 'Moved on in the transaction that stores the report: each period is told once.';

create table reports (
  id uuid primary key,
  organization_id uuid not null references organizations (id) on delete cascade,
  kind text not null check (kind in ('daily', 'weekly')),
  saved_search_id uuid references saved_searches (id) on delete set null,
  title text not null,
  time_zone text not null,
  period_from timestamptz not null,
  period_to timestamptz not null,
  content jsonb not null,
  generated_at timestamptz not null,
  check (period_from < period_to)
);
create index on reports (organization_id, period_to desc, id desc);
comment on table reports is 'The id follows from organisation, kind, saved search and period: each is there once, as composed last.';
comment on column reports.content is 'The report as JSON; pages are made of it when they are asked for.';
