import { z } from 'zod';
import { configSchema, sentCredentials } from '../connector-settings.ts';
import { reservedHeaders } from '../credentials.ts';

const path = z.string().regex(/^[^\0.]{1,100}(?:\.[^\0.]{1,100}){0,9}$/, {
  error: 'should be names joined by dots, as in result.articles or images.0.url',
});
const parameter = z.string().regex(/^[\w.~[\]$-]{1,100}$/, { error: 'should be the name of a query parameter' });
const size = {
  size_parameter: parameter.optional().describe('Parameter that asks for the size of a page'),
  size: z.int().min(1).max(1_000).default(50).describe('Items of a page'),
};
/** Given as credentials, where they are kept sealed. */
const secretHeaders: ReadonlySet<string> = new Set(['authorization', 'cookie', 'x-api-key']);

const paging = z
  .discriminatedUnion(
    'kind',
    [
      z.strictObject({ kind: z.literal('none') }),
      z.strictObject({
        kind: z.literal('page'),
        parameter: parameter.default('page'),
        start: z.int().min(0).max(1_000_000).default(1).describe('Number of the first page'),
        ...size,
      }),
      z.strictObject({ kind: z.literal('offset'), parameter: parameter.default('offset'), ...size }),
      z.strictObject({
        kind: z.literal('cursor'),
        parameter: parameter.default('cursor'),
        path: path.describe('Where an answer holds the cursor of the next page'),
      }),
      z.strictObject({
        kind: z.literal('next'),
        path: path.default('next').describe('Where an answer holds the address of the next page'),
      }),
    ],
    { error: 'should be an object with "kind": none, page, offset, cursor or next' },
  )
  .default({ kind: 'none' })
  .describe('How further pages are asked for; none unless told');

const field = path.optional();

export const jsonApi = {
  name: 'json-api',
  types: ['json-api'],
  config: configSchema({
    items: path.optional().describe('Where the list is, for example result.articles; found by itself unless told'),
    fields: z
      .strictObject({
        url: field,
        title: field,
        published: field,
        updated: field,
        summary: field,
        content: field,
        author: field,
        image: field,
        tags: field,
        language: field,
        id: field,
      })
      .default({})
      .describe('Where an item holds these, as paths with dots; the usual names are tried where nothing is told'),
    paging,
    max_pages: z.int().min(1).max(20).default(3).describe('Pages at most in one collection'),
    headers: z
      .record(
        z
          .string()
          .regex(/^[a-z][a-z\d-]{0,99}$/i, { error: 'should be the name of a header' })
          .refine((name) => !reservedHeaders.has(name.toLowerCase()), {
            error: 'is a header that the connection itself needs',
          })
          .refine((name) => !secretHeaders.has(name.toLowerCase()), { error: 'should be given as credentials' }),
        z
          .string()
          .max(1_000)
          .regex(/^[\x20-\x7e]*$/, { error: 'should hold printable ASCII only' }),
      )
      .refine((headers) => Object.keys(headers).length <= 20, { error: 'should be 20 headers at most' })
      .default({})
      .describe('Headers to send'),
    limit: z.int().min(1).max(1_000).default(500).describe('Items at most in one collection'),
  }),
  credentials: sentCredentials,
  requires_auth: false,
  scheduled: true,
} as const;
