import { z } from 'zod';
import {
  digests,
  newSavedSearchSchema,
  savedSearchChangesSchema,
  searchTrialSchema,
} from '../services/alerts/saved-search-input.ts';
import type { SavedSearch } from '../services/alerts/saved-searches.ts';
import { idSchema } from '../services/text-schema.ts';
import { settingsListSchema } from '../services/settings/topic-input.ts';
import { collectionSchema, documentSchema, type Resource, resourceSchema } from './envelope.ts';
import { pageLinks } from './page-links.ts';
import { route } from './route.ts';

const text = z.string();
const time = z.iso.datetime();
const params = z.strictObject({ id: idSchema });
const type = 'saved-searches';

const savedSearchSchema = resourceSchema(
  type,
  z.strictObject({
    user_id: text.nullable().describe("Null: the organisation's"),
    name: text,
    query: text.describe('As it was written'),
    alert_enabled: z.boolean(),
    alerting_since: time.nullable().describe('Articles that were first collected before raise no alert'),
    throttle_minutes: z.int().nullable(),
    digest: z.enum(digests),
    snoozed_until: time.nullable(),
    channel_ids: z.array(text),
    created_at: time,
    updated_at: time,
  }),
).meta({ id: 'SavedSearch' });

const resource = ({ id, ...attributes }: SavedSearch): Resource => ({ type, id, attributes, relationships: {} });

const live =
  'A change is live within two seconds. Alerts are raised for articles that are first collected after alerting began or the query changed.';

const create = route({
  method: 'post',
  path: '/api/v1/saved-searches',
  operationId: 'createSavedSearch',
  tag: type,
  summary: 'Save a search',
  description: live,
  body: { kind: 'resource', type, attributes: newSavedSearchSchema },
  reply: { describes: 'The new saved search', document: documentSchema(savedSearchSchema) },
  async handle({ attributes }, { savedSearches }) {
    return { kind: 'resource', resource: resource(await savedSearches.create(attributes)) };
  },
});

const list = route({
  method: 'get',
  path: '/api/v1/saved-searches',
  operationId: 'listSavedSearches',
  tag: type,
  summary: "List the organisation's saved searches, newest first",
  query: settingsListSchema,
  reply: { describes: 'A page of saved searches', document: collectionSchema(savedSearchSchema) },
  async handle({ query, self }, { savedSearches }) {
    const page = await savedSearches.list(query);
    return {
      kind: 'collection',
      resources: page.items.map(({ item }) => resource(item)),
      links: pageLinks(self, page.next),
    };
  },
});

const read = route({
  method: 'get',
  path: '/api/v1/saved-searches/{id}',
  operationId: 'getSavedSearch',
  tag: type,
  summary: 'Read one saved search',
  params,
  reply: { describes: 'The saved search', document: documentSchema(savedSearchSchema) },
  async handle({ params: { id } }, { savedSearches }) {
    return { kind: 'resource', resource: resource(await savedSearches.get(id)) };
  },
});

const change = route({
  method: 'patch',
  path: '/api/v1/saved-searches/{id}',
  operationId: 'changeSavedSearch',
  tag: type,
  summary: 'Change a saved search, switch its alerts on or off, snooze them',
  description: `Attributes that are left out stay. ${live}`,
  params,
  body: { kind: 'resource', type, attributes: savedSearchChangesSchema },
  reply: { describes: 'The saved search as it is now', document: documentSchema(savedSearchSchema) },
  async handle({ params: { id }, attributes }, { savedSearches }) {
    return { kind: 'resource', resource: resource(await savedSearches.change(id, attributes)) };
  },
});

const remove = route({
  method: 'delete',
  path: '/api/v1/saved-searches/{id}',
  operationId: 'deleteSavedSearch',
  tag: type,
  summary: 'Delete a saved search',
  description: 'Its alerts stay.',
  params,
  reply: { describes: 'It is gone', document: null },
  async handle({ params: { id } }, { savedSearches }) {
    await savedSearches.remove(id);
    return { kind: 'nothing' };
  },
});

const test = route({
  method: 'post',
  path: '/api/v1/saved-searches/{id}/test',
  operationId: 'testSavedSearch',
  tag: type,
  summary: 'What it would have matched in the last days',
  description: 'Takes no body and raises nothing.',
  params,
  query: searchTrialSchema,
  reply: {
    describes: 'How many articles, and the latest of them',
    status: 200,
    document: documentSchema(
      resourceSchema(
        'saved-search-trials',
        z.strictObject({
          count: z.int(),
          days: z.int(),
          examples: z.array(
            z.strictObject({
              id: text,
              url: text,
              title: text,
              site_name: text.nullable(),
              published_at: time,
              scraped_at: time,
            }),
          ),
        }),
      ),
    ),
  },
  async handle({ params: { id }, query }, { savedSearches }) {
    const { count, days, examples } = await savedSearches.test(id, query);
    const attributes = {
      count,
      days,
      examples: examples.map((article) => ({
        id: article.id,
        url: article.url,
        title: article.title,
        site_name: article.site_name,
        published_at: article.published_at,
        scraped_at: article.scraped_at,
      })),
    };
    return { kind: 'resource', resource: { type: 'saved-search-trials', id, attributes, relationships: {} } };
  },
});

export const savedSearchRoutes = [create, list, read, change, remove, test];
