-- How sure the machine's summary and its quality flags are.

alter table content.articles
  add column machine_summary_confidence double precision,
  add column quality_confidences double precision[] not null default '{}';
comment on column content.articles.machine_summary_confidence is '0 to 1; null: summed up before there was one.';
comment on column content.articles.quality_confidences is '0.5 to 1 for each flag, in the order of quality; empty: judged before there were any.';
