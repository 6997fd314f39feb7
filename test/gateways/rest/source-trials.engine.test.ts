import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sourceTrials } from '../../../cli/source-trials.ts';
import { articleId, feedId } from '../../../domain/identity.ts';
import { restOver } from '../../../gateways/rest/rest.ts';
import { defaultOrganizationId } from '../../../gateways/schema.ts';
import type { Service } from '../../../streams/service.ts';
import { type LoopbackServer, serve } from '../../streams/http/loopback-server.ts';
import { openWorld, type World } from '../world.ts';
import { restClient, source } from './client.ts';

let world: World;
let service: Service;
let ask: ReturnType<typeof restClient>;
let site: LoopbackServer;
/** Answers that wait for the test. */
let held: (() => void)[] = [];

const paragraph = 'The harbour was closed on Sunday, since the storm had torn the ferries from their moorings. ';
const page = `<html><head><title>Harbour closed</title></head><body><article><h1>Harbour closed</h1>${`<p>${paragraph.repeat(3)}</p>`.repeat(5)}</article></body></html>`;
const feed = `<rss version="2.0"><channel><title>Gazette</title><link>/</link><item><title>Harbour closed</title><link>/a</link></item></channel></rss>`;

beforeAll(async () => {
  site = await serve((request, response) => {
    const send = (type: string, body: string) => response.writeHead(200, { 'content-type': type }).end(body);
    if (request.url === '/feed') return send('application/rss+xml', feed);
    if (request.url === '/a') return send('text/html', page);
    if (request.url === '/slow') return held.push(() => send('application/rss+xml', feed));
    if (request.url === '/')
      return send('text/html', '<title>Gazette</title><link rel=alternate type=application/rss+xml href=/feed>');
    return response.writeHead(404).end();
  });
  world = await openWorld({ MIMIR_EGRESS_ALLOW: '127.0.0.0/8' });
  service = await restOver(sourceTrials).open(world.runtime);
  ask = restClient(service.address ?? '');
});

