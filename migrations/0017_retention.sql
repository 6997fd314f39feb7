-- What is let go of after some time (gateways/retention): how it is found, and what must be remembered of it.

create index on alerts (raised_at);
create index on notifications (coalesce(delivered_at, given_up_at));

create table alerts_let_go (
  one boolean primary key default true check (one),
  collected_until timestamptz not null
);
comment on table alerts_let_go is
  'An alert is raised once because its row is there; where rows have been deleted this stands in for them.';
comment on column alerts_let_go.collected_until is
  'Articles that were first collected until then raise no alert any more: theirs may have been deleted. Only grows.';
