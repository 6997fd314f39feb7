import { z } from 'zod';
import { feedStates } from '../services/sources/feed-health.ts';
import { newSourceSchema, sourceChangesSchema } from '../services/sources/input.ts';
import type { Source } from '../services/sources/source.ts';
import { frequencies } from '../services/sources/schedule.ts';
import { settingsListSchema } from '../services/settings/settings-list.ts';
import { idSchema } from '../services/text-schema.ts';
import { opmlMediaTypes } from './bodies.ts';
import { collectionSchema, documentSchema, type Resource, resourceSchema } from './envelope.ts';
import { pageLinks } from './page-links.ts';
import { route } from './route.ts';
import { discoverSources, pushEntries, testNewSource, testSource } from './source-trial-routes.ts';

const text = z.string();
const time = z.iso.datetime();
const params = z.strictObject({ id: idSchema });

const sourceSchema = resourceSchema(
  'sources',
  z.strictObject({
    name: text,
    display_name: text.nullable(),
    description: text.nullable(),
    url: text.describe('As given'),
    type: text,
    config: z.record(text, z.unknown()),
    has_credentials: z.boolean().describe('They themselves are never shown'),
    tags: z.array(text),
    enabled: z.boolean(),
    delay_seconds: z.int().nullable().describe('Of rest for its site after a request for it'),
    interval_seconds: z.int().nullable(),
    cron: text.nullable(),
    time_zone: text.nullable(),
    frequency: z.enum(frequencies).nullable(),
    feed_title: text.nullable().describe("The feed's own title, once it was collected"),
    site_url: text.nullable(),
    status: z.strictObject({
      state: z.enum(feedStates),
      words: text.describe('The same for people; where it fails, why and how to mend it'),
      checked_at: time.nullable(),
      next_attempt_at: time.nullable().describe('Null where it is not collected: disabled or dead'),
      http_status: z.int().nullable(),
      error_code: text.nullable(),
    }),
    created_at: time,
    updated_at: time,
  }),
  z.strictObject({ feed: z.strictObject({ data: z.strictObject({ type: z.literal('feeds'), id: text }) }) }),
).meta({ id: 'Source' });

function sourceResource({ id, feed_id, ...attributes }: Source): Resource {
  return {
    type: 'sources',
    id,
    attributes: { ...attributes },
    relationships: { feed: { data: { type: 'feeds', id: feed_id } } },
  };
}

const create = route({
  method: 'post',
  path: '/api/v1/sources',
  operationId: 'createSource',
  tag: 'sources',
  summary: 'Follow a feed',
  description: 'It is collected within seconds. A feed that others follow already is not collected twice.',
  body: { kind: 'resource', type: 'sources', attributes: newSourceSchema },
  reply: { describes: 'The new source', document: documentSchema(sourceSchema) },
  async handle({ attributes }, { sources }) {
    return { kind: 'resource', resource: sourceResource(await sources.create(attributes)) };
  },
});

const list = route({
  method: 'get',
  path: '/api/v1/sources',
  operationId: 'listSources',
  tag: 'sources',
  summary: 'List sources, newest first',
  query: settingsListSchema,
  reply: { describes: 'A page of sources', document: collectionSchema(sourceSchema) },
  async handle({ query, self }, { sources }) {
    const page = await sources.list(query);
    return {
      kind: 'collection',
      resources: page.items.map(({ item }) => sourceResource(item)),
      links: pageLinks(self, page.next),
    };
  },
});

const read = route({
  method: 'get',
  path: '/api/v1/sources/{id}',
  operationId: 'getSource',
  tag: 'sources',
  summary: 'Read one source with its status',
  params,
  reply: { describes: 'The source', document: documentSchema(sourceSchema) },
  async handle({ params: { id } }, { sources }) {
    return { kind: 'resource', resource: sourceResource(await sources.get(id)) };
  },
});

