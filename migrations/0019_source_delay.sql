-- How much rest a source's site is to have after a request for it.

alter table sources add column delay_seconds integer check (delay_seconds between 1 and 30);
comment on column sources.delay_seconds is 'After a request for the source, until the next to its site; null: what robots.txt and the settings say.';
