import { z } from 'zod';
import { siteToSearchSchema, sourceToTrySchema } from '../services/sources/input.ts';
import type { ShownTrial } from '../services/sources/shown-trial.ts';
import { idSchema } from '../services/text-schema.ts';
import { feedMediaTypes } from './bodies.ts';
import { documentSchema, type Reply, resourceSchema } from './envelope.ts';
import { route } from './route.ts';

const text = z.string();
const time = z.iso.datetime();
const params = z.strictObject({ id: idSchema });
const timings = z.strictObject({ robots_ms: z.int(), fetch_ms: z.int(), parse_ms: z.int(), extract_ms: z.int() });

const trialReply = {
  describes: 'What it would yield',
  status: 200,
  document: documentSchema(
    resourceSchema(
      'source-trials',
      z.strictObject({
        url: text,
        ok: z.boolean(),
        http_status: z.int().nullable(),
        error_code: text.nullable(),
        error_detail: text.nullable().describe('For people: what went wrong, and what to do'),
        title: text.nullable(),
        site_url: text.nullable(),
        entries: z.array(
          z.strictObject({
            url: text,
            title: text,
            published_at: time.nullable(),
            updated_at: time.nullable(),
            authors: z.array(text),
            tags: z.array(text),
            image_url: text.nullable(),
            has_text: z.boolean(),
          }),
        ),
        articles: z
          .array(
            z.strictObject({
              url: text,
              title: text,
              text,
              authors: z.array(text),
              image_url: text.nullable(),
              published_at: time,
              published_at_source: text,
              extraction_method: text,
              extraction_confidence: z.number(),
              page_error: text.nullable().describe('Why it has no page'),
            }),
          )
          .describe('Of the first three entries, as they would be stored'),
        warnings: z.array(text).describe('What is odd about it, for people'),
        timings: timings.describe('Without the waiting between requests; pages count as fetched'),
      }),
    ),
  ),
};

export const testSource = route({
  method: 'post',
  path: '/api/v1/sources/{id}/test',
  operationId: 'testSource',
  tag: 'sources',
  summary: 'Try a source',
  description:
    'Collects it once, extracts its first three articles, and stores nothing. Takes no body, 30 s at most, and two at ' +
    'once. That the source cannot be read is part of the answer (ok, error_code, error_detail).',
  params,
  mayBeBusy: true,
  reply: trialReply,
  async handle({ params: { id }, requestId }, { sources }) {
    return trialAnswer(requestId, await sources.test(id));
  },
});

export const testNewSource = route({
  method: 'post',
  path: '/api/v1/sources/test',
  operationId: 'testNewSource',
  tag: 'sources',
  summary: 'Try a source that is not followed yet',
  description:
    'As the trial of a source that is followed. What a new source would be refused for is refused; nothing is stored, ' +
    'credentials neither.',
  body: { kind: 'resource', type: 'source-trials', attributes: sourceToTrySchema },
  mayBeBusy: true,
  reply: trialReply,
  async handle({ attributes, requestId }, { sources }) {
    return trialAnswer(requestId, await sources.testNew(attributes));
  },
});

function trialAnswer(id: string, trial: ShownTrial): Reply {
  return { kind: 'resource', resource: { type: 'source-trials', id, attributes: { ...trial }, relationships: {} } };
}

export const discoverSources = route({
  method: 'post',
  path: '/api/v1/sources/discover',
  operationId: 'discoverSources',
  tag: 'sources',
  summary: 'Find out how a site can be followed',
  description:
    'Looks at the address itself, at what its page declares, at links that look like feeds, at the usual places, at the ' +
    "sitemaps of robots.txt and at the page's headlines. Stores nothing; 30 s at most, and two at once.",
  body: {
    kind: 'resource',
    type: 'source-discoveries',
    attributes: siteToSearchSchema,
  },
  mayBeBusy: true,
  reply: {
    describes: 'Ways to follow it, the best first',
    status: 200,
    document: documentSchema(
      resourceSchema(
        'source-discoveries',
        z.strictObject({
          url: text.describe('After redirects'),
          title: text.nullable(),
          error_detail: text.nullable().describe('Why the address could not be had'),
          candidates: z.array(
            z.strictObject({
              url: text,
              type: text.describe('To be given as the type of the source'),
              title: text.nullable(),
              item_count: z.int(),
              newest_at: time.nullable(),
              found: text.describe('address, link, anchor, well-known, robots or page'),
            }),
          ),
        }),
      ),
    ),
  },
  async handle({ attributes, requestId }, { sources }) {
    const found = { ...(await sources.discover(attributes)) };
    const resource = { type: 'source-discoveries', id: requestId, attributes: found, relationships: {} };
    return { kind: 'resource', resource };
  },
});

export const pushEntries = route({
  method: 'post',
  path: '/api/v1/sources/{id}/entries',
  operationId: 'pushEntries',
  tag: 'sources',
  summary: 'Send entries to a source of the type push',
  description:
    'A JSON Feed, a list of its items, RSS or Atom; up to 1,000 entries. An entry that was taken as it is within 30 days ' +
    'is left out, so that the same may be sent again. The articles are of the organisation alone.',
  params,
  body: { kind: 'any', mediaTypes: feedMediaTypes, describes: 'A JSON Feed, a list of its items, RSS or Atom' },
  reply: {
    describes: 'What became of them',
    document: documentSchema(
      resourceSchema(
        'pushes',
        z.strictObject({
          accepted: z.int(),
          duplicate: z.int(),
          invalid: z.int(),
          reasons: z
            .array(z.strictObject({ entry: z.int().nullable(), reason: text }))
            .describe('For each that is invalid its place in the list, null where the format does not tell'),
          warnings: z.array(text),
        }),
      ),
    ),
  },
  async handle({ params: { id }, body, contentType, requestId }, { sources }) {
    const report = await sources.push(id, { body, contentType });
    return {
      kind: 'resource',
      resource: { type: 'pushes', id: requestId, attributes: { ...report }, relationships: {} },
    };
  },
});
