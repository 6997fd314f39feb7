import { z } from 'zod';
import type { SourceTrial } from '../../domain/source-trial.ts';
import type { FeedEntry } from '../../schemas/types.ts';
import type { Discovery } from '../services/sources/trials.ts';
import { idSchema, storableText } from '../services/text-schema.ts';
import { feedMediaTypes } from './bodies.ts';
import { documentSchema, resourceSchema } from './envelope.ts';
import { route } from './route.ts';

const text = z.string();
const time = z.iso.datetime();
const params = z.strictObject({ id: idSchema });
const timings = z.strictObject({ robots_ms: z.int(), fetch_ms: z.int(), parse_ms: z.int(), extract_ms: z.int() });

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
  reply: {
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
  },
  async handle({ params: { id }, requestId }, { sources }) {
    const attributes = trialAttributes(await sources.test(id));
    return { kind: 'resource', resource: { type: 'source-trials', id: requestId, attributes, relationships: {} } };
  },
});

function trialAttributes({ entries, articles, ...trial }: SourceTrial) {
  return {
    ...trial,
    entries: entries.map(entryAttributes),
    articles: articles.map((article) => ({ ...article, published_at: isoOf(article.published_at) })),
  };
}

function entryAttributes(entry: FeedEntry) {
  const { url, title, authors, tags, image_url, summary_html, content_html } = entry;
  return {
    url,
    title,
    published_at: isoOrNull(entry.published_at),
    updated_at: isoOrNull(entry.updated_at),
    authors,
    tags,
    image_url,
    has_text: (content_html ?? summary_html) !== null,
  };
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
    attributes: z.strictObject({ url: storableText(2048).trim().min(1).meta({ example: 'https://example.org/' }) }),
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
  async handle({ attributes: { url }, requestId }, { sources }) {
    const attributes = discoveryAttributes(await sources.discover(url));
    return { kind: 'resource', resource: { type: 'source-discoveries', id: requestId, attributes, relationships: {} } };
  },
});

function discoveryAttributes({ candidates, ...discovery }: Discovery) {
  return {
    ...discovery,
    candidates: candidates.map((candidate) => ({ ...candidate, newest_at: isoOrNull(candidate.newest_at) })),
  };
}

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

function isoOf(atMs: number): string {
  return new Date(atMs).toISOString();
}

function isoOrNull(atMs: number | null): string | null {
  return atMs === null ? null : isoOf(atMs);
}
