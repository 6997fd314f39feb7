import { configSchema } from '../connector-settings.ts';

export const push = {
  name: 'push',
  types: ['push'],
  config: configSchema({}),
  credentials: [],
  requires_auth: false,
  scheduled: false,
} as const;
