-- What extraction tells of an article beside its text.

alter table content.articles
  add column section text,
  add column paywall boolean,
  add column withheld text;
comment on column content.articles.section is 'The publisher''s own section, as the page names it.';
comment on column content.articles.paywall is 'Whether the page says that its whole text cannot be read by everybody; null: it does not say.';
comment on column content.articles.withheld is 'Why the page''s text is not kept: the publisher''s directive, for example noarchive.';
