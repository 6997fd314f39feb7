import { configSchema, sentCredentials } from '../connector-settings.ts';

export const feed = {
  name: 'feed',
  types: ['rss', 'atom', 'json-feed'],
  config: configSchema({}),
  credentials: sentCredentials,
  requires_auth: false,
  scheduled: true,
} as const;
