import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { pino } from 'pino';
import { hostKey } from '../../../domain/canonical-url.ts';
import { articleId } from '../../../domain/identity.ts';
import { openSealer } from '../../../domain/sealed.ts';
import { sealCredentials } from '../../../domain/sealed-credentials.ts';
import { collect } from '../../../processors/collect/collect.ts';
import { openTrialTools } from '../../../processors/trials/trial-tools.ts';
import { trySource } from '../../../processors/trials/try-source.ts';
import type { CollectRequest, FeedStatus } from '../../../schemas/types.ts';
import { type Config, loadConfig } from '../../../streams/config.ts';
import { TransientError } from '../../../streams/errors.ts';
import { connectRedis } from '../../../streams/redis.ts';
import type { Runtime } from '../../../streams/runtime.ts';
import type { Message, Output, Stage } from '../../../streams/stage.ts';
import { engines } from '../../engines/engines.ts';
import { type LoopbackServer, serve } from '../../streams/http/loopback-server.ts';
import { virtualContext } from './virtual-context.ts';

type Out = Output<'raw-article' | 'collect-request-page' | 'feed-status'>;
type CollectStage = Stage<'collect-request-user' | 'collect-request' | 'collect-request-page', Out['topic']>;

const log = pino({ level: 'silent' });
const variables = {
  MIMIR_EGRESS_ALLOW: '127.0.0.0/8',
  COLLECT_HOST_DELAY_MS: '0',
  MIMIR_DATA_DIR: '/nonexistent',
  MIMIR_SECRET_KEYS: `test:${Buffer.alloc(32, 1).toString('base64')}`,
};
const open = (redisUrl: string): Promise<CollectStage> =>
  collect.open({ config: loadConfig({ ...variables, REDIS_URL: redisUrl }), log } as Runtime);
/** Of the stage under test. */
const secretKey = { id: 'test', key: Buffer.alloc(32, 1) };

let stage: CollectStage;
/** Of the site, changed by the tests. */
let answer: { status: number; type: string; body: string; etag: string | null };
let site: LoopbackServer;
let feedId: string;
/** Authorization headers that the site was sent. */
const authorizations: string[] = [];

beforeAll(async () => {
  stage = await open(engines().redisUrl);
  site = await serve((asked, response) => {
    if (asked.headers.authorization !== undefined) authorizations.push(asked.headers.authorization);
    if (asked.url !== '/feed') {
      response.writeHead(404).end();
      return;
    }
    const headers = { 'content-type': answer.type, ...(answer.etag === null ? {} : { etag: answer.etag }) };
    if (answer.etag !== null && asked.headers['if-none-match'] === answer.etag) response.writeHead(304).end();
    else response.writeHead(answer.status, headers).end(answer.body);
  });
});
afterAll(async () => {
  await stage.close?.();
  await site[Symbol.asyncDispose]();
});
beforeEach(() => {
  feedId = randomUUID();
  answer = { status: 200, type: 'application/rss+xml', body: feedOf(['a', 'A'], ['b', 'B']), etag: null };
});

function feedOf(...entries: readonly (readonly [path: string, title: string])[]): string {
  const items = entries.map(([path, title]) => `<item><title>${title}</title><link>/${path}</link></item>`);
  return `<rss version="2.0"><channel><title>Daily</title>${items.join('')}</channel></rss>`;
}

function request(parts: Partial<CollectRequest> = {}): Message<'collect-request'> {
  const value: CollectRequest = {
    request_id: randomUUID(),
    kind: 'feed',
    reason: 'schedule',
    feed_id: feedId,
    connector: 'feed',
    config: '{}',
    url: `${site.origin}/feed`,
    visibility: 'public',
    requested_at: 0,
    entry: null,
    credentials: null,
    delay_ms: 0,
    ...parts,
  };
  return {
    topic: 'collect-request',
    partition: 0,
    offset: 0n,
    key: hostKey(value.url),
    value,
    headers: {},
    timestampMs: 0,
  };
}

/** @param acknowledge whether the broker took the outputs */
async function run(message: Message<'collect-request'>, acknowledge = true, on = stage): Promise<readonly Out[]> {
  if (on.handler.kind !== 'each') throw new Error('handles batches');
  const outcome = await on.handler.process(message, virtualContext());
  if (outcome.kind !== 'emit') throw new Error(outcome.kind);
  if (acknowledge) await outcome.onAcknowledged?.();
  return outcome.outputs;
}
const statusIn = (outputs: readonly Out[]): FeedStatus | null | undefined =>
  outputs.find((output) => output.topic === 'feed-status')?.value;
const idsIn = (outputs: readonly Out[]): unknown[] =>
  outputs.map(({ value }) => (value !== null && 'request_id' in value ? value.request_id : null));
const pagesIn = (outputs: readonly Out[]): (string | undefined)[] =>
  outputs.filter((output) => output.topic === 'collect-request-page').map(({ value }) => value?.entry?.title);

