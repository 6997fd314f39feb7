-- How far back a feed reaches: whether it is asked often enough to see all of its entries.

alter table content.feed_status add column oldest_at timestamptz;
comment on column content.feed_status.oldest_at is 'Date of the oldest entry.';
