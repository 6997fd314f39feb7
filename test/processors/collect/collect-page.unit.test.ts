import { randomBytes } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { pino } from 'pino';
import { afterAll, describe, expect, test } from 'vitest';
import { articleId } from '../../../domain/identity.ts';
import { collectPage } from '../../../processors/collect/collect-page.ts';
import { openPoliteClient } from '../../../processors/collect/polite-client.ts';
import type { CollectRequest, FeedEntry, RawArticle } from '../../../schemas/types.ts';
import { PutOffError } from '../../../streams/errors.ts';
import { openHttpClient } from '../../../streams/http/client.ts';
import { serve } from '../../streams/http/loopback-server.ts';
import { virtualContext } from './virtual-context.ts';

const http = openHttpClient({ egress: { allow: ['127.0.0.0/8'], contact: '' }, log: pino({ level: 'silent' }) });
afterAll(() => http.close());

const bareEntry: FeedEntry = {
  guid: '1',
  url: '',
  title: 'T',
  summary_html: null,
  content_html: null,
  authors: [],
  tags: [],
  published_at: null,
  updated_at: null,
  image_url: null,
  language: null,
  published_raw: null,
};
/** Before the time that the test's clock tells. */
const requestedMs = Date.parse('2026-03-01T11:59:00Z');
const request = (url: string, entry: Partial<FeedEntry> = {}, config = '{}'): CollectRequest => ({
  request_id: 'r',
  kind: 'page',
  reason: 'entry',
  feed_id: 'f',
  connector: 'feed',
  config,
  url,
  visibility: 'public',
  requested_at: requestedMs,
  entry: { ...bareEntry, url, ...entry },
  credentials: null,
  delay_ms: 0,
});

async function collected(url: string, entry: Partial<FeedEntry> = {}, config = '{}'): Promise<RawArticle> {
  const context = virtualContext();
  const outcome = await collectPage(request(url, entry, config), openPoliteClient(http, 0), context);
  if (outcome.kind !== 'emit') throw new Error(outcome.kind);
  const [output] = outcome.outputs;
  if (outcome.outputs.length !== 1 || output?.value === undefined || output.value === null)
    throw new Error('no article');
  expect(output.key).toBe(output.value.article_id);
  return output.value;
}

