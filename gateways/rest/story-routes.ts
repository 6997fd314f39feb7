import { z } from 'zod';
import { mergeSchema, splitSchema, storyArticlesSchema, storyListSchema } from '../services/stories/query.ts';
import type { Story, StoryOverride } from '../services/stories/story.ts';
import { idSchema } from '../services/text-schema.ts';
import { listedArticle, listedResource } from './article-resource.ts';
import { collectionSchema, documentSchema, type Resource, resourceSchema } from './envelope.ts';
import { pageLinks } from './page-links.ts';
import { route } from './route.ts';

const text = z.string();
const time = z.iso.datetime();
const params = z.strictObject({ id: idSchema });

const storySchema = resourceSchema(
  'stories',
  z.strictObject({
    title: text.describe('The headline nearest to all'),
    first_at: time.describe('Publication of its earliest article'),
    last_at: time.describe('Publication of its latest article'),
    article_count: z.int(),
    sources: z.array(text).describe('Sites of its articles, 200 at most'),
    languages: z.array(text),
    entities: z.array(text).describe('Keys, in as many articles as any first'),
    by_hand: z.boolean().describe('A person has merged or split it'),
    method: text.describe('What judged, with its version'),
  }),
).meta({ id: 'Story' });

function storyResource({ id, ...attributes }: Story): Resource {
  return { type: 'stories', id, attributes: { ...attributes }, relationships: {} };
}

const memberSchema = resourceSchema(
  'articles',
  z.strictObject({
    ...(listedArticle.shape['attributes'] as z.ZodObject).shape,
    story: z.strictObject({
      score: z.number().describe('How near it was when it came, about 0 to 1'),
      cosine: z.number().describe("Of its vector and the story's mean: the part that is meaning"),
      reason: text.describe('near, first or by_hand'),
      shared: z.array(text).describe('Words and entities that it shares with the story, the rarest first'),
      method: text,
    }),
  }),
  listedArticle.shape['relationships'] as z.ZodObject,
).meta({ id: 'StoryArticle' });

const overrideSchema = resourceSchema(
  'story-overrides',
  z.strictObject({
    kind: z.enum(['merge', 'split']),
    story_id: text,
    into_story_id: text.describe('merge: the story that stays; split: the new story'),
    article_ids: z.array(text),
    decided_at: time,
  }),
).meta({ id: 'StoryOverride' });

function overrideResource({ id, ...attributes }: StoryOverride): Resource {
  return { type: 'story-overrides', id, attributes: { ...attributes }, relationships: {} };
}

const list = route({
  method: 'get',
  path: '/api/v1/stories',
  operationId: 'listStories',
  tag: 'stories',
  summary: 'List stories: articles about one event',
  query: storyListSchema,
  reply: { describes: 'A page of stories', document: collectionSchema(storySchema) },
  async handle({ query, self }, { stories }) {
    const page = await stories.list(query);
    const resources = page.items.map(({ item }) => storyResource(item));
    return { kind: 'collection', resources, links: pageLinks(self, page.next) };
  },
});

const read = route({
  method: 'get',
  path: '/api/v1/stories/{id}',
  operationId: 'getStory',
  tag: 'stories',
  summary: 'Read one story',
  description: 'The id of a story that was merged leads to the one that took it in.',
  params,
  reply: { describes: 'The story', document: documentSchema(storySchema) },
  async handle({ params: { id } }, { stories }) {
    return { kind: 'resource', resource: storyResource(await stories.get(id)) };
  },
});

const articles = route({
  method: 'get',
  path: '/api/v1/stories/{id}/articles',
  operationId: 'listStoryArticles',
  tag: 'stories',
  summary: 'List the articles of a story, newest first, and why they are in it',
  params,
  query: storyArticlesSchema,
  reply: { describes: 'A page of articles', document: collectionSchema(memberSchema) },
  async handle({ params: { id }, query, self }, { stories }) {
    const page = await stories.articlesOf(id, query);
    const resources = page.items.map(({ item: { article, score, cosine, reason, shared, method } }) => {
      const resource = listedResource(article, undefined);
      return { ...resource, attributes: { ...resource.attributes, story: { score, cosine, reason, shared, method } } };
    });
    return { kind: 'collection', resources, links: pageLinks(self, page.next) };
  },
});

const merge = route({
  method: 'post',
  path: '/api/v1/stories/{id}/merge',
  operationId: 'mergeStory',
  tag: 'stories',
  summary: 'Say that a story is part of another',
  description: 'Carried out within seconds, and kept against what the machine finds later.',
  params,
  body: { kind: 'resource', type: 'story-overrides', attributes: mergeSchema },
  reply: { describes: 'What was decided', document: documentSchema(overrideSchema) },
  async handle({ params: { id }, attributes }, { stories }) {
    return { kind: 'resource', resource: overrideResource(await stories.merge(id, attributes)) };
  },
});

const split = route({
  method: 'post',
  path: '/api/v1/stories/{id}/split',
  operationId: 'splitStory',
  tag: 'stories',
  summary: 'Say that articles of a story are a story of their own',
  description: 'Carried out within seconds. The two are never merged by the machine.',
  params,
  body: { kind: 'resource', type: 'story-overrides', attributes: splitSchema },
  reply: { describes: 'What was decided, with the id of the new story', document: documentSchema(overrideSchema) },
  async handle({ params: { id }, attributes }, { stories }) {
    return { kind: 'resource', resource: overrideResource(await stories.split(id, attributes)) };
  },
});

export const storyRoutes = [list, read, articles, merge, split];
