import { z } from 'zod';
import { revisionSchema, type RevisionSummary } from '../services/articles/revisions.ts';
import { idSchema } from '../services/text-schema.ts';
import { collectionSchema, documentSchema, type Resource, resourceSchema } from './envelope.ts';
import { pageLinks } from './page-links.ts';
import { route } from './route.ts';

const text = z.string();
const time = z.iso.datetime();
const relationships = z.strictObject({
  article: z.strictObject({ data: z.strictObject({ type: z.literal('articles'), id: text }) }),
});

const summary = {
  version: text.describe('Of the article'),
  title: text,
  scraped_at: time,
  superseded_at: time.nullable().describe('When the next one was fetched; null: the article says so now'),
};
const parts = z.array(z.strictObject({ kind: z.enum(['same', 'added', 'removed']), text }));

const listedRevision = resourceSchema('revisions', z.strictObject(summary), relationships).meta({
  id: 'ListedRevision',
});
const wholeRevision = resourceSchema(
  'revisions',
  z.strictObject({
    ...summary,
    content: text,
    diff: z
      .strictObject({ from: text.describe('The version compared with'), title: parts, content: parts })
      .nullable()
      .describe('What changed since the version asked for; null: none was asked for, or there is none before'),
  }),
  relationships,
).meta({ id: 'Revision' });

function revisionResource({ article_id: articleId, ...attributes }: RevisionSummary): Resource {
  return {
    type: 'revisions',
    id: `${articleId}.${attributes.version}`,
    attributes: { ...attributes },
    relationships: { article: { data: { type: 'articles', id: articleId } } },
  };
}

const list = route({
  method: 'get',
  path: '/api/v1/articles/{id}/revisions',
  operationId: 'listRevisions',
  tag: 'articles',
  summary: 'List what an article said before it was changed',
  description: 'Newest first: what it says now, then up to 20 that differ in title or text.',
  params: z.strictObject({ id: idSchema }),
  reply: { describes: 'Revisions without their texts', document: collectionSchema(listedRevision) },
  async handle({ params: { id }, self }, { revisions }) {
    const resources = (await revisions.list(id)).map(revisionResource);
    return { kind: 'collection', resources, links: pageLinks(self, null) };
  },
});

const read = route({
  method: 'get',
  path: '/api/v1/articles/{id}/revisions/{version}',
  operationId: 'getRevision',
  tag: 'articles',
  summary: 'Read one revision, and what changed',
  params: z.strictObject({ id: idSchema, version: z.string().max(16) }),
  query: revisionSchema,
  reply: { describes: 'The revision', document: documentSchema(wholeRevision) },
  async handle({ params: { id, version }, query }, { revisions }) {
    return { kind: 'resource', resource: revisionResource(await revisions.get(id, version, query)) };
  },
});

export const revisionRoutes = [list, read];
