import { z } from 'zod';
import { configSchema } from '../connector-settings.ts';
import { baseUrl } from '../web-address.ts';

export const reddit = {
  name: 'reddit',
  types: ['reddit'],
  config: configSchema({
    subreddit: z
      .string()
      .regex(/^\w{1,50}(?:\+\w{1,50}){0,19}$/, { error: 'should be the name of a subreddit, or several joined by +' })
      .optional()
      .describe("Without r/; taken from the source's address unless told"),
    listing: z.enum(['hot', 'new', 'top']).default('hot').describe('Which list'),
    time: z
      .enum(['hour', 'day', 'week', 'month', 'year', 'all'])
      .default('day')
      .describe('For the listing top: the best of which time'),
    min_score: z.int().min(0).max(1_000_000).default(0).describe('Posts with fewer points are left out'),
    limit: z.int().min(1).max(500).default(50).describe('Posts at most that are looked at'),
    include_nsfw: z.boolean().default(false).describe('Whether posts for adults are taken'),
    base_url: baseUrl
      .optional()
      .describe("Where the listings are: the source's own origin, or https://oauth.reddit.com with credentials"),
    token_url: baseUrl.optional().describe('Where tokens are given out: https://www.reddit.com/api/v1/access_token'),
  }),
  credentials: ['oauth_client'],
  requires_auth: false,
  scheduled: true,
} as const;
