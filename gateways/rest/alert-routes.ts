import { z } from 'zod';
import { alertKinds, alertListSchema } from '../services/alerts/alert-input.ts';
import { alertSettingsChangesSchema } from '../services/alerts/alert-settings-input.ts';
import type { Alert, AlertSettings } from '../services/alerts/alerts.ts';
import { digests, ofEachKind } from '../services/alerts/gathering.ts';
import { idSchema } from '../services/text-schema.ts';
import { collectionSchema, documentSchema, type Resource, resourceSchema } from './envelope.ts';
import { pageLinks } from './page-links.ts';
import { route } from './route.ts';

const text = z.string();
const time = z.iso.datetime();
const params = z.strictObject({ id: idSchema });

const alertSchema = resourceSchema(
  'alerts',
  z.strictObject({
    kind: z.enum(alertKinds),
    subject: text.describe('What it is about: id of the saved search, of the rule, of the source, name of the stage'),
    title: text,
    saved_search_id: text.nullable(),
    article_id: text.nullable(),
    matched: z.array(text).describe('The parts of the query that the article matches, as they stand there'),
    facts: z.record(text, z.unknown()).describe('More; what it holds depends on the kind'),
    raised_at: time,
    over_at: time.nullable().describe('When its cause was over; null while it lasts, and for articles'),
    acknowledged_at: time.nullable(),
  }),
).meta({ id: 'Alert' });

const resource = ({ id, ...attributes }: Alert): Resource => ({ type: 'alerts', id, attributes, relationships: {} });

const list = route({
  method: 'get',
  path: '/api/v1/alerts',
  operationId: 'listAlerts',
  tag: 'alerts',
  summary: 'List alerts, the latest first',
  query: alertListSchema,
  reply: { describes: 'A page of alerts', document: collectionSchema(alertSchema) },
  async handle({ query, self }, { alerts }) {
    const page = await alerts.list(query);
    return {
      kind: 'collection',
      resources: page.items.map(({ item }) => resource(item)),
      links: pageLinks(self, page.next),
    };
  },
});

const read = route({
  method: 'get',
  path: '/api/v1/alerts/{id}',
  operationId: 'getAlert',
  tag: 'alerts',
  summary: 'Read one alert',
  params,
  reply: { describes: 'The alert', document: documentSchema(alertSchema) },
  async handle({ params: { id } }, { alerts }) {
    return { kind: 'resource', resource: resource(await alerts.get(id)) };
  },
});

const acknowledge = route({
  method: 'post',
  path: '/api/v1/alerts/{id}/acknowledge',
  operationId: 'acknowledgeAlert',
  tag: 'alerts',
  summary: 'Say that somebody has seen it',
  description: 'Takes no body. The first time counts.',
  params,
  reply: { describes: 'The alert as it is now', status: 200, document: documentSchema(alertSchema) },
  async handle({ params: { id } }, { alerts }) {
    return { kind: 'resource', resource: resource(await alerts.acknowledge(id)) };
  },
});

const gatheringSchema = z
  .strictObject({ throttle_minutes: z.int().nullable(), digest: z.enum(digests), snoozed_until: time.nullable() })
  .meta({ id: 'AlertGathering' });

const settingsSchema = resourceSchema(
  'alert-settings',
  z.strictObject({
    min_relevance: z.number().nullable().describe('Articles at least so relevant raise an alert; null: none do'),
    channel_ids: z.array(text).describe('Where events and articles of high relevance are notified'),
    kinds: z.strictObject(ofEachKind(() => gatheringSchema)).describe('How alerts are gathered, by their kind'),
  }),
);

/** There is one of an organisation, and it needs no name. */
const ownSettings = 'own';

const settingsResource = (attributes: AlertSettings): Resource => ({
  type: 'alert-settings',
  id: ownSettings,
  attributes: { ...attributes },
  relationships: {},
});

const readSettings = route({
  method: 'get',
  path: '/api/v1/alert-settings',
  operationId: 'getAlertSettings',
  tag: 'alerts',
  summary: 'What is told without a saved search, where and how often',
  reply: { describes: 'The settings', document: documentSchema(settingsSchema) },
  async handle(_input, { alerts }) {
    return { kind: 'resource', resource: settingsResource(await alerts.settings()) };
  },
});

const changeSettings = route({
  method: 'patch',
  path: '/api/v1/alert-settings',
  operationId: 'changeAlertSettings',
  tag: 'alerts',
  summary: 'Change what is told without a saved search, where and how often',
  body: { kind: 'resource', type: 'alert-settings', id: ownSettings, attributes: alertSettingsChangesSchema },
  reply: { describes: 'The settings as they are now', document: documentSchema(settingsSchema) },
  async handle({ attributes }, { alerts }) {
    return { kind: 'resource', resource: settingsResource(await alerts.changeSettings(attributes)) };
  },
});

export const alertRoutes = [list, read, acknowledge, readSettings, changeSettings];
