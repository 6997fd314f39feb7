-- How far view-postgres has stored each partition: written in the transaction of the rows themselves, so that a repeat,
-- or a process that wakes up after its partitions have moved, is recognised and changes nothing.

create table content.positions (
  topic text not null,
  partition integer not null,
  next_offset bigint not null,
  primary key (topic, partition)
);
comment on table content.positions is 'Of each partition the offset of the first record that is not stored yet.';