test('a page becomes a raw article under its canonical address', async () => {
  await using server = await serve((_, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<p>hi'),
  );
  const raw = await collected(`${server.origin}/a?utm_source=x#y`);
  expect(raw).toMatchObject({
    article_id: articleId('public', `${server.origin}/a`),
    url: `${server.origin}/a`,
    // Of the request and not of the fetch: done again after a crash, it must not pass what came between.
    version: requestedMs * 1000,
    fetched_at: Date.parse('2026-03-01T12:00:00Z'),
    page: { status: 200, content_type: 'text/html', truncated: false, final_url: `${server.origin}/a?utm_source=x#y` },
    page_error: null,
  });
  expect(gunzipSync(raw.page?.body_gzip ?? '').toString()).toBe('<p>hi');
  // What is asked for is what was linked, not our spelling of it.
  expect(server.asked).toContain('/a?utm_source=x');
});

test('the X-Robots-Tag header travels with the page', async () => {
  await using server = await serve((asked, response) => {
    if (asked.url === '/robots.txt') response.writeHead(404).end();
    else
      response
        .writeHead(200, { 'content-type': 'text/html', 'x-robots-tag': ['noarchive', 'mimir: none'] })
        .end('<p>hi');
  });
  expect((await collected(`${server.origin}/a`)).page?.robots).toBe('noarchive, mimir: none');
  await using silent = await serve((_, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'),
  );
  expect((await collected(`${silent.origin}/a`)).page?.robots).toBeNull();
});

test.each([
  ['{"extraction":{"content":".body"},"item":"li"}', '{"content":".body"}'],
  ['{"item":"li"}', null],
  ['{"extraction":"p"}', null],
  ['no JSON', null],
])(
  "of the source's configuration %s the settings for the extraction travel with the page",
  async (config, expected) => {
    await using server = await serve((_, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'),
    );
    expect((await collected(`${server.origin}/a`, {}, config)).extraction).toBe(expected);
  },
);

test('an entry that carries the whole text needs no page', async () => {
  await using server = await serve();
  const raw = await collected(`${server.origin}/a`, { content_html: `<p>${'word '.repeat(600)}</p>` });
  expect(raw).toMatchObject({ page: null, page_error: null });
  expect(server.connections).toBe(0);
});

test('markup is no text: an entry of 3,000 characters of tags needs its page', async () => {
  await using server = await serve();
  expect((await collected(`${server.origin}/a`, { content_html: '<br>'.repeat(750) })).page).not.toBeNull();
});

describe('a page that cannot be had gives the article from its entry', () => {
  test.each([
    ['missing', 404, {}, 'has nothing at this address'],
    ['forbidden', 403, {}, 'forbids us to read this'],
    ['failing', 500, {}, 'HTTP 500'],
    ['overloaded', 503, {}, 'not available just now'],
    ['a film', 200, { 'content-type': 'video/mp4' }, 'sent video/mp4 where a web page was expected'],
    ['a PDF', 200, { 'content-type': 'application/pdf' }, 'sent application/pdf'],
    ['garbled', 200, { 'content-encoding': 'gzip' }, 'cannot be decoded'],
    ['in a circle', 302, { location: '/' }, 'redirects'],
    ['moved inside', 302, { location: 'http://10.0.0.1/' }, 'private network'],
  ])('%s', async (_, status, headers, words) => {
    await using server = await serve((asked, response) => {
      if (asked.url === '/robots.txt') response.writeHead(404).end();
      else response.writeHead(status, headers).end('body');
    });
    const raw = await collected(`${server.origin}/`);
    expect(raw.page).toBeNull();
    expect(raw.page_error).toContain(words);
  });
});

describe('a record stays below the limit of its topic', () => {
  test.each([
    ['a page of 6 MB is cut', Buffer.alloc(6_000_000, 'a'), 5_000_000],
    ['noise of 5 MB is cut until it fits', randomBytes(5_000_000), 2_500_000],
  ])('%s', async (_, body, kept) => {
    await using server = await serve((__, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end(body),
    );
    const raw = await collected(`${server.origin}/`);
    expect(raw.page?.truncated).toBe(true);
    expect(raw.page?.body_gzip.length).toBeLessThan(3_000_000);
    expect(gunzipSync(raw.page?.body_gzip ?? '')).toHaveLength(kept);
  });
});

/** The pauses in seconds, one a try, until there is an article; and its page_error. */
async function tries(url: string, limit = 9): Promise<readonly [readonly number[], string | null | undefined]> {
  const pauses: number[] = [];
  let failures = 0;
  const context = virtualContext();
  const client = openPoliteClient(http, 0);
  for (let asked = 0; asked < limit; asked += 1) {
    const outcome = await collectPage(request(url), client, context, {
      failed: async () => (failures += 1),
    }).catch((error: unknown) => error);
    if (!(outcome instanceof PutOffError)) {
      const { outputs } = outcome as { outputs: { value: RawArticle | null }[] };
      return [pauses, outputs[0]?.value?.page_error];
    }
    pauses.push(outcome.afterMs / 1000);
    await context.sleep(outcome.afterMs);
  }
  return [pauses, undefined];
}
const answering = (...answers: readonly (readonly [number, Record<string, string>?])[]) => {
  let asked = 0;
  return serve((incoming, response) => {
    if (incoming.url === '/robots.txt') {
      response.writeHead(404).end();
      return;
    }
    const [status, headers = {}] = answers[Math.min(asked, answers.length - 1)] ?? [200];
    asked += 1;
    if (status === 0) incoming.socket.destroy();
    else response.writeHead(status, { 'content-type': 'text/html', ...headers }).end('<p>');
  });
};

describe('a page that may be had later is put off', () => {
  test.each([
    ['overloaded once', [[503], [200]], [60], null],
    ['overloaded twice', [[503], [503], [200]], [60, 120], null],
    ['told when to come again', [[429, { 'retry-after': '7' }], [200]], [7], null],
    ['told to come again at once', [[429, { 'retry-after': '-1' }], [200]], [60], null],
    ['told to come again tomorrow', [[503, { 'retry-after': '86400' }]], [], 'not available just now'],
    ['missing', [[404]], [], 'has nothing at this address'],
    ['failing', [[500]], [], 'HTTP 500'],
  ] as const)('%s', async (_, answers, pauses, error) => {
    await using server = await answering(...answers);
    const [waited, pageError] = await tries(`${server.origin}/a`);
    expect(waited).toEqual(pauses);
    expect(pageError ?? 'none').toContain(error ?? 'none');
  });

  test('three times at most, and becomes an article from its entry', async () => {
    await using server = await answering([503]);
    const [waited, pageError] = await tries(`${server.origin}/a`);
    expect(waited).toHaveLength(3);
    expect(pageError).toContain('not available just now');
  });

  test('where nothing listens', async () => {
    const server = await serve();
    await server[Symbol.asyncDispose]();
    const [waited, pageError] = await tries(`${server.origin}/a`);
    expect(waited).toHaveLength(3);
    expect(pageError).not.toBeNull();
  });
});

test('and so does its rule for the enrichment', async () => {
  await using server = await serve((_, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'),
  );
  const config = '{"enrichment":{"skip":["sentiment"]}}';
  expect(await collected(`${server.origin}/a`, {}, config)).toMatchObject({
    enrichment: '{"skip":["sentiment"]}',
    extraction: null,
  });
});
