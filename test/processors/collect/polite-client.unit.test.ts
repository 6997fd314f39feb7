import { pino } from 'pino';
import { afterAll, describe, expect, test } from 'vitest';
import { registrableDomain } from '../../../domain/registrable-domain.ts';
import { openPoliteClient, SiteResting } from '../../../processors/collect/polite-client.ts';
import { openHttpClient } from '../../../streams/http/client.ts';
import { type LoopbackServer, serve } from '../../streams/http/loopback-server.ts';
import { virtualContext } from './virtual-context.ts';

const http = openHttpClient({ egress: { allow: ['127.0.0.0/8'], contact: '' }, log: pino({ level: 'silent' }) });
afterAll(() => http.close());

/** A site with a robots.txt, and answers for its pages in turn; the last is repeated. */
function site(
  robots: string | number,
  ...answers: readonly (readonly [number, Record<string, string>?])[]
): Promise<LoopbackServer> {
  let asked = 0;
  return serve((request, response) => {
    if (request.url === '/robots.txt') {
      response.writeHead(typeof robots === 'number' ? robots : 200).end(robots.toString());
      return;
    }
    const [status, headers = {}] = answers[Math.min(asked, answers.length - 1)] ?? [200];
    asked += 1;
    response.writeHead(status, headers).end();
  });
}
const pages = (server: LoopbackServer): string[] => server.asked.filter((path) => path !== '/robots.txt');

describe('robots.txt', () => {
  test.each([
    ['allows what it does not name', 'User-agent: *\nDisallow: /private/', '/a', true],
    ['forbids what it names', 'User-agent: *\nDisallow: /private/', '/private/a', false],
    ['may be meant for us alone', 'User-agent: mimir\nDisallow: /\n\nUser-agent: *\nAllow: /', '/a', false],
    ['for others does not concern us', 'User-agent: other\nDisallow: /', '/a', true],
    ['that is missing allows everything', 404, '/a', true],
    ['that is forbidden to us allows everything', 403, '/a', true],
    ['that fails forbids everything', 500, '/a', false],
  ])('one that %s', async (_, robots, path, allowed) => {
    await using server = await site(robots);
    const client = openPoliteClient(http, 0);
    const outcome = await client.get(server.origin + path, {}, virtualContext()).then(
      ({ status }) => status,
      (error: { code: string }) => error.code,
    );
    expect(outcome).toBe(allowed ? 200 : robots === 500 ? 'robots-unreachable' : 'robots-disallowed');
    expect(pages(server)).toHaveLength(allowed ? 1 : 0);
  });

  test('is not asked where a key was given to us, but is at another origin', async () => {
    await using other = await site('User-agent: *\nDisallow: /');
    await using server = await serve((asked, response) => {
      if (asked.url === '/moved') response.writeHead(302, { location: `${other.origin}/a` });
      response.end();
    });
    const client = openPoliteClient(http, 0);
    await client.get(`${server.origin}/a`, { agreed: true }, virtualContext());
    expect(server.asked).toEqual(['/a']);
    const moved = client.get(`${server.origin}/moved`, { agreed: true }, virtualContext());
    await expect(moved).rejects.toMatchObject({ code: 'robots-disallowed' });
  });

  test('is read once an hour', async () => {
    await using server = await site('');
    const client = openPoliteClient(http, 0);
    const context = virtualContext();
    for (const path of ['/a', '/b', '/c']) await client.get(server.origin + path, {}, context);
    await context.sleep(3_600_001);
    await client.get(`${server.origin}/d`, {}, context);
    expect(server.asked.filter((path) => path === '/robots.txt')).toHaveLength(2);
  });

  test('of 10 MB is read to 500 KiB', async () => {
    await using server = await site(`${'#'.repeat(1_000)}\n`.repeat(10_000) + 'User-agent: *\nDisallow: /');
    await openPoliteClient(http, 0).get(`${server.origin}/a`, {}, virtualContext());
    expect(pages(server)).toEqual(['/a']);
  });

  test('of the site that is redirected to counts too', async () => {
    await using other = await site('User-agent: *\nDisallow: /secret');
    await using server = await site('', [302, { location: `${other.origin}/secret` }]);
    const getting = openPoliteClient(http, 0).get(`${server.origin}/a`, {}, virtualContext());
    await expect(getting).rejects.toMatchObject({ code: 'robots-disallowed' });
    expect(pages(other)).toEqual([]);
  });

  test('is not asked of a host that nobody may ask', async () => {
    const closed = openHttpClient({ egress: { allow: [], contact: '' }, log: pino({ level: 'silent' }) });
    await using canary = await site('');
    const getting = openPoliteClient(closed, 0).get(canary.origin, {}, virtualContext());
    await expect(getting).rejects.toMatchObject({ code: 'blocked-address' });
    expect(canary.connections).toBe(0);
    await closed.close();
  });
});

