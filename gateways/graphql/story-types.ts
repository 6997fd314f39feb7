import type { StoryMember } from '../services/stories/stories.ts';
import type { Story, StoryOverride } from '../services/stories/story.ts';
import { articleType } from './article-types.ts';
import { builder, dateTime } from './builder.ts';
import { storyLinkType } from './story-link-type.ts';

/** Fields and values are those of the REST API, in camel case. */
export const storyType = builder.objectRef<Story>('Story');

storyType.implement({
  description: 'Articles about one event',
  fields: (t) => ({
    id: t.exposeID('id'),
    title: t.exposeString('title', { description: 'The headline nearest to all' }),
    firstAt: t.expose('first_at', { type: dateTime, description: 'Publication of its earliest article' }),
    lastAt: t.expose('last_at', { type: dateTime, description: 'Publication of its latest article' }),
    articleCount: t.exposeInt('article_count'),
    sources: t.exposeStringList('sources', { description: 'Sites of its articles, 200 at most' }),
    languages: t.exposeStringList('languages'),
    entities: t.exposeStringList('entities'),
    byHand: t.exposeBoolean('by_hand', { description: 'A person has merged or split it' }),
    method: t.exposeString('method'),
    articles: t.field({
      type: [storyMemberType],
      description: 'Newest first',
      args: { first: t.arg.int({ description: '1 to 100; default 20' }) },
      async resolve({ id }, { first }, { services, spend }) {
        const page = await services.stories.articlesOf(
          id,
          first === null || first === undefined ? {} : { limit: first },
        );
        spend(page.items.length);
        return page.items.map(({ item }) => item);
      },
    }),
  }),
});

const storyMemberType = builder.objectRef<StoryMember>('StoryArticle').implement({
  fields: (t) => ({
    article: t.expose('article', { type: articleType }),
    why: t.field({ type: storyLinkType, resolve: (member) => member }),
  }),
});

export const storyOverrideType = builder.objectRef<StoryOverride>('StoryOverride').implement({
  description: 'What a person has decided; carried out within seconds',
  fields: (t) => ({
    id: t.exposeID('id'),
    kind: t.exposeString('kind'),
    storyId: t.exposeID('story_id'),
    intoStoryId: t.exposeID('into_story_id', { description: 'merge: the story that stays; split: the new story' }),
    articleIds: t.exposeIDList('article_ids'),
    decidedAt: t.expose('decided_at', { type: dateTime }),
  }),
});
