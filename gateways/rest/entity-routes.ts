import { z } from 'zod';
import { entityListSchema, entityTypes } from '../services/articles/entities.ts';
import { collectionSchema, resourceSchema } from './envelope.ts';
import { pageLinks } from './page-links.ts';
import { route } from './route.ts';

const namedEntity = resourceSchema(
  'entities',
  z.strictObject({
    name: z.string().describe('As most of the articles write it'),
    type: z.enum(entityTypes),
    articles: z.int().describe('Articles that name it, copies of others not counted'),
    mentions: z.int(),
  }),
).meta({ id: 'NamedEntity', description: 'The id is the key by which articles are filtered: entity=KEY' });

const list = route({
  method: 'get',
  path: '/api/v1/entities',
  operationId: 'listEntities',
  tag: 'articles',
  summary: 'List what most articles name: people, organisations, places',
  description: 'Over the articles published in a span of time, the most named first.',
  query: entityListSchema,
  reply: { describes: 'Entities', document: collectionSchema(namedEntity) },
  async handle({ query, self }, { entities }) {
    const found = await entities.list(query);
    return {
      kind: 'collection',
      resources: found.map(({ key, ...attributes }) => ({ type: 'entities', id: key, attributes, relationships: {} })),
      links: pageLinks(self, null),
    };
  },
});

export const entityRoutes = [list];
