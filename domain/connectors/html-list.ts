import { z } from 'zod';
import { configSchema, sentCredentials } from '../connector-settings.ts';
import { cssSelector, valueSelector } from '../css-selector.ts';

export const htmlList = {
  name: 'html-list',
  types: ['html'],
  config: configSchema({
    item: cssSelector
      .optional()
      .describe('What repeats, once an article; without it, headlines are found by themselves'),
    link: valueSelector.optional().describe('Within the item; the first link unless told'),
    title: valueSelector.optional().describe("Within the item; the link's text unless told"),
    date: valueSelector.optional().describe('Within the item, for example time@datetime; the first <time> unless told'),
    summary: valueSelector.optional().describe('Within the item; the first paragraph unless told'),
    image: valueSelector.optional().describe('Within the item, for example img@data-src; the first <img> unless told'),
    limit: z.int().min(1).max(500).default(100).describe('Articles at most, in the order of the page'),
  }),
  credentials: sentCredentials,
  requires_auth: false,
  scheduled: true,
} as const;
