import { z } from 'zod';
import { configSchema } from '../connector-settings.ts';
import { baseUrl } from '../web-address.ts';

export const hackernews = {
  name: 'hackernews',
  types: ['hackernews'],
  config: configSchema({
    list: z
      .enum(['topstories', 'newstories', 'beststories', 'askstories', 'showstories'])
      .default('topstories')
      .describe('Which list'),
    min_score: z.int().min(0).max(100_000).default(0).describe('Stories with fewer points are left out'),
    min_comments: z.int().min(0).max(100_000).default(0).describe('Stories with fewer comments are left out'),
    limit: z
      .int()
      .min(1)
      .max(100)
      .default(30)
      .describe('Stories at most that are looked at; each costs a request, one after the other'),
    base_url: baseUrl
      .optional()
      .describe('Where the API is: https://hacker-news.firebaseio.com for news.ycombinator.com'),
  }),
  credentials: [],
  requires_auth: false,
  scheduled: true,
} as const;
