import { z } from 'zod';
import { digests } from '../services/alerts/gathering.ts';
import {
  newSavedSearchSchema,
  savedSearchChangesSchema,
  searchTrialSchema,
} from '../services/alerts/saved-search-input.ts';
import { idSchema } from '../services/text-schema.ts';
import { documentSchema, resourceSchema } from './envelope.ts';
import { resourceRoutes } from './resource-routes.ts';
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

const live =
  'A change is live within two seconds. Alerts are raised for articles that are first collected after alerting began or the query changed.';

const savedSearches = resourceRoutes({
  type,
  operations: ['SavedSearch', 'SavedSearches'],
  nouns: ['saved search', 'saved searches'],
  schema: savedSearchSchema,
  newSchema: newSavedSearchSchema,
  changesSchema: savedSearchChangesSchema,
  words: {
    create: { summary: 'Save a search', description: live },
    change: {
      summary: 'Change a saved search, switch its alerts on or off, snooze them',
      description: `Attributes that are left out stay. ${live}`,
    },
    remove: { description: 'Its alerts stay.' },
  },
  service: (services) => services.savedSearches,
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
  async handle({ params: { id }, query }, services) {
    const { count, days, examples } = await services.savedSearches.test(id, query);
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

export const savedSearchRoutes = [...savedSearches.routes, test];
