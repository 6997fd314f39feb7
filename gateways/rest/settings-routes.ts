import { z } from 'zod';
import type { OrganizationKeyword } from '../services/settings/keywords.ts';
import { idSchema } from '../services/text-schema.ts';
import {
  keywordChangesSchema,
  newKeywordSchema,
  newTopicSchema,
  settingsListSchema,
  topicChangesSchema,
} from '../services/settings/topic-input.ts';
import type { Topic } from '../services/settings/topics.ts';
import { collectionSchema, documentSchema, type Resource, resourceSchema } from './envelope.ts';
import { pageLinks } from './page-links.ts';
import { route } from './route.ts';

const text = z.string();
const time = z.iso.datetime();
const params = z.strictObject({ id: idSchema });

const topicSchema = resourceSchema(
  'topics',
  z.strictObject({
    name: text,
    description: text.nullable(),
    examples: z.array(
      z.strictObject({
        article_id: text.nullable().describe('Null: the text was given itself'),
        text: text.describe('As far as it is read'),
      }),
    ),
    created_at: time,
    updated_at: time,
  }),
).meta({ id: 'Topic' });

const keywordSchema = resourceSchema(
  'keywords',
  z.strictObject({ keyword: text, weight: z.number(), created_at: time, updated_at: time }),
).meta({ id: 'Keyword' });

const topicResource = ({ id, ...attributes }: Topic): Resource => ({
  type: 'topics',
  id,
  attributes,
  relationships: {},
});
const keywordResource = ({ id, ...attributes }: OrganizationKeyword): Resource => ({
  type: 'keywords',
  id,
  attributes,
  relationships: {},
});

const holdsFrom = (stage: string): string =>
  `It holds within seconds for the articles that come; \`mimir replay ${stage}\` applies it to those of before.`;

const createTopic = route({
  method: 'post',
  path: '/api/v1/topics',
  operationId: 'createTopic',
  tag: 'topics',
  summary: 'Describe a topic, by a description, by examples, or by both',
  description: holdsFrom('categorize'),
  body: { kind: 'resource', type: 'topics', attributes: newTopicSchema },
  reply: { describes: 'The new topic', document: documentSchema(topicSchema) },
  async handle({ attributes }, { topics }) {
    return { kind: 'resource', resource: topicResource(await topics.create(attributes)) };
  },
});

const listTopics = route({
  method: 'get',
  path: '/api/v1/topics',
  operationId: 'listTopics',
  tag: 'topics',
  summary: "List the organisation's topics, newest first",
  query: settingsListSchema,
  reply: { describes: 'A page of topics', document: collectionSchema(topicSchema) },
  async handle({ query, self }, { topics }) {
    const page = await topics.list(query);
    const resources = page.items.map(({ item }) => topicResource(item));
    return { kind: 'collection', resources, links: pageLinks(self, page.next) };
  },
});

const readTopic = route({
  method: 'get',
  path: '/api/v1/topics/{id}',
  operationId: 'getTopic',
  tag: 'topics',
  summary: 'Read one topic',
  params,
  reply: { describes: 'The topic', document: documentSchema(topicSchema) },
  async handle({ params: { id } }, { topics }) {
    return { kind: 'resource', resource: topicResource(await topics.get(id)) };
  },
});

const changeTopic = route({
  method: 'patch',
  path: '/api/v1/topics/{id}',
  operationId: 'changeTopic',
  tag: 'topics',
  summary: 'Change a topic',
  description: `Attributes that are left out stay; examples are replaced as a whole. ${holdsFrom('categorize')}`,
  params,
  body: { kind: 'resource', type: 'topics', attributes: topicChangesSchema },
  reply: { describes: 'The topic as it is now', document: documentSchema(topicSchema) },
  async handle({ params: { id }, attributes }, { topics }) {
    return { kind: 'resource', resource: topicResource(await topics.change(id, attributes)) };
  },
});

const removeTopic = route({
  method: 'delete',
  path: '/api/v1/topics/{id}',
  operationId: 'deleteTopic',
  tag: 'topics',
  summary: 'Delete a topic',
  description: 'Articles no longer show it.',
  params,
  reply: { describes: 'It is gone', document: null },
  async handle({ params: { id } }, { topics }) {
    await topics.remove(id);
    return { kind: 'nothing' };
  },
});

const createKeyword = route({
  method: 'post',
  path: '/api/v1/keywords',
  operationId: 'createKeyword',
  tag: 'keywords',
  summary: 'Add a keyword that makes articles relevant',
  description: holdsFrom('relevance'),
  body: { kind: 'resource', type: 'keywords', attributes: newKeywordSchema },
  reply: { describes: 'The new keyword', document: documentSchema(keywordSchema) },
  async handle({ attributes }, { keywords }) {
    return { kind: 'resource', resource: keywordResource(await keywords.create(attributes)) };
  },
});

const listKeywords = route({
  method: 'get',
  path: '/api/v1/keywords',
  operationId: 'listKeywords',
  tag: 'keywords',
  summary: "List the organisation's keywords, newest first",
  query: settingsListSchema,
  reply: { describes: 'A page of keywords', document: collectionSchema(keywordSchema) },
  async handle({ query, self }, { keywords }) {
    const page = await keywords.list(query);
    const resources = page.items.map(({ item }) => keywordResource(item));
    return { kind: 'collection', resources, links: pageLinks(self, page.next) };
  },
});

const readKeyword = route({
  method: 'get',
  path: '/api/v1/keywords/{id}',
  operationId: 'getKeyword',
  tag: 'keywords',
  summary: 'Read one keyword',
  params,
  reply: { describes: 'The keyword', document: documentSchema(keywordSchema) },
  async handle({ params: { id } }, { keywords }) {
    return { kind: 'resource', resource: keywordResource(await keywords.get(id)) };
  },
});

const changeKeyword = route({
  method: 'patch',
  path: '/api/v1/keywords/{id}',
  operationId: 'changeKeyword',
  tag: 'keywords',
  summary: 'Change a keyword or its weight',
  description: holdsFrom('relevance'),
  params,
  body: { kind: 'resource', type: 'keywords', attributes: keywordChangesSchema },
  reply: { describes: 'The keyword as it is now', document: documentSchema(keywordSchema) },
  async handle({ params: { id }, attributes }, { keywords }) {
    return { kind: 'resource', resource: keywordResource(await keywords.change(id, attributes)) };
  },
});

const removeKeyword = route({
  method: 'delete',
  path: '/api/v1/keywords/{id}',
  operationId: 'deleteKeyword',
  tag: 'keywords',
  summary: 'Delete a keyword',
  params,
  reply: { describes: 'It is gone', document: null },
  async handle({ params: { id } }, { keywords }) {
    await keywords.remove(id);
    return { kind: 'nothing' };
  },
});

export const settingsRoutes = [
  createTopic,
  listTopics,
  readTopic,
  changeTopic,
  removeTopic,
  createKeyword,
  listKeywords,
  readKeyword,
  changeKeyword,
  removeKeyword,
];
