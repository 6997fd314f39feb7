import { z } from 'zod';
import { configSchema, sentCredentials } from '../connector-settings.ts';

export const sitemap = {
  name: 'sitemap',
  types: ['sitemap'],
  config: configSchema({
    max_age_hours: z
      .number()
      .positive()
      .max(8_760)
      .default(48)
      .describe('Only what was published or changed within so many hours'),
    max_sitemaps: z.int().min(1).max(50).default(5).describe('Of an index: sitemaps at most, the newest first'),
    path_prefix: z
      .string()
      .startsWith('/', { error: 'should begin with a slash' })
      .max(500)
      .optional()
      .describe('Only addresses whose path begins so, for example /news/'),
    limit: z.int().min(1).max(1_000).default(200).describe('Addresses at most, the newest'),
  }),
  credentials: sentCredentials,
  requires_auth: false,
  scheduled: true,
} as const;