describe('between two requests to one host', () => {
  test.each([
    ['lies the delay that is configured', '', 1_000, 0, 1_000],
    ['lies the delay that the host asks for', 'User-agent: *\nCrawl-delay: 5', 1_000, 0, 5_000],
    ['lie 30 s at most', 'User-agent: *\nCrawl-delay: 86400', 1_000, 0, 30_000],
    ['lies the delay that the source asks for', 'User-agent: *\nCrawl-delay: 5', 1_000, 7_000, 7_000],
    ['lies no shorter one than the host asks for', 'User-agent: *\nCrawl-delay: 5', 1_000, 2_000, 5_000],
  ])('%s', async (_, robots, hostDelayMs, delayMs, slept) => {
    await using server = await site(robots);
    const client = openPoliteClient(http, hostDelayMs);
    const context = virtualContext();
    await client.get(`${server.origin}/a`, { delayMs }, context);
    expect(context.sleeps).toEqual([]);
    await client.get(`${server.origin}/b`, {}, context);
    expect(context.sleeps).toEqual([slept]);
  });

  test('another host waits for nothing', async () => {
    await using one = await site('');
    await using two = await site('');
    const client = openPoliteClient(http, 1_000);
    const context = virtualContext();
    await client.get(one.origin, {}, context);
    await client.get(two.origin, {}, context);
    expect(context.sleeps).toEqual([]);
  });
});

/** Milliseconds from the first answer until the site may be asked again; 0 where it may at once. */
const restAfter = async (...answers: Parameters<typeof site>[1][]): Promise<number> => {
  await using server = await site('', ...answers, [200]);
  const client = openPoliteClient(http, 0);
  const context = virtualContext();
  for (const [index, [status]] of answers.entries()) {
    expect((await client.get(`${server.origin}/${index}`, {}, context)).status).toBe(status);
  }
  const error = await client.get(`${server.origin}/z`, {}, context).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return error === null ? context.sleeps.reduce((sum, ms) => sum + ms, 0) : (error as SiteResting).afterMs;
};

describe('a site that refuses', () => {
  const in10min = new Date(Date.parse('2026-03-01T12:10:00Z')).toUTCString();

  test.each([
    ['is asked again at once where it names no time', [[503]], 0],
    ['gets the seconds that it asks for', [[429, { 'retry-after': '3' }]], 3_000],
    ['gets the hour that it asks for', [[429, { 'retry-after': '3600' }]], 3_600_000],
    ['may name a date', [[503, { 'retry-after': in10min }]], 600_000],
    ['may name a date that has passed', [[503, { 'retry-after': 'Thu, 01 Jan 2015 00:00:00 GMT' }]], 0],
    ['for three years is left alone for a day', [[429, { 'retry-after': '94608000' }]], 86_400_000],
    ['three times is left alone for a minute', [[503], [429], [503]], 60_000],
    ['now and then is not left alone', [[503], [200], [200], [503], [200], [200], [503], [200], [200], [503]], 0],
    [
      'every other time is left alone in the end',
      [[503], [200], [503], [200], [503], [200], [503], [200], [503]],
      60_000,
    ],
  ] as const)('%s', async (_, answers, restMs) => {
    expect(await restAfter(...answers)).toBe(restMs);
  });

  test('is not asked again before its time, by any request, and is then', async () => {
    await using server = await site('', [429, { 'retry-after': '3600' }], [200]);
    const client = openPoliteClient(http, 0);
    const context = virtualContext();
    await client.get(`${server.origin}/a`, {}, context);
    await expect(client.get(`${server.origin}/b`, {}, context)).rejects.toMatchObject({ code: 'site-resting' });
    await context.sleep(3_600_001);
    expect((await client.get(`${server.origin}/c`, {}, context)).status).toBe(200);
    expect(pages(server)).toEqual(['/a', '/c']);
  });

  test('and goes on refusing is left alone for longer each time', async () => {
    await using server = await site('', [503]);
    const client = openPoliteClient(http, 0);
    const context = virtualContext();
    const rests: number[] = [];
    for (let asked = 0; asked < 7; asked += 1) {
      const error = await client.get(`${server.origin}/a`, {}, context).catch((thrown: SiteResting) => thrown);
      if (error instanceof SiteResting) {
        rests.push(error.afterMs);
        await context.sleep(error.afterMs);
      }
    }
    expect(rests).toEqual([60_000, 120_000]);
  });
});

