import type { StoryArticlesInput } from '../services/stories/query.ts';
import type { StoryMember } from '../services/stories/stories.ts';
import type { Story, StoryOverride } from '../services/stories/story.ts';
import { articleType } from './article-types.ts';
import { builder, dateTime } from './builder.ts';
import { connection } from './connection.ts';
import { toServiceInput } from './names.ts';
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
      type: storyMemberConnection,
      description: 'Newest first',
      args: {
        first: t.arg.int({ description: '1 to 100; default 20' }),
        after: t.arg.string({ description: 'The endCursor of the page before' }),
      },
      async resolve({ id }, args, { services, spend }) {
        const page = await services.stories.articlesOf(
          id,
          toServiceInput(args, { keepNull: false }) as StoryArticlesInput,
        );
        spend(page.items.length);
        return page;
      },
    }),
  }),
});

const storyMemberType = builder.objectRef<StoryMember>('StoryArticle');

storyMemberType.implement({
  fields: (t) => ({
    article: t.expose('article', { type: articleType }),
    why: t.field({ type: storyLinkType, resolve: (member) => member }),
  }),
});

const storyMemberConnection = connection<StoryMember>('StoryArticle', storyMemberType);

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
