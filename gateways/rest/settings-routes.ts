import { z } from 'zod';
import {
  keywordChangesSchema,
  newKeywordSchema,
  newTopicSchema,
  topicChangesSchema,
} from '../services/settings/topic-input.ts';
import { resourceSchema } from './envelope.ts';
import { resourceRoutes } from './resource-routes.ts';

const text = z.string();
const time = z.iso.datetime();

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

const holdsFrom = (stage: string): string =>
  `It holds within seconds for the articles that come; \`mimir replay ${stage}\` applies it to those of before.`;

const topics = resourceRoutes({
  type: 'topics',
  operations: ['Topic', 'Topics'],
  nouns: ['topic', 'topics'],
  schema: topicSchema,
  newSchema: newTopicSchema,
  changesSchema: topicChangesSchema,
  words: {
    create: {
      summary: 'Describe a topic, by a description, by examples, or by both',
      description: holdsFrom('categorize'),
    },
    change: {
      description: `Attributes that are left out stay; examples are replaced as a whole. ${holdsFrom('categorize')}`,
    },
    remove: { description: 'Articles no longer show it.' },
  },
  service: (services) => services.topics,
});

const keywords = resourceRoutes({
  type: 'keywords',
  operations: ['Keyword', 'Keywords'],
  nouns: ['keyword', 'keywords'],
  schema: keywordSchema,
  newSchema: newKeywordSchema,
  changesSchema: keywordChangesSchema,
  words: {
    create: { summary: 'Add a keyword that makes articles relevant', description: holdsFrom('relevance') },
    change: { summary: 'Change a keyword or its weight', description: holdsFrom('relevance') },
  },
  service: (services) => services.keywords,
});

export const settingsRoutes = [...topics.routes, ...keywords.routes];