test('a feed gives a request for the page of each entry, keyed by host and article, and its status', async () => {
  const outputs = await run(request());
  expect(pagesIn(outputs)).toEqual(['A', 'B']);
  expect(outputs[0]).toMatchObject({
    key: `${hostKey(site.origin)} ${articleId('public', `${site.origin}/a`)}`,
    value: { kind: 'page', reason: 'entry', url: `${site.origin}/a`, feed_id: feedId },
  });
  expect(statusIn(outputs)).toMatchObject({
    feed_id: feedId,
    outcome: 'collected',
    http_status: 200,
    title: 'Daily',
    entry_count: 2,
    new_entry_count: 2,
    error_code: null,
  });
});

test('what was acknowledged is not asked for again, what has changed is', async () => {
  await run(request());
  answer.body = feedOf(['a', 'A'], ['b', 'B, corrected'], ['c', 'C']);
  const outputs = await run(request());
  expect(pagesIn(outputs)).toEqual(['B, corrected', 'C']);
  expect(statusIn(outputs)).toMatchObject({ entry_count: 3, new_entry_count: 2 });
});

test('what was not acknowledged is asked for again, under the same ids', async () => {
  answer.etag = '"1"';
  const first = await run(request(), false);
  const second = await run(request(), false);
  expect(pagesIn(second)).toEqual(['A', 'B']);
  expect(idsIn(second)).toEqual(idsIn(first));
});

test('an unchanged feed answers 304 and is not read again', async () => {
  answer.etag = '"1"';
  await run(request());
  const outputs = await run(request());
  expect(outputs).toHaveLength(1);
  expect(statusIn(outputs)).toMatchObject({ outcome: 'not_modified', http_status: 304 });
});

test('what is known of a feed that answers 304 runs out no earlier than if it had been read, and is looked at once a day', async () => {
  answer.etag = '"1"';
  await run(request());
  const redis = connectRedis(engines().redisUrl, log);
  const entries = ['a', 'b'].map((path) => `collect:entry:${feedId}:${articleId('public', `${site.origin}/${path}`)}`);
  const keys = [`collect:feed:${feedId}`, ...entries];
  const timesToLive = () => Promise.all(keys.map((key) => redis.ttl(key)));
  const day = 24 * 3600;
  try {
    await Promise.all(keys.map((key) => redis.expire(key, 60)));
    await run(request());
    expect(Math.min(...(await timesToLive()))).toBeGreaterThan(29 * day);

    await Promise.all(entries.map((key) => redis.expire(key, 60)));
    await run(request());
    expect(Math.max(...(await timesToLive()).slice(1))).toBeLessThanOrEqual(60);
  } finally {
    redis.disconnect();
  }
});

test('another address of the same feed is read whole', async () => {
  answer.etag = '"1"';
  await run(request());
  expect(statusIn(await run(request({ url: `${site.origin}/feed?` })))).toMatchObject({ outcome: 'collected' });
});

test.each([
  ['not-found', () => ({ status: 404 })],
  ['gone', () => ({ status: 410 })],
  ['unavailable', () => ({ status: 503 })],
  ['unexpected-304', () => ({ status: 304 })],
  ['not-a-feed', () => ({ type: 'text/html', body: '<!doctype html><title>Sign in</title>' })],
])("a site's fault is the feed's status and no error of the stage: %s", async (code, change) => {
  answer = { ...answer, ...change() };
  const outputs = await run(request());
  expect(outputs).toHaveLength(1);
  const status = statusIn(outputs);
  expect(status).toMatchObject({ outcome: 'failed', error_code: code });
  expect(status?.error_detail).toContain('127.0.0.1');
});

test.each([
  ['unknown-connector', { connector: 'gopher' }],
  ['bad-config', { config: '{"colour":"red"}' }],
  ['bad-config', { config: 'no json' }],
  ['bad-url', { url: 'http://127.0.0.1:25/feed' }],
  ['blocked-address', { url: 'http://10.0.0.1/feed' }],
])("a fault of the request is the feed's status: %s", async (code, parts) => {
  expect(statusIn(await run(request(parts)))).toMatchObject({ outcome: 'failed', error_code: code });
});

test('while Redis is away a feed waits', async () => {
  const away = await open('redis://127.0.0.1:1');
  await expect(run(request(), true, away)).rejects.toThrow(TransientError);
  await away.close?.();
});

test('trying a feed shows what it would give and remembers nothing', async () => {
  await using tools = openTrialTools(loadConfig(variables), log);
  const tried = (path: string) => {
    const source = { url: site.origin + path, connector: 'feed', config: {}, credentials: null };
    return trySource(source, tools, new AbortController().signal);
  };
  expect(await tried('/feed')).toMatchObject({
    ok: true,
    http_status: 200,
    title: 'Daily',
    entries: [{ title: 'A' }, { title: 'B' }],
    error_code: null,
  });
  expect(await tried('/none')).toMatchObject({ ok: false, error_code: 'not-found' });
  expect(pagesIn(await run(request()))).toEqual(['A', 'B']);
});