afterAll(async () => {
  await service?.close();
  await site?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

async function created(attributes: Readonly<Record<string, unknown>>): Promise<string> {
  const { body, status } = await ask('/api/v1/sources', { method: 'POST', body: source(attributes) });
  expect([status, body.errors]).toEqual([201, undefined]);
  return body.data.id;
}
const outboxSize = async (): Promise<unknown> =>
  (await world.pool.query<{ count: number }>('select count(*) as count from outbox')).rows[0]?.count;

describe('trying a source', () => {
  test('shows entries, the text of the first articles, timings and warnings, and stores nothing', async () => {
    const id = await created({ name: 'tried', url: `${site.origin}/feed` });
    const before = await outboxSize();
    const { status, body } = await ask(`/api/v1/sources/${id}/test`, { method: 'POST' });
    expect([status, body.data.type]).toEqual([200, 'source-trials']);
    expect(body.data.attributes).toMatchObject({
      ok: true,
      title: 'Gazette',
      entries: [{ title: 'Harbour closed', url: `${site.origin}/a`, published_at: null, has_text: false }],
      articles: [{ title: 'Harbour closed', url: `${site.origin}/a`, page_error: null }],
      timings: { robots_ms: expect.any(Number), extract_ms: expect.any(Number) },
    });
    expect(body.data.attributes.articles[0].text).toContain('torn the ferries from their moorings');
    expect(body.data.attributes.warnings.join('\n')).toMatch(/no entry has a date[\s\S]*over http/);
    expect(await outboxSize()).toBe(before);
  });

  test('tells why it cannot be read', async () => {
    const id = await created({ name: 'broken', url: `${site.origin}/none` });
    const { status, body } = await ask(`/api/v1/sources/${id}/test`, { method: 'POST' });
    expect([status, body.data.attributes]).toMatchObject([
      200,
      { ok: false, error_code: 'not-found', http_status: 404 },
    ]);
  });

  test('is refused while two others are tried', async () => {
    const id = await created({ name: 'slow', url: `${site.origin}/slow` });
    const run = () => ask(`/api/v1/sources/${id}/test`, { method: 'POST' });
    const two = [run(), run()];
    await expect.poll(() => held.length, { timeout: 20_000 }).toBe(2);
    const third = await run();
    expect([third.status, third.headers.get('retry-after'), third.body.errors[0].code]).toEqual([429, '5', 'busy']);
    for (const release of held) release();
    held = [];
    for (const { body } of await Promise.all(two)) expect(body.data.attributes.ok).toBe(true);
  });
});

const discover = (url: string) =>
  ask('/api/v1/sources/discover', {
    method: 'POST',
    body: { data: { type: 'source-discoveries', attributes: { url } } },
  });

test('a site is looked through for feeds', async () => {
  const { status, body } = await discover(`${site.origin}/`);
  expect([status, body.data.attributes]).toMatchObject([
    200,
    {
      title: 'Gazette',
      error_detail: null,
      candidates: [{ url: `${site.origin}/feed`, type: 'rss', title: 'Gazette', item_count: 1, found: 'link' }],
    },
  ]);
  expect((await discover('http://127.0.0.1:1/')).body.data.attributes).toMatchObject({ candidates: [] });
  expect((await discover('file:///etc/passwd')).body.errors[0].source.pointer).toBe('/data/attributes/url');
});

const send = (id: string, body: unknown, type = 'application/json') =>
  ask(`/api/v1/sources/${id}/entries`, {
    method: 'POST',
    body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
    headers: { 'content-type': type },
  });
const requests = async () =>
  (
    await world.pool.query<{ key: string; payload: Record<string, unknown> }>(
      "select key, payload from outbox where topic = 'collect-request-page' and payload ->> 'connector' = 'push' order by id",
    )
  ).rows;

describe('sending entries', () => {
  test('asks for the collection of each once, and for nothing twice', async () => {
    const id = await created({ name: 'pushed', url: 'https://pushed.example/', type: 'push' });
    const items = [
      { url: '/a', title: 'A' },
      { url: 'https://pushed.example/b', title: 'B', content_text: 'Words' },
      { url: 'javascript:alert(1)', title: 'C' },
      { url: '/d' },
      7,
    ];
    const first = await send(id, items);
    expect(first.status).toBe(201);
    expect(first.body.data).toMatchObject({
      type: 'pushes',
      attributes: {
        accepted: 2,
        duplicate: 0,
        invalid: 3,
        reasons: [
          { entry: 2, reason: expect.stringContaining('url') },
          { entry: 3, reason: 'has neither title nor text' },
          { entry: 4, reason: 'is no object' },
        ],
      },
    });
    const again = [send(id, items), send(id, { version: 'https://jsonfeed.org/version/1.1', title: 'x', items })];
    for (const { body } of await Promise.all(again)) {
      expect(body.data.attributes).toMatchObject({ accepted: 0, duplicate: 2, invalid: 3 });
    }
    const changed = await send(id, [{ url: '/a', title: 'A, corrected' }]);
    expect(changed.body.data.attributes).toMatchObject({ accepted: 1, duplicate: 0, invalid: 0 });
    const feed_id = feedId('https://pushed.example/', defaultOrganizationId, { connector: 'push', config: {} });
    expect((await requests()).map(({ payload }) => payload)).toMatchObject([
      { kind: 'page', feed_id, url: 'https://pushed.example/a', visibility: defaultOrganizationId },
      { kind: 'page', url: 'https://pushed.example/b', entry: { title: 'B', content_html: '<p>Words</p>' } },
      { kind: 'page', entry: { title: 'A, corrected' } },
    ]);
    const { rows } = await world.pool.query('select article_id from pushed_entries where feed_id = $1', [feed_id]);
    expect(rows).toContainEqual({ article_id: articleId(defaultOrganizationId, 'https://pushed.example/a') });
  });

  test('takes RSS and Atom as well', async () => {
    const id = await created({ name: 'pushed rss', url: 'https://rss.example/', type: 'push' });
    expect((await send(id, feed, 'application/rss+xml')).body.data.attributes).toMatchObject({ accepted: 1 });
    const atom = `<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>T</title><link href="https://rss.example/t"/></entry></feed>`;
    expect((await send(id, atom, 'application/atom+xml')).body.data.attributes).toMatchObject({ accepted: 1 });
  });

  test.each([
    ['its declaration', 'application/xml', 'Shift_JIS'],
    ['its header', 'application/xml; charset=shift_jis', 'Shift_JIS'],
    ['a header that is wrong', 'application/xml; charset=utf-8', 'Shift_JIS'],
  ])('reads a feed in the encoding that is told by %s', async (_, type, declared) => {
    const id = await created({ name: `pushed ${_}`, url: 'https://tokyo.example/', type: 'push' });
    const path = encodeURIComponent(_);
    const [before, after] = [
      `<?xml version="1.0" encoding="${declared}"?><rss version="2.0"><channel><item><link>https://tokyo.example/${path}</link><title>`,
      '</title></item></channel></rss>',
    ];
    // 東京, as Shift_JIS has it.
    const bytes = Buffer.concat([Buffer.from(before), Buffer.from([0x93, 0x8c, 0x8b, 0x9e]), Buffer.from(after)]);
    expect((await send(id, bytes, type)).body.data.attributes).toMatchObject({ accepted: 1 });
    const { rows } = await world.pool.query(
      `select payload -> 'entry' ->> 'title' as title from outbox
       where topic = 'collect-request-page' and payload ->> 'url' like $1`,
      [`%/${path}`],
    );
    expect(rows).toEqual([{ title: '東京' }]);
  });

  test.each([
    ['a page', '<html><body>Hello</body></html>', 'application/xml', 422],
    ['an object that is no feed', { a: 1 }, 'application/json', 422],
    ['an empty list', [], 'application/json', 422],
    ['more than 1,000', Array.from({ length: 1_001 }, () => ({ url: '/a', title: 'A' })), 'application/json', 422],
    ['another media type', 'words', 'application/octet-stream', 422],
    ['half of JSON', '{"items":[', 'application/json', 400],
    ['a list nested a hundred times', JSON.parse('['.repeat(100) + ']'.repeat(100)), 'application/json', 400],
  ])('refuses %s', async (_, body, type, status) => {
    const id = await created({ name: `refuses ${_}`, url: 'https://refuses.example/', type: 'push' });
    const answer = await send(id, body, type);
    expect([answer.status, typeof answer.body.errors[0].detail]).toEqual([status, 'string']);
  });

  test('is refused for a source that is collected, and collecting for one that is pushed', async () => {
    const collected = await created({ name: 'collected', url: `${site.origin}/feed?x` });
    const refused = await send(collected, [{ url: '/a', title: 'A' }]);
    expect([refused.status, refused.body.errors[0].code]).toEqual([422, 'not_pushed']);
    const pushed = await created({ name: 'only pushed', url: 'https://only.example/', type: 'push' });
    for (const action of ['collect', 'test']) {
      const answer = await ask(`/api/v1/sources/${pushed}/${action}`, { method: 'POST' });
      expect(answer.body.errors[0].code).toBe('not_collected');
    }
    const { body } = await ask(`/api/v1/sources/${pushed}`);
    expect(body.data.attributes.status).toMatchObject({ state: 'waiting', next_attempt_at: null });
    const unknown = await send('00000000-0000-4000-8000-00000000dead', [{ url: '/a', title: 'A' }]);
    expect(unknown.status).toBe(404);
  });
});
