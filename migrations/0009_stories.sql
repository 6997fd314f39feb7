-- Articles about one event: what the stage story found, and what people have decided against it.

create table content.stories (
  id uuid primary key,
  version bigint not null,
  visibility text not null,
  merged_into uuid,
  title text not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  article_count integer not null,
  sources text[] not null,
  languages text[] not null,
  entities text[] not null,
  by_hand boolean not null,
  method text not null
);
create index on content.stories (last_at desc, id desc);
create index on content.stories (article_count desc, id desc);
create index on content.stories (merged_into);
comment on table content.stories is 'Stories, from story-update.';
comment on column content.stories.merged_into is 'The story that has taken in its articles; never one that was merged itself.';
comment on column content.stories.sources is 'Sites of its articles.';
comment on column content.stories.by_hand is 'A person has merged or split it.';

create table content.article_stories (
  article_id uuid primary key,
  story_id uuid not null,
  version bigint not null,
  score double precision not null,
  cosine double precision not null,
  reason text not null,
  shared text[] not null,
  method text not null
);
create index on content.article_stories (story_id);
comment on table content.article_stories is 'To which story each article was given and why, from article-story.';
comment on column content.article_stories.story_id is 'As given: where that story was merged, merged_into says into which.';

create table story_overrides (
  id uuid primary key,
  organization_id uuid not null references organizations (id) on delete cascade,
  kind text not null check (kind in ('merge', 'split')),
  story_id uuid not null,
  into_story_id uuid not null,
  article_ids uuid[] not null default '{}',
  created_at timestamptz not null default now()
);
create index on story_overrides (organization_id, id desc);
comment on table story_overrides is 'Stories that people have merged or split; the stage keeps to it.';
comment on column story_overrides.into_story_id is 'merge: the story that stays; split: the new story.';
