import { z } from 'zod';
import { channelChangesSchema, channelKinds, newChannelSchema } from '../services/alerts/channel-input.ts';
import type { Channel } from '../services/alerts/channels.ts';
import { idSchema } from '../services/text-schema.ts';
import { settingsListSchema } from '../services/settings/topic-input.ts';
import { collectionSchema, documentSchema, type Resource, resourceSchema } from './envelope.ts';
import { pageLinks } from './page-links.ts';
import { route } from './route.ts';

const text = z.string();
const time = z.iso.datetime();
const params = z.strictObject({ id: idSchema });
const type = 'channels';

const channelSchema = resourceSchema(
  type,
  z.strictObject({
    name: text,
    kind: z.enum(channelKinds),
    address: text.nullable(),
    enabled: z.boolean(),
    waiting: z.int().describe('Notifications that wait for it'),
    failing_since: time.nullable().describe('Null while it works'),
    retry_at: time.nullable(),
    last_error: text.nullable(),
    delivered_at: time.nullable().describe('The latest'),
    created_at: time,
    updated_at: time,
    secret: text
      .nullable()
      .describe('What a webhook is signed with (Standard Webhooks); told once, when the channel is made'),
  }),
).meta({ id: 'Channel' });

const resource = ({ id, ...attributes }: Channel): Resource => ({ type, id, attributes, relationships: {} });

const create = route({
  method: 'post',
  path: '/api/v1/channels',
  operationId: 'createChannel',
  tag: type,
  summary: 'Say where to notify: a webhook, an e-mail address, the log',
  body: { kind: 'resource', type, attributes: newChannelSchema },
  reply: { describes: 'The new channel, with the secret of a webhook', document: documentSchema(channelSchema) },
  async handle({ attributes }, { channels }) {
    return { kind: 'resource', resource: resource(await channels.create(attributes)) };
  },
});

const list = route({
  method: 'get',
  path: '/api/v1/channels',
  operationId: 'listChannels',
  tag: type,
  summary: "List the organisation's channels, newest first",
  query: settingsListSchema,
  reply: { describes: 'A page of channels', document: collectionSchema(channelSchema) },
  async handle({ query, self }, { channels }) {
    const page = await channels.list(query);
    return {
      kind: 'collection',
      resources: page.items.map(({ item }) => resource(item)),
      links: pageLinks(self, page.next),
    };
  },
});

const read = route({
  method: 'get',
  path: '/api/v1/channels/{id}',
  operationId: 'getChannel',
  tag: type,
  summary: 'Read one channel',
  params,
  reply: { describes: 'The channel', document: documentSchema(channelSchema) },
  async handle({ params: { id } }, { channels }) {
    return { kind: 'resource', resource: resource(await channels.get(id)) };
  },
});

const change = route({
  method: 'patch',
  path: '/api/v1/channels/{id}',
  operationId: 'changeChannel',
  tag: type,
  summary: 'Change a channel',
  description: 'Attributes that are left out stay. One that was failing is tried again at once.',
  params,
  body: { kind: 'resource', type, attributes: channelChangesSchema },
  reply: { describes: 'The channel as it is now', document: documentSchema(channelSchema) },
  async handle({ params: { id }, attributes }, { channels }) {
    return { kind: 'resource', resource: resource(await channels.change(id, attributes)) };
  },
});

const remove = route({
  method: 'delete',
  path: '/api/v1/channels/{id}',
  operationId: 'deleteChannel',
  tag: type,
  summary: 'Delete a channel',
  description: 'What waits for it is dropped.',
  params,
  reply: { describes: 'It is gone', document: null },
  async handle({ params: { id } }, { channels }) {
    await channels.remove(id);
    return { kind: 'nothing' };
  },
});

const test = route({
  method: 'post',
  path: '/api/v1/channels/{id}/test',
  operationId: 'testChannel',
  tag: type,
  summary: 'Send a notification that says that it is a test',
  description: 'Takes no body. It waits its turn behind what is queued; the channel shows how it went.',
  params,
  reply: { describes: 'The channel as it is now', status: 200, document: documentSchema(channelSchema) },
  async handle({ params: { id } }, { channels }) {
    return { kind: 'resource', resource: resource(await channels.test(id)) };
  },
});

export const channelRoutes = [create, list, read, change, remove, test];
