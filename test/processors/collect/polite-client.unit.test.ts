import { pino } from 'pino';
import { afterAll, describe, expect, test } from 'vitest';
import { openPoliteClient } from '../../../processors/collect/polite-client.ts';
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

const patience = async (
  ...answers: Parameters<typeof site>[1][]
): Promise<readonly [number, readonly number[], number]> => {
  await using server = await site('', ...answers);
  const context = virtualContext();
  const { status } = await openPoliteClient(http, 0).get(`${server.origin}/a`, {}, context);
  return [status, context.sleeps, pages(server).length];
};

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
    ['lies the delay that is configured', '', 1_000, 1_000],
    ['lies the delay that the host asks for', 'User-agent: *\nCrawl-delay: 5', 1_000, 5_000],
    ['lie 30 s at most', 'User-agent: *\nCrawl-delay: 86400', 1_000, 30_000],
  ])('%s', async (_, robots, hostDelayMs, slept) => {
    await using server = await site(robots);
    const client = openPoliteClient(http, hostDelayMs);
    const context = virtualContext();
    await client.get(`${server.origin}/a`, {}, context);
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

describe('a host that asks for patience', () => {
  const in10s = new Date(Date.parse('2026-03-01T12:00:10Z')).toUTCString();

  test.each([
    ['gets it', [[429, { 'retry-after': '7' }], [200]], [200, [7_000], 2]],
    ['may name a date', [[503, { 'retry-after': in10s }], [200]], [200, [10_000], 2]],
    [
      'may name a date that has passed',
      [[503, { 'retry-after': 'Thu, 01 Jan 2015 00:00:00 GMT' }], [200]],
      [200, [], 2],
    ],
    ['and names no time is asked after 1 s and 4 s', [[503], [503], [200]], [200, [1_000, 4_000], 3]],
    ['is asked three times and no more', [[503]], [503, [1_000, 4_000], 3]],
    ['for three years is left alone', [[429, { 'retry-after': '94608000' }]], [429, [], 1]],
  ] as const)('%s', async (_, answers, expected) => {
    expect(await patience(...answers)).toEqual(expected);
  });

  test('is not asked again before its time, by any request', async () => {
    await using server = await site('', [429, { 'retry-after': '3600' }], [200]);
    const client = openPoliteClient(http, 0);
    const context = virtualContext();
    await client.get(`${server.origin}/a`, {}, context);
    await expect(client.get(`${server.origin}/b`, {}, context)).rejects.toMatchObject({ code: 'rate-limited' });
    await context.sleep(3_600_001);
    expect((await client.get(`${server.origin}/c`, {}, context)).status).toBe(200);
    expect(pages(server)).toEqual(['/a', '/c']);
  });

  test('and asks for three years is asked again after a day', async () => {
    await using server = await site('', [429, { 'retry-after': '94608000' }], [200]);
    const client = openPoliteClient(http, 0);
    const context = virtualContext();
    await client.get(`${server.origin}/a`, {}, context);
    await context.sleep(24 * 3_600_000 + 1);
    expect((await client.get(`${server.origin}/b`, {}, context)).status).toBe(200);
  });
});

test('a connection that breaks is tried again', async () => {
  let asked = 0;
  await using server = await serve((request, response) => {
    asked += 1;
    if (asked === 2) request.socket.destroy();
    else response.end('ok');
  });
  const context = virtualContext();
  expect((await openPoliteClient(http, 0).get(`${server.origin}/a`, {}, context)).body.toString()).toBe('ok');
  expect(context.sleeps).toEqual([1_000]);
});
