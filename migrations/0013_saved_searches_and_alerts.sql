-- What people want told, what they were told, and how it reaches them.

create table notification_channels (
  id uuid primary key,
  organization_id uuid not null references organizations (id) on delete cascade,
  name text not null check (length(name) between 1 and 255),
  kind text not null,
  address text check (length(address) <= 2048),
  secret text check (length(secret) <= 4096),
  enabled boolean not null default true,
  failures integer not null default 0,
  failing_since timestamptz,
  retry_at timestamptz,
  claimed_until timestamptz,
  last_error text,
  delivered_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (organization_id, name)
);
create index on notification_channels (organization_id, id desc);
comment on table notification_channels is 'Where an organisation is notified.';
comment on column notification_channels.address is 'A webhook''s URL, or an e-mail address; null where the kind needs none.';
comment on column notification_channels.secret is 'Sealed; what the receiver checks signatures with.';
comment on column notification_channels.failures is 'In a row, of the notification whose turn it is.';
comment on column notification_channels.retry_at is 'Where the latest try failed: when the next one is. Later notifications wait behind it.';
comment on column notification_channels.claimed_until is 'A process is sending to it; once this is past, another may.';

create table saved_searches (
  id uuid primary key,
  organization_id uuid not null references organizations (id) on delete cascade,
  user_id uuid,
  name text not null check (length(name) between 1 and 255),
  query jsonb not null,
  alert_enabled boolean not null default false,
  alerting_since timestamptz,
  throttle_minutes integer check (throttle_minutes between 1 and 10080),
  digest text not null default 'none' check (digest in ('none', 'hourly', 'daily')),
  snoozed_until timestamptz,
  channel_ids uuid[] not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (organization_id, name),
  check (alert_enabled = (alerting_since is not null))
);
create index on saved_searches (organization_id, id desc);
create index on saved_searches using gin (channel_ids);
comment on column saved_searches.user_id is 'Whose it is; null: the organisation''s.';
comment on column saved_searches.query is '{text, resolved}: as somebody wrote it, and with ids in place of names.';
comment on column saved_searches.alerting_since is 'Articles that were first collected before raise no alert; set anew when alerting begins or the query changes.';
comment on column saved_searches.throttle_minutes is 'At most one notification in so many minutes; what is held back goes with the next.';

create table alert_settings (
  organization_id uuid primary key references organizations (id) on delete cascade,
  min_relevance double precision check (min_relevance > 0 and min_relevance <= 1),
  high_score_since timestamptz,
  channel_ids uuid[] not null default '{}',
  updated_at timestamptz not null default now()
);
comment on table alert_settings is 'What an organisation is told of without a saved search.';
comment on column alert_settings.min_relevance is 'Articles that are so relevant raise an alert; null: none do.';
comment on column alert_settings.channel_ids is 'Where events and articles of high relevance are told.';

create table alerts (
  id uuid primary key,
  organization_id uuid not null references organizations (id) on delete cascade,
  kind text not null,
  subject text not null,
  title text not null,
  saved_search_id uuid,
  article_id uuid,
  matched text[] not null default '{}',
  facts jsonb not null default '{}',
  raised_at timestamptz(3) not null default now(),
  over_at timestamptz,
  acknowledged_at timestamptz
);
create index on alerts (organization_id, raised_at desc, id desc);
create index on alerts (organization_id, saved_search_id, raised_at desc, id desc) where saved_search_id is not null;
create index on alerts (kind, organization_id, subject) where over_at is null and article_id is null;
comment on table alerts is 'Each cause once: the id follows from it.';
comment on column alerts.subject is 'What it is about: the saved search, the source, the stage.';
comment on column alerts.matched is 'The parts of the query that the article matches.';
comment on column alerts.over_at is 'When the cause was over; of events only.';

create table alert_lanes (
  channel_id uuid not null references notification_channels (id) on delete cascade,
  lane text not null,
  saved_search_id uuid,
  waiting_since timestamptz,
  notified_at timestamptz,
  primary key (channel_id, lane)
);
create index on alert_lanes (waiting_since) where waiting_since is not null;
comment on table alert_lanes is 'What is throttled and gathered together: the alerts of one saved search, or of one kind, to one channel.';
comment on column alert_lanes.waiting_since is 'When the oldest alert was raised that no notification holds yet; null where there is none.';

create table notifications (
  id uuid primary key,
  number bigserial not null,
  channel_id uuid not null references notification_channels (id) on delete cascade,
  organization_id uuid not null,
  type text not null,
  data jsonb not null,
  created_at timestamptz not null default now(),
  attempts integer not null default 0,
  delivered_at timestamptz,
  given_up_at timestamptz,
  last_error text
);
create index on notifications (channel_id, number) where delivered_at is null and given_up_at is null;
create index on notifications (channel_id, number desc);
comment on table notifications is 'What is sent to a channel, in the order of its numbers: one after the other, again until it arrives.';
comment on column notifications.id is 'The same at every try: the receiver knows repeats by it.';
comment on column notifications.data is 'Never changed: what is sent again is the same.';

create table alert_deliveries (
  alert_id uuid not null references alerts (id) on delete cascade,
  channel_id uuid not null references notification_channels (id) on delete cascade,
  lane text not null,
  notification_id uuid references notifications (id) on delete set null,
  primary key (alert_id, channel_id)
);
create index on alert_deliveries (channel_id, lane) where notification_id is null;
create index on alert_deliveries (notification_id);
comment on table alert_deliveries is 'Which alerts go to which channel, and by which notification.';

create table watched_articles (
  article_id uuid primary key,
  first_collected_at timestamptz not null
);
comment on table watched_articles is 'When articles were first collected: a later version of an old one raises no alert.';

create table content.article_judged (
  article_id uuid not null,
  what text not null,
  version bigint not null,
  defined_at bigint not null,
  primary key (article_id, what)
);
comment on table content.article_judged is 'That an article was judged by organisations'' topics or keywords (what: topics, relevance), also where nothing was found.';
insert into content.article_judged
  select article_id, 'topics', max(version), max(defined_at) from content.article_topics group by 1
  union all
  select article_id, 'relevance', max(version), max(defined_at) from content.article_relevance group by 1;