const change = route({
  method: 'patch',
  path: '/api/v1/sources/{id}',
  operationId: 'changeSource',
  tag: 'sources',
  summary: 'Change a source',
  description: 'Attributes that are left out stay. Another url makes it follow another feed.',
  params,
  body: { kind: 'resource', type: 'sources', attributes: sourceChangesSchema },
  reply: { describes: 'The source as it is now', document: documentSchema(sourceSchema) },
  async handle({ params: { id }, attributes }, { sources }) {
    return { kind: 'resource', resource: sourceResource(await sources.change(id, attributes)) };
  },
});

const remove = route({
  method: 'delete',
  path: '/api/v1/sources/{id}',
  operationId: 'deleteSource',
  tag: 'sources',
  summary: 'Follow a feed no longer',
  description: 'Its articles stay. The feed is collected on while others follow it.',
  params,
  reply: { describes: 'It is gone', document: null },
  async handle({ params: { id } }, { sources }) {
    await sources.remove(id);
    return { kind: 'nothing' };
  },
});

const collect = route({
  method: 'post',
  path: '/api/v1/sources/{id}/collect',
  operationId: 'collectSource',
  tag: 'sources',
  summary: 'Collect a source now',
  description: 'It overtakes what is merely due, and revives a source that is dead. Takes no body.',
  params,
  reply: {
    describes: 'The request that was made',
    document: documentSchema(
      resourceSchema(
        'collect-requests',
        z.strictObject({ requested_at: time }),
        z.strictObject({ source: z.strictObject({ data: z.strictObject({ type: z.literal('sources'), id: text }) }) }),
      ),
    ),
  },
  async handle({ params: { id } }, { sources }) {
    const asked = await sources.collectNow(id);
    return {
      kind: 'resource',
      resource: {
        type: 'collect-requests',
        id: asked.request_id,
        attributes: { requested_at: asked.requested_at },
        relationships: { source: { data: { type: 'sources', id: asked.source_id } } },
      },
    };
  },
});

const importOpml = route({
  method: 'post',
  path: '/api/v1/sources/import',
  operationId: 'importSources',
  tag: 'sources',
  summary: 'Follow every feed of an OPML document',
  description:
    'Feeds that are followed already stay as they are; the same document may be sent again. Folders become tags. With ' +
    'dry_run=true nothing is changed, and the answer says what would become of each entry.',
  query: z.strictObject({ dry_run: z.enum(['true', 'false']).default('false') }),
  body: { kind: 'text', mediaTypes: opmlMediaTypes, describes: 'OPML' },
  reply: {
    describes: 'What became of its feeds',
    document: documentSchema(
      resourceSchema(
        'source-imports',
        z.strictObject({
          dry_run: z.boolean(),
          created: z.int().describe('Sources that are new'),
          existing: z.int().describe('Feeds that were followed already'),
          duplicate: z.int().describe('Entries whose feed the document lists before'),
          invalid: z.array(z.strictObject({ url: text, reason: text })),
          entries: z.array(
            z.strictObject({
              url: text,
              name: text.nullable(),
              tags: z.array(text),
              outcome: z.enum(['new', 'known', 'duplicate', 'invalid']),
              reason: text.nullable(),
            }),
          ),
        }),
      ),
    ),
  },
  async handle({ text: opml, requestId, query }, { sources }) {
    const dryRun = query.dry_run === 'true';
    const report = await sources.importOpml(opml, { dryRun });
    return {
      kind: 'resource',
      resource: {
        type: 'source-imports',
        id: requestId,
        attributes: { dry_run: dryRun, ...report },
        relationships: {},
      },
    };
  },
});

const exportOpml = route({
  method: 'get',
  path: '/api/v1/sources/export',
  operationId: 'exportSources',
  tag: 'sources',
  summary: 'All sources as an OPML document, in folders by their tags; without credentials',
  reply: { describes: 'OPML 2.0', document: z.string(), mediaType: 'text/x-opml' },
  async handle(_input, { sources }) {
    return { kind: 'text', mediaType: 'text/x-opml; charset=utf-8', text: await sources.exportOpml() };
  },
});

export const sourceRoutes = [
  create,
  list,
  discoverSources,
  testNewSource,
  importOpml,
  exportOpml,
  read,
  change,
  remove,
  collect,
  testSource,
  pushEntries,
];
