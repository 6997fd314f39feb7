import { z } from 'zod';
import { channelChangesSchema, channelKinds, newChannelSchema } from '../services/alerts/channel-input.ts';
import { idSchema } from '../services/text-schema.ts';
import { documentSchema, resourceSchema } from './envelope.ts';
import { resourceRoutes } from './resource-routes.ts';
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

const channels = resourceRoutes({
  type,
  operations: ['Channel', 'Channels'],
  nouns: ['channel', 'channels'],
  schema: channelSchema,
  newSchema: newChannelSchema,
  changesSchema: channelChangesSchema,
  words: {
    create: {
      summary: 'Say where to notify: a webhook, an e-mail address, the log',
      describes: 'The new channel, with the secret of a webhook',
    },
    change: { description: 'Attributes that are left out stay. One that was failing is tried again at once.' },
    remove: { description: 'What waits for it is dropped.' },
  },
  service: (services) => services.channels,
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
  async handle({ params: { id } }, services) {
    return { kind: 'resource', resource: channels.resource(await services.channels.test(id)) };
  },
});

export const channelRoutes = [...channels.routes, test];
