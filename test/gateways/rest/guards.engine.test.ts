import { request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rest } from '../../../gateways/rest/rest.ts';
import { FatalError } from '../../../streams/errors.ts';
import type { Service } from '../../../streams/service.ts';
import { enriched, openWorld, type World } from '../world.ts';
import { restClient, source } from './client.ts';

let world: World;
let service: Service;
let address: string;
let ask: ReturnType<typeof restClient>;

beforeAll(async () => {
  world = await openWorld();
  await world.store([enriched('one')]);
  service = await rest.open(world.runtime);
  address = service.address ?? '';
  ask = restClient(address);
});

afterAll(async () => {
  await service?.close();
  await world?.[Symbol.asyncDispose]();
});

/** With headers that fetch would not send. */
function raw(path: string, headers: Readonly<Record<string, string>>, method = 'GET'): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(`${address}${path}`, { method, headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    sent.on('error', reject);
    sent.end();
  });
}

const post = (body: string, headers: Readonly<Record<string, string>> = {}) =>
  ask('/api/v1/sources', { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });

describe('bodies', () => {
  test.each([
    ['half of a document', '{"data":', 400, 'entity_parse_failed'],
    ['no JSON', 'hello', 400, 'entity_parse_failed'],
    ['a million brackets', '['.repeat(999_999), 400, 'entity_parse_failed'],
    ['deep arrays', `${'['.repeat(400_000)}${']'.repeat(400_000)}`, 400, 'too_deep'],
    ['deep objects', `${'{"a":'.repeat(100)}1${'}'.repeat(100)}`, 400, 'too_deep'],
    ['more than a megabyte', JSON.stringify({ a: 'x'.repeat(1_000_001) }), 400, 'entity_too_large'],
    ['a prototype', '{"__proto__":{"polluted":1},"data":{"type":"sources","attributes":{}}}', 422, 'unknown_field'],
  ])('of %s are refused', async (_, body, status, code) => {
    const answer = await post(body);
    expect(answer.status).toBe(status);
    expect(answer.body.errors.map((error: { code: string }) => error.code)).toContain(code);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test.each([
    ['compressed', { 'content-encoding': 'gzip' }, 400],
    ['in an unknown character set', { 'content-type': 'application/json; charset=klingon' }, 400],
    ['as a form', { 'content-type': 'application/x-www-form-urlencoded' }, 422],
  ])('that come %s are refused', async (_, headers, status) => {
    expect((await post('{}', headers)).status).toBe(status);
  });
});

describe('versions', () => {
  test.each([
    [{}, 200],
    [{ accept: 'application/json; version=1' }, 200],
    [{ accept: 'text/html, application/json;version="1";q=0.9' }, 200],
    [{ 'api-version': '1' }, 200],
    [{ accept: 'application/json; version=2' }, 400],
    [{ 'api-version': '2' }, 400],
    [{ 'api-version': 'one' }, 400],
  ])('%o is answered by %i', async (headers, status) => {
    expect((await ask('/api/v1/articles', { headers })).status).toBe(status);
  });
});

describe('other pages in the same browser', () => {
  test.each([
    ['by a name that leads to this machine', { host: 'evil.example' }, 403],
    ['with another origin', { origin: 'https://evil.example' }, 403],
    ['with another port', { origin: 'http://127.0.0.1:1' }, 403],
    ['with the origin of a sandbox', { origin: 'null' }, 403],
    ['as an image', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }, 403],
  ])('that ask %s are refused', async (_, headers, status) => {
    expect(await raw('/api/v1/articles', headers)).toBe(status);
    expect(await raw('/api/v1/sources/import', headers, 'POST')).toBe(status);
  });

  test('are told apart from its own pages and from links', async () => {
    const { host } = new URL(address);
    expect(await raw('/api/v1/articles', { origin: address, 'sec-fetch-site': 'same-origin' })).toBe(200);
    expect(await raw('/docs', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' })).toBe(200);
    expect(await raw('/health', { host: host.replace('127.0.0.1', 'localhost') })).toBe(200);
  });
});

describe('around the API', () => {
  test('what does not exist is 404 in the envelope', async () => {
    for (const [method, path] of [
      ['GET', '/'],
      ['GET', '/api/v1/nothing'],
      ['PUT', '/api/v1/sources'],
      ['DELETE', '/api/v1/articles'],
    ] as const) {
      const { status, body } = await ask(path, { method });
      expect([status, body.errors[0].code]).toEqual([404, 'no_such_route']);
    }
  });

  test('an address that cannot be read is 400', async () => {
    expect((await ask('/api/v1/articles/%E0%A4%A')).status).toBe(400);
  });

  test('each answer has a request id; a harmless one is kept', async () => {
    const own = await ask('/api/v1/articles', { headers: { 'x-request-id': 'abc-1' } });
    expect(own.headers.get('x-request-id')).toBe('abc-1');
    const other = await ask('/nothing', { headers: { 'x-request-id': 'a b<script>' } });
    expect(other.headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
    expect(other.body.meta.request_id).toBe(other.headers.get('x-request-id'));
  });

  test('health tells each dependency, and that there are no accounts', async () => {
    const { status, body } = await ask('/health');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: expect.stringMatching(/^(healthy|degraded)$/),
      version: expect.any(String),
      timestamp: expect.any(String),
      identity: expect.stringContaining('loopback'),
      dependencies: { postgres: { status: 'healthy' }, redis: { status: 'healthy' }, vectors: { status: 'healthy' } },
    });
    expect((await ask('/live')).status).toBe(200);
    expect((await ask('/ready')).status).toBe(200);
  });

  test('the documentation needs nothing of another server', async () => {
    const page = await fetch(`${address}/docs`);
    const html = await page.text();
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(html).not.toMatch(/https?:\/\//);
    const files = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file);
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) expect((await fetch(`${address}${file}`)).status).toBe(200);
    const { body } = await ask('/api/v1/openapi.json');
    expect(body.openapi).toBe('3.1.0');
    expect(Object.keys(body.paths)).toContain('/api/v1/articles/{id}/similar');
  });

  test('requests are counted and timed by route, never by address', async () => {
    await ask('/api/v1/articles/6ba7b810-9dad-51d1-80b4-00c04fd430c8');
    const metrics = await world.runtime.metrics.metrics();
    expect(metrics).toMatch(/http_requests_total\{method="GET",endpoint="\/api\/v1\/articles\/\{id\}"\} \d/);
    expect(metrics).toContain('http_request_duration_seconds_bucket');
    expect(metrics).toMatch(/active_database_connections \d/);
    expect(metrics).not.toContain('6ba7b810');
  });

  test('an address that others could reach is refused', async () => {
    for (const bindHost of ['0.0.0.0', '::', '192.168.0.1']) {
      const runtime = {
        config: { ...world.runtime.config, bindHost },
        log: world.runtime.log,
        metrics: world.runtime.metrics,
      };
      await expect(rest.open(runtime as never)).rejects.toThrow(FatalError);
    }
  });

  test('a port that is taken is named with the setting', async () => {
    await using other = await openWorld({ REST_PORT: new URL(address).port });
    await expect(rest.open(other.runtime)).rejects.toThrow(/REST_PORT/);
  });
});

describe('stopping', () => {
  test('finishes what is under way, also on connections that are kept alive', async () => {
    await using other = await openWorld();
    const stopping = await rest.open(other.runtime);
    const socket = connect(Number(new URL(stopping.address ?? '').port), '127.0.0.1');
    const closed = new Promise((resolve) => socket.on('close', resolve));
    const answered = new Promise<string>((resolve) => socket.on('data', (bytes) => resolve(bytes.toString())));
    socket.write('GET /api/v1/articles HTTP/1.1\r\nhost: localhost\r\n\r\n');
    expect(await answered).toContain('200 OK');
    await stopping.close();
    await closed;
  });
});

describe('while something is away', () => {
  test('Redis: everything is read all the same, and health says degraded', async () => {
    await using other = await openWorld({ REDIS_URL: 'redis://127.0.0.1:1' });
    await other.store([enriched('one')]);
    const alone = await rest.open(other.runtime);
    const askAlone = restClient(alone.address ?? '');
    const answers = await Promise.all(
      [
        '/api/v1/articles',
        `/api/v1/articles/${enriched('one').article_id}`,
        '/api/v1/search?q=text&mode=fulltext',
        '/health',
      ].map((path) => askAlone(path)),
    );
    await alone.close();
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(answers[3]?.body).toMatchObject({ status: 'degraded', dependencies: { redis: { status: 'unhealthy' } } });
  });

  test('the model: semantic search says so, hybrid searches by words and says so', async () => {
    await using other = await openWorld({ EMBEDDING_MODEL_DIR: '/nowhere' });
    await other.store([enriched('one')]);
    const alone = await rest.open(other.runtime);
    const askAlone = restClient(alone.address ?? '');
    const semantic = await askAlone('/api/v1/search?q=text&mode=semantic');
    const hybrid = await askAlone('/api/v1/search?q=text');
    await alone.close();
    expect(semantic.status).toBe(503);
    expect(semantic.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(semantic.body.errors[0]).toMatchObject({ code: 'unavailable', detail: expect.stringContaining('model') });
    expect(hybrid.body.data).toHaveLength(1);
    expect(hybrid.body.meta).toMatchObject({ mode: 'fulltext', degraded: expect.stringContaining('model') });
  });

  test('Postgres: 503 with Retry-After, unhealthy, not ready, yet live', async () => {
    await using other = await openWorld({ DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' });
    const alone = await rest.open(other.runtime);
    const askAlone = restClient(alone.address ?? '');
    const read = await askAlone('/api/v1/articles');
    const write = await askAlone('/api/v1/sources', {
      method: 'POST',
      body: source({ name: 'x', url: 'https://x.example/' }),
    });
    const [health, ready, live] = await Promise.all(['/health', '/ready', '/live'].map((path) => askAlone(path)));
    await alone.close();
    for (const answer of [read, write]) {
      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
      expect(answer.body.errors[0]).toMatchObject({ status: '503', code: 'unavailable' });
    }
    expect([health?.status, ready?.status, live?.status]).toEqual([503, 503, 200]);
    expect(health?.body.status).toBe('unhealthy');
  });

  test('a connection that the server ends under way harms only what it carried', async () => {
    await ask('/api/v1/articles');
    await world.pool.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    const statuses = [];
    for (let n = 0; n < 3; n += 1) statuses.push((await ask(`/api/v1/articles?limit=${n + 1}`)).status);
    expect(statuses.at(-1)).toBe(200);
  });
});
