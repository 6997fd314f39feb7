import type { Alert, AlertSettings } from '../services/alerts/alerts.ts';
import type { Channel } from '../services/alerts/channels.ts';
import { type GatheredKind, type Gathering, ofEachKind } from '../services/alerts/gathering.ts';
import type { QueryTrial } from '../services/alerts/saved-queries.ts';
import type { SavedSearch } from '../services/alerts/saved-searches.ts';
import { articleType } from './article-types.ts';
import { builder, dateTime, json } from './builder.ts';
import { toGraphName } from './names.ts';

export const savedSearchType = builder.objectRef<SavedSearch>('SavedSearch');
savedSearchType.implement({
  fields: (t) => ({
    id: t.exposeID('id'),
    userId: t.exposeID('user_id', { nullable: true, description: "Null: the organisation's" }),
    name: t.exposeString('name'),
    query: t.exposeString('query', { description: 'As it was written' }),
    alertEnabled: t.exposeBoolean('alert_enabled'),
    alertingSince: t.expose('alerting_since', {
      type: dateTime,
      nullable: true,
      description: 'Articles that were first collected before raise no alert',
    }),
    throttleMinutes: t.exposeInt('throttle_minutes', { nullable: true }),
    digest: t.exposeString('digest', { description: 'none, hourly or daily' }),
    snoozedUntil: t.expose('snoozed_until', { type: dateTime, nullable: true }),
    channelIds: t.exposeIDList('channel_ids'),
    createdAt: t.expose('created_at', { type: dateTime }),
    updatedAt: t.expose('updated_at', { type: dateTime }),
  }),
});

export const searchTrialType = builder.objectRef<QueryTrial>('SavedSearchTrial').implement({
  description: 'What a saved search would have matched',
  fields: (t) => ({
    count: t.exposeInt('count'),
    days: t.exposeInt('days'),
    examples: t.field({ type: [articleType], resolve: ({ examples }) => examples }),
  }),
});

export const alertType = builder.objectRef<Alert>('Alert');
alertType.implement({
  fields: (t) => ({
    id: t.exposeID('id'),
    kind: t.exposeString('kind'),
    subject: t.exposeString('subject', {
      description: 'What it is about: id of the saved search, of the rule, of the source, name of the stage',
    }),
    title: t.exposeString('title'),
    savedSearchId: t.exposeID('saved_search_id', { nullable: true }),
    articleId: t.exposeID('article_id', { nullable: true }),
    article: t.field({
      type: articleType,
      nullable: true,
      resolve: ({ article_id }, _args, { wholeArticles, spend }) => {
        if (article_id === null) return null;
        spend(1);
        return wholeArticles.load(article_id);
      },
    }),
    matched: t.exposeStringList('matched', { description: 'The parts of the query that the article matches' }),
    facts: t.expose('facts', { type: json }),
    raisedAt: t.expose('raised_at', { type: dateTime }),
    overAt: t.expose('over_at', { type: dateTime, nullable: true }),
    acknowledgedAt: t.expose('acknowledged_at', { type: dateTime, nullable: true }),
  }),
});

const gatheringType = builder.objectRef<Gathering>('AlertGathering').implement({
  fields: (t) => ({
    throttleMinutes: t.exposeInt('throttle_minutes', { nullable: true }),
    digest: t.exposeString('digest', { description: 'none, hourly or daily' }),
    snoozedUntil: t.expose('snoozed_until', { type: dateTime, nullable: true }),
  }),
});

const kindSettingsType = builder.objectRef<AlertSettings['kinds']>('AlertKindSettings').implement({
  fields: (t) => ofEachKindByName((kind) => t.field({ type: gatheringType, resolve: (kinds) => kinds[kind] })),
});

export const alertSettingsType = builder.objectRef<AlertSettings>('AlertSettings').implement({
  fields: (t) => ({
    minRelevance: t.exposeFloat('min_relevance', { nullable: true }),
    channelIds: t.exposeIDList('channel_ids'),
    kinds: t.field({
      type: kindSettingsType,
      description: 'How alerts are gathered, by their kind',
      resolve: ({ kinds }) => kinds,
    }),
  }),
});

export const channelType = builder.objectRef<Channel>('Channel');
channelType.implement({
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name'),
    kind: t.exposeString('kind', { description: 'webhook, email or log' }),
    address: t.exposeString('address', { nullable: true }),
    enabled: t.exposeBoolean('enabled'),
    waiting: t.exposeInt('waiting', { description: 'Notifications that wait for it' }),
    failingSince: t.expose('failing_since', { type: dateTime, nullable: true }),
    retryAt: t.expose('retry_at', { type: dateTime, nullable: true }),
    lastError: t.exposeString('last_error', { nullable: true }),
    deliveredAt: t.expose('delivered_at', { type: dateTime, nullable: true }),
    createdAt: t.expose('created_at', { type: dateTime }),
    updatedAt: t.expose('updated_at', { type: dateTime }),
    secret: t.exposeString('secret', { nullable: true, description: 'Told once, when the channel is made' }),
  }),
});

export const newSavedSearchInput = builder.inputType('NewSavedSearch', {
  fields: (t) => ({
    name: t.string({ required: true }),
    query: t.string({ required: true }),
    alertEnabled: t.boolean({ description: 'false unless told' }),
    throttleMinutes: t.int(),
    digest: t.string({ description: 'none (unless told), hourly or daily' }),
    snoozedUntil: t.field({ type: dateTime }),
    channelIds: t.idList(),
  }),
});

export const savedSearchChangesInput = builder.inputType('SavedSearchChanges', {
  description: 'What is left out stays',
  fields: (t) => ({
    name: t.string(),
    query: t.string(),
    alertEnabled: t.boolean(),
    throttleMinutes: t.int(),
    digest: t.string(),
    snoozedUntil: t.field({ type: dateTime }),
    channelIds: t.idList(),
  }),
});

const gatheringChangesInput = builder.inputType('AlertGatheringChanges', {
  description: 'What is left out stays',
  fields: (t) => ({ throttleMinutes: t.int(), digest: t.string(), snoozedUntil: t.field({ type: dateTime }) }),
});

const kindChangesInput = builder.inputType('AlertKindSettingsChanges', {
  description: 'What is left out stays',
  fields: (t) => ofEachKindByName(() => t.field({ type: gatheringChangesInput })),
});

export const alertSettingsInput = builder.inputType('AlertSettingsChanges', {
  description: 'What is left out stays',
  fields: (t) => ({ minRelevance: t.float(), channelIds: t.idList(), kinds: t.field({ type: kindChangesInput }) }),
});

export const newChannelInput = builder.inputType('NewChannel', {
  fields: (t) => ({
    name: t.string({ required: true }),
    kind: t.string({ required: true, description: 'webhook, email or log' }),
    address: t.string({ description: 'Of a webhook the URL, of e-mail the address' }),
    enabled: t.boolean({ description: 'true unless told' }),
  }),
});

export const channelChangesInput = builder.inputType('ChannelChanges', {
  description: 'What is left out stays',
  fields: (t) => ({ name: t.string(), address: t.string(), enabled: t.boolean() }),
});

/** The same for each kind, under its name in GraphQL. */
function ofEachKindByName<Value>(valueOf: (kind: GatheredKind) => Value): Record<string, Value> {
  return Object.fromEntries(Object.entries(ofEachKind(valueOf)).map(([kind, value]) => [toGraphName(kind), value]));
}
