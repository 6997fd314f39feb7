import { type FeedHealth, feedStates } from '../services/sources/feed-health.ts';
import type { Source } from '../services/sources/source.ts';
import { sourceTypes } from '../../domain/connectors.ts';
import { frequencies } from '../services/sources/schedule.ts';
import type { CollectionAsked } from '../services/sources/sources.ts';
import { builder, dateTime, json } from './builder.ts';

const stateType = builder.enumType('SourceState', { values: feedStates });

const statusType = builder.objectRef<FeedHealth>('SourceStatus').implement({
  fields: (t) => ({
    state: t.expose('state', { type: stateType }),
    words: t.exposeString('words', { description: 'For people; where it fails, why and how to mend it' }),
    checkedAt: t.expose('checked_at', { type: dateTime, nullable: true }),
    nextAttemptAt: t.expose('next_attempt_at', { type: dateTime, nullable: true }),
    httpStatus: t.exposeInt('http_status', { nullable: true }),
    errorCode: t.exposeString('error_code', { nullable: true }),
  }),
});

export const sourceType = builder.objectRef<Source>('Source');
sourceType.implement({
  fields: (t) => ({
    id: t.exposeID('id'),
    feedId: t.exposeID('feed_id'),
    name: t.exposeString('name'),
    displayName: t.exposeString('display_name', { nullable: true }),
    description: t.exposeString('description', { nullable: true }),
    url: t.exposeString('url'),
    type: t.exposeString('type'),
    config: t.field({ type: json, resolve: ({ config }) => config }),
    hasCredentials: t.exposeBoolean('has_credentials', { description: 'They themselves are never shown' }),
    tags: t.exposeStringList('tags'),
    enabled: t.exposeBoolean('enabled'),
    delaySeconds: t.exposeInt('delay_seconds', {
      nullable: true,
      description: 'Of rest for its site after a request for it',
    }),
    intervalSeconds: t.exposeInt('interval_seconds', { nullable: true }),
    cron: t.exposeString('cron', { nullable: true }),
    timeZone: t.exposeString('time_zone', { nullable: true }),
    frequency: t.exposeString('frequency', { nullable: true }),
    feedTitle: t.exposeString('feed_title', { nullable: true }),
    siteUrl: t.exposeString('site_url', { nullable: true }),
    status: t.expose('status', { type: statusType }),
    createdAt: t.expose('created_at', { type: dateTime }),
    updatedAt: t.expose('updated_at', { type: dateTime }),
  }),
});

export const collectRequestType = builder.objectRef<CollectionAsked>('CollectRequest').implement({
  fields: (t) => ({
    id: t.exposeID('request_id'),
    sourceId: t.exposeID('source_id'),
    requestedAt: t.expose('requested_at', { type: dateTime }),
  }),
});

export const newSourceInput = builder.inputType('NewSource', {
  fields: (t) => ({
    name: t.string({ required: true }),
    url: t.string({ required: true }),
    type: t.string({ description: `One of ${sourceTypes.join(', ')}; rss unless told` }),
    displayName: t.string(),
    description: t.string(),
    config: t.field({ type: json }),
    credentials: t.field({ type: json, description: 'What opens the source; kept sealed' }),
    tags: t.stringList(),
    enabled: t.boolean(),
    delaySeconds: t.int({ description: 'Of rest for its site after a request for it; 1 to 30' }),
    intervalSeconds: t.int({ description: 'At most one of intervalSeconds, cron and frequency' }),
    cron: t.string(),
    timeZone: t.string(),
    frequency: t.string({ description: `One of ${frequencies.join(', ')}` }),
  }),
});

export const sourceChangesInput = builder.inputType('SourceChanges', {
  description: 'What is left out stays',
  fields: (t) => ({
    name: t.string(),
    url: t.string(),
    type: t.string(),
    displayName: t.string(),
    description: t.string(),
    config: t.field({ type: json }),
    credentials: t.field({ type: json, description: 'What opens the source; kept sealed' }),
    tags: t.stringList(),
    enabled: t.boolean(),
    delaySeconds: t.int({ description: 'Of rest for its site after a request for it; 1 to 30' }),
    intervalSeconds: t.int({ description: 'At most one of intervalSeconds, cron and frequency' }),
    cron: t.string(),
    timeZone: t.string(),
    frequency: t.string({ description: `One of ${frequencies.join(', ')}` }),
  }),
});