test.each([
  [
    'a permanent redirect is told',
    [
      [301, '/b'],
      [308, '/feed'],
    ],
    '/feed',
  ],
  [
    'a redirect that is not permanent all the way is not',
    [
      [301, '/b'],
      [302, '/feed'],
    ],
    null,
  ],
] as const)('%s', async (_, hops, expected) => {
  await using moved = await serve((asked, response) => {
    const hop = asked.url === '/start' ? hops[0] : asked.url === '/b' ? hops[1] : undefined;
    if (hop !== undefined) response.writeHead(hop[0], { location: hop[1] }).end();
    else response.writeHead(200, { 'content-type': answer.type }).end(answer.body);
  });
  const status = statusIn(await run(request({ url: `${moved.origin}/start` })));
  expect(status).toMatchObject({ outcome: 'collected', moved_to: expected === null ? null : moved.origin + expected });
});

test('a status tells how long the answer stays fresh, when to come again, and what was odd', async () => {
  let hits = 0;
  await using busy = await serve((asked, response) => {
    if (asked.url === '/robots.txt') {
      response.writeHead(404).end();
      return;
    }
    hits += 1;
    if (hits === 1) asked.socket.destroy();
    else if (hits === 2) {
      const dated = answer.body.replace('<item>', '<ttl>5</ttl><item><pubDate>Sun, 01 Feb 2026 10:00:00 GMT</pubDate>');
      response.writeHead(200, { 'content-type': answer.type, 'cache-control': 'public, max-age=1200' }).end(dated);
    } else response.writeHead(429, { 'retry-after': '90' }).end();
  });
  expect(statusIn(await run(request({ url: `${busy.origin}/feed` })))).toMatchObject({
    outcome: 'collected',
    fresh_seconds: 1200,
    newest_at: Date.parse('2026-02-01T10:00:00Z'),
    oldest_at: Date.parse('2026-02-01T10:00:00Z'),
    warnings: expect.arrayContaining([expect.stringContaining('second try')]) as string[],
    retry_after_seconds: null,
  });
  const refused = statusIn(await run(request({ url: `${busy.origin}/feed` })));
  expect(refused).toMatchObject({ outcome: 'failed', http_status: 429, retry_after_seconds: 90 });
  const resting = statusIn(await run(request({ url: `${busy.origin}/feed` })));
  expect(resting).toMatchObject({ outcome: 'failed', error_code: 'site-resting' });
  expect(resting?.retry_after_seconds).toBeGreaterThan(60);
  expect(hits).toBe(3);
});

test('the status of a feed tells of troubles with the pages of its host', async () => {
  await using crowded = await serve((asked, response) => {
    if (asked.url === '/feed') response.writeHead(200, { 'content-type': answer.type }).end(answer.body);
    else if (asked.url === '/robots.txt') response.writeHead(404).end();
    else response.writeHead(429, { 'retry-after': '0' }).end();
  });
  const url = `${crowded.origin}/feed`;
  const outputs = await run(request({ url }));
  expect(statusIn(outputs)?.warnings).toEqual([]);
  const page = outputs.find((output) => output.topic === 'collect-request-page')?.value as CollectRequest;
  await expect(run(request(page))).rejects.toThrow(/429/u);
  expect(statusIn(await run(request({ url })))?.warnings).toEqual([
    `${new URL(url).host} refused 1 of our latest 3 requests as too many (429)`,
  ]);
});

test('what waiting for a turn takes is not the slowness of the feed', async () => {
  const slow = await collect.open({
    config: loadConfig({ ...variables, COLLECT_HOST_DELAY_MS: '400', REDIS_URL: engines().redisUrl }),
    log,
  } as Runtime);
  await run(request(), true, slow);
  const status = statusIn(await run(request(), true, slow));
  await slow.close?.();
  expect(status?.duration_ms).toBeLessThan(400);
});

const organization = '00000000-0000-4000-8000-000000000001';
const credentials = { kind: 'basic', username: 'ann', password: 's3cret' } as const;
const sealedWith = (keys: Config['secretKeys']) => sealCredentials(openSealer(keys), credentials, organization);

describe('a source with credentials', () => {
  test('is opened with them, and its pages are fetched without', async () => {
    const outputs = await run(request({ visibility: organization, credentials: sealedWith([secretKey]) }));
    expect(authorizations).toContain(`Basic ${Buffer.from('ann:s3cret').toString('base64')}`);
    const pages = outputs.filter(({ topic }) => topic === 'collect-request-page');
    expect(pages.map(({ value }) => value)).toMatchObject([{ credentials: null }, { credentials: null }]);
  });

  test.each([
    ['sealed with a key that is not here', organization, [{ id: 'other', key: Buffer.alloc(32, 2) }], '"other"'],
    ['of another organisation', 'public', [secretKey], 'does not open'],
  ])('%s fails with a word for it, and asks nobody', async (_, visibility, keys, words) => {
    const outputs = await run(request({ visibility, credentials: sealedWith(keys) }));
    expect(statusIn(outputs)).toMatchObject({
      outcome: 'failed',
      error_code: 'credentials-sealed',
      error_detail: expect.stringContaining(words),
    });
    expect(JSON.stringify(outputs)).not.toContain('s3cret');
  });
});