const silent = (): Promise<LoopbackServer> =>
  serve((request, response) => {
    if (request.url === '/robots.txt' || request.url === '/ok') response.end();
    else request.socket.destroy();
  });

describe('a host that does not answer', () => {
  test('five times in a row is asked no more, then once, and again as before once it answers', async () => {
    await using server = await silent();
    const client = openPoliteClient(http, 0);
    const context = virtualContext();
    const get = (path: string): Promise<unknown> =>
      client.get(server.origin + path, {}, context).then(
        ({ status }) => status,
        (error: { code: string }) => error.code,
      );
    // A lost connection is tried twice.
    expect([await get('/a'), await get('/a')]).toEqual(['connection-lost', 'connection-lost']);
    expect(await get('/a')).toBe('site-resting');
    const before = server.asked.length;
    expect([await get('/a'), await get('/ok')]).toEqual(['site-resting', 'site-resting']);
    expect(server.asked.length).toBe(before);
    await context.sleep(60_000);
    expect([await get('/ok'), await get('/ok')]).toEqual([200, 200]);
    await using other = await site('');
    expect((await client.get(other.origin, {}, context)).status).toBe(200);
  });
});

test('a host that is away is asked for its robots.txt again after half a minute, and counts as silent once', async () => {
  const server = await serve();
  const { origin } = server;
  await server[Symbol.asyncDispose]();
  const client = openPoliteClient(http, 0);
  const context = virtualContext();
  for (let asked = 0; asked < 20; asked += 1) {
    await expect(client.get(`${origin}/a`, {}, context)).rejects.toMatchObject({ code: 'refused' });
  }
  await context.sleep(30_001);
  await using again = await serve((_, response) => response.end('User-agent: *'), '127.0.0.1', server.port);
  expect((await client.get(`${origin}/a`, {}, context)).status).toBe(200);
  expect(again.asked).toEqual(['/robots.txt', '/a']);
});

test('a connection that breaks is tried once more, and the answer tells it', async () => {
  let asked = 0;
  await using server = await serve((request, response) => {
    asked += 1;
    if (asked === 2) request.socket.destroy();
    else response.end('ok');
  });
  const context = virtualContext();
  const response = await openPoliteClient(http, 0).get(`${server.origin}/a`, {}, context);
  expect(response.body.toString()).toBe('ok');
  expect(response.brokenConnections).toBe(1);
  expect(context.sleeps).toEqual([1_000]);
});

test('no more requests than allowed are under way at one site', async () => {
  let underWay = 0;
  let most = 0;
  await using server = await serve((request, response) => {
    if (request.url === '/robots.txt') {
      response.end();
      return;
    }
    underWay += 1;
    most = Math.max(most, underWay);
    setTimeout(() => {
      underWay -= 1;
      response.end();
    }, 20);
  });
  const client = openPoliteClient(http, 0, { concurrency: 2 });
  const context = { ...virtualContext(), now: Date.now, sleep: () => new Promise<void>((go) => setTimeout(go, 5)) };
  await client.get(`${server.origin}/first`, {}, context);
  await Promise.all([1, 2, 3, 4, 5, 6].map((n) => client.get(`${server.origin}/${n}`, {}, context)));
  expect(most).toBe(2);
});

test.each([
  ['https://www.example.co.uk/a', 'https://feeds.example.co.uk/b', true],
  ['https://example.org/', 'http://example.org:8080/', true],
  ['https://a.co.uk/', 'https://b.co.uk/', false],
  ['https://one.github.io/', 'https://two.github.io/', false],
  ['http://127.0.0.1/', 'http://127.0.0.2/', false],
  ['http://127.0.0.1:81/', 'http://127.0.0.1:82/', false],
  ['http://[::1]/', 'http://[::2]/', false],
  ['http://localhost:81/', 'http://localhost:82/', false],
])('%s and %s are one site: %s', (one, two, isOne) => {
  expect(registrableDomain(one) === registrableDomain(two)).toBe(isOne);
});
