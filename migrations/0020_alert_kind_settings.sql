-- How alerts without a saved search are gathered, by their kind, as saved searches say it of theirs.

create table alert_kind_settings (
  organization_id uuid not null references organizations (id) on delete cascade,
  kind text not null,
  throttle_minutes integer check (throttle_minutes between 1 and 10080),
  digest text not null default 'none' check (digest in ('none', 'hourly', 'daily')),
  snoozed_until timestamptz,
  updated_at timestamptz not null default now(),
  primary key (organization_id, kind)
);
comment on table alert_kind_settings is 'Kinds of alerts that an organisation has said something of; others are gathered as Mimir has it.';
comment on column alert_kind_settings.throttle_minutes is 'At most one notification in so many minutes; what is held back goes with the next.';
