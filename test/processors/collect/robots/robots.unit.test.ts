import { pino } from 'pino';
import { afterAll, describe, expect, test } from 'vitest';
import { openRobots, type Robots } from '../../../../processors/collect/robots.ts';
import { openHttpClient } from '../../../../streams/http/client.ts';
import { type LoopbackServer, serve } from '../../../streams/http/loopback-server.ts';

const http = openHttpClient({ egress: { allow: ['127.0.0.1/32'], contact: '' }, log: pino({ level: 'silent' }) });
afterAll(() => http.close());

const signal = new AbortController().signal;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** A site whose robots.txt is answered by each of these in turn, the last for ever; a number is a status. */
function site(...answers: readonly (string | number)[]): Promise<LoopbackServer> {
  let asked = 0;
  return serve((_, response) => {
    const answer = answers[Math.min(asked, answers.length - 1)] ?? '';
    asked += 1;
    if (typeof answer === 'number') response.writeHead(answer).end('user-agent: *\ndisallow: /');
    else response.end(answer);
  });
}

const outcome = (robots: Robots, url: string, nowMs: number): Promise<string> =>
  robots.permit(url, nowMs, signal).then(
    () => 'allowed',
    (error: { code: string }) => error.code,
  );

describe('without a file that can be read', () => {
  test.each([
    [401, 'allowed'],
    [403, 'allowed'],
    [404, 'allowed'],
    [410, 'allowed'],
    [429, 'robots-unreachable'],
    [500, 'robots-unreachable'],
    [503, 'robots-unreachable'],
  ])('HTTP %d: %s', async (status, expected) => {
    await using server = await site(status);
    expect(await outcome(openRobots(http), `${server.origin}/a`, 0)).toBe(expected);
  });

  test('its last rules go on for 30 days, then nothing is forbidden', async () => {
    await using server = await site('user-agent: *\ndisallow: /private', 503);
    const robots = openRobots(http);
    const at = async (nowMs: number): Promise<string[]> => [
      await outcome(robots, `${server.origin}/private`, nowMs),
      await outcome(robots, `${server.origin}/a`, nowMs),
    ];
    expect(await at(0)).toEqual(['robots-disallowed', 'allowed']);
    expect(await at(2 * hourMs)).toEqual(['robots-disallowed', 'allowed']);
    expect(await at(29 * dayMs)).toEqual(['robots-disallowed', 'allowed']);
    expect(await at(31 * dayMs)).toEqual(['allowed', 'allowed']);
    expect(server.asked.length).toBeGreaterThan(3);
  });

  test('a site that never had one is closed for 30 days', async () => {
    await using server = await site(500);
    const robots = openRobots(http);
    expect(await outcome(robots, server.origin, 0)).toBe('robots-unreachable');
    expect(await outcome(robots, server.origin, 29 * dayMs)).toBe('robots-unreachable');
    expect(await outcome(robots, server.origin, 31 * dayMs)).toBe('allowed');
  });

  test('it is asked for again after ten minutes', async () => {
    await using server = await site(503, '');
    const robots = openRobots(http);
    expect(await outcome(robots, server.origin, 0)).toBe('robots-unreachable');
    expect(await outcome(robots, server.origin, 9 * 60_000)).toBe('robots-unreachable');
    expect(await outcome(robots, server.origin, 11 * 60_000)).toBe('allowed');
  });
});

const chain = (length: number): Promise<LoopbackServer> =>
  serve((request, response) => {
    const step = request.url === '/robots.txt' ? 0 : Number(request.url?.slice(1));
    if (step < length) response.writeHead(302, { location: `/${step + 1}` }).end();
    else response.end('user-agent: *\ndisallow: /');
  });

describe('redirects', () => {
  test('five are followed', async () => {
    await using server = await chain(5);
    expect(await outcome(openRobots(http), server.origin, 0)).toBe('robots-disallowed');
  });

  test('behind six there is no file', async () => {
    await using server = await chain(6);
    expect(await outcome(openRobots(http), server.origin, 0)).toBe('allowed');
  });

  test('to the inside are not followed, and the site is not taken for one inside', async () => {
    await using canary = await serve(undefined, '127.0.0.2');
    await using server = await serve((_, response) => response.writeHead(302, { location: canary.origin }).end());
    expect(await outcome(openRobots(http), server.origin, 0)).toBe('robots-unreachable');
    expect(canary.connections).toBe(0);
  });
});

test('of 10 MB the first 500 KiB count, without the line that is cut', async () => {
  const line = 'disallow: /aaaaaaaaaaaaa\n';
  const begin = `user-agent: *\n${line.repeat(1_000)}`;
  const half = 'disallow: /';
  const filler = `${'#'.repeat(500 * 1024 - begin.length - half.length - 1)}\n`;
  const cut = `${half}private/of/nobody\n`;
  await using server = await site(`${begin}${filler}${cut}${'#\n'.repeat(5_000_000)}`);
  const robots = openRobots(http);
  expect(await outcome(robots, `${server.origin}/aaaaaaaaaaaaaa`, 0)).toBe('robots-disallowed');
  expect(await outcome(robots, `${server.origin}/other`, 0)).toBe('allowed');
  expect(await outcome(robots, `${server.origin}/private/of/nobody`, 0)).toBe('allowed');
});

test('one that hangs is given up after 5 s', async () => {
  await using server = await serve(() => {});
  expect(await outcome(openRobots(http), server.origin, 0)).toBe('robots-unreachable');
});
