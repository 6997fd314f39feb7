import { z } from 'zod';
import { explainSchema } from '../services/articles/query.ts';
import { documentSchema, resourceSchema } from './envelope.ts';
import { route } from './route.ts';

const span = z
  .strictObject({ start: z.int(), end: z.int() })
  .meta({ id: 'QuerySpan', description: 'In the query as it was given, in UTF-16 units; the end is exclusive' });

const explanation = resourceSchema(
  'query-explanations',
  z.strictObject({
    canonical: z.string().describe('What the query is kept as: ids in place of names'),
    tree: z
      .array(
        z.strictObject({
          depth: z.int().describe('0 for the top; what belongs to a node follows it, one deeper'),
          kind: z.enum(['and', 'or', 'not', 'word', 'phrase', 'value', 'range', 'near']),
          says: z.string().describe('In words'),
          span,
        }),
      )
      .describe('How the query was read'),
    words: z
      .array(
        z.strictObject({
          text: z.string(),
          where: z.enum(['anywhere', 'title', 'summary', 'text']),
          lexemes: z
            .array(z.array(z.string()))
            .describe('Positions that follow each other; at each any of the lexemes, marked by their language'),
          span,
        }),
      )
      .describe('What words are looked for as'),
    left_out: z
      .array(z.strictObject({ text: z.string(), reason: z.enum(['stop-word', 'no-words']), span }))
      .describe('What is not looked for: stop words, and what has no letter or digit'),
    names: z
      .array(
        z.strictObject({ field: z.enum(['topic', 'source']), written: z.string(), id: z.string(), name: z.string() }),
      )
      .describe('What names stand for; the name is empty for an id that is not known'),
  }),
).meta({ id: 'QueryExplanation', description: 'The id is the canonical text' });

const explain = route({
  method: 'get',
  path: '/api/v1/search/explain',
  operationId: 'explainQuery',
  tag: 'articles',
  summary: 'Show how a query is read',
  description: 'Nothing is searched. A query that cannot be read is a fault that points at the character.',
  query: explainSchema,
  reply: { describes: 'How it is read', document: documentSchema(explanation) },
  async handle({ query: { q } }, { explainQuery }) {
    const attributes = { ...(await explainQuery(q)) };
    return {
      kind: 'resource',
      resource: { type: 'query-explanations', id: attributes.canonical, attributes, relationships: {} },
    };
  },
});

export const queryRoutes = [explain];
