import { afterAll, describe, expect, test } from 'vitest';
import type { Credentials } from '../../../domain/credentials.ts';
import { serve } from '../../streams/http/loopback-server.ts';
import { collecting } from './collecting.ts';

const api = collecting('json-api');
afterAll(() => api[Symbol.asyncDispose]());

/** Answers with what the function makes of the query; robots.txt forbids everything but what a key opens. */
const answering = (answer: (query: URLSearchParams, headers: Record<string, unknown>) => unknown, robots = '') =>
  serve((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
    if (pathname === '/robots.txt') return response.end(robots);
    const body = answer(searchParams, request.headers);
    return body === null ? response.writeHead(401).end() : response.end(JSON.stringify(body));
  });

test('items are found, and read by the usual names', async () => {
  await using server = await answering(() => ({
    status: 'ok',
    sections: [1, 2],
    response: {
      results: [
        {
          webUrl: 'https://a.example/1',
          webTitle: 'Shares of <STG> &amp; others',
          webPublicationDate: '2026-03-01T10:00:00Z',
          fields: { trailText: '<p>In <b>short</b></p>' },
          authors: [{ name: 'Ann' }, 'Bob'],
          tags: ['x'],
        },
        { link: '/2', title: { rendered: 'Two' }, date_gmt: 1_772_359_200, content: { rendered: '<p>Text</p>' } },
      ],
    },
  }));
  const { entries } = await api.collect(`${server.origin}/search`);
  expect(entries).toMatchObject([
    {
      url: 'https://a.example/1',
      title: 'Shares of <STG> & others',
      published_at: Date.parse('2026-03-01T10:00:00Z'),
      summary_html: '<p>In short</p>',
      authors: ['Ann', 'Bob'],
      tags: ['x'],
    },
    { url: `${server.origin}/2`, title: 'Two', published_at: 1_772_359_200_000, content_html: '<p>Text</p>' },
  ]);
});

test('fields are read where the configuration says', async () => {
  await using server = await answering(() => ({ a: { b: [{ x: { '0': '/1' }, y: ['One'], url: '/wrong' }] } }));
  const { entries } = await api.collect(server.origin, { items: 'a.b', fields: { url: 'x.0', title: 'y.0' } });
  expect(entries).toMatchObject([{ url: `${server.origin}/1`, title: 'One' }]);
});

const number = (query: URLSearchParams, name: string): number => Number(query.get(name) ?? 0);

describe('pages', () => {
  const items = Array.from({ length: 10 }, (_, n) => ({ url: `/${n}`, title: 'x' }));
  test.each<[string, Record<string, unknown>, (query: URLSearchParams) => unknown, string[]]>([
    [
      'by number',
      { kind: 'page', size_parameter: 'n', size: 4 },
      (query) => items.slice((number(query, 'page') - 1) * 4, number(query, 'page') * 4),
      ['/?page=1&n=4', '/?page=2&n=4', '/?page=3&n=4'],
    ],
    [
      'by offset',
      { kind: 'offset', parameter: 'skip' },
      (query) => items.slice(number(query, 'skip'), number(query, 'skip') + 4),
      ['/', '/?skip=4', '/?skip=8'],
    ],
    [
      'by cursor',
      { kind: 'cursor', parameter: 'after', path: 'meta.next' },
      (query) => {
        const from = number(query, 'after');
        return { meta: { next: from + 4 < 10 ? from + 4 : null }, items: items.slice(from, from + 4) };
      },
      ['/', '/?after=4', '/?after=8'],
    ],
    [
      'by the address of the next',
      { kind: 'next', path: 'links.next' },
      (query) => {
        const from = number(query, 'from');
        return { links: { next: `?from=${from + 4}` }, items: items.slice(from, from + 4) };
      },
      ['/', '/?from=4', '/?from=8'],
    ],
  ])('%s are read up to the bound', async (_, paging, answer, expected) => {
    await using server = await answering(answer);
    const { entries } = await api.collect(server.origin, { paging, max_pages: 3 });
    expect(entries).toHaveLength(10);
    expect(server.asked.filter((path) => path !== '/robots.txt')).toEqual(expected);
  });

  test('end where an API gives the same again, or sends us elsewhere', async () => {
    await using canary = await serve();
    await using same = await answering(() => items);
    expect((await api.collect(same.origin, { paging: { kind: 'page' }, max_pages: 9 })).entries).toHaveLength(10);
    expect(same.asked.filter((path) => path !== '/robots.txt')).toHaveLength(2);
    await using away = await answering(() => ({ next: `${canary.origin}/x`, items }));
    const { warnings } = await api.collect(away.origin, { paging: { kind: 'next' } });
    expect([warnings.join(), canary.connections]).toEqual([expect.stringContaining('lies elsewhere'), 0]);
  });
});

describe('credentials', () => {
  test.each<[Credentials, (query: URLSearchParams, headers: Record<string, unknown>) => boolean]>([
    [
      { kind: 'basic', username: 'ann', password: 'p w' },
      (_, { authorization }) => authorization === `Basic ${Buffer.from('ann:p w').toString('base64')}`,
    ],
    [{ kind: 'bearer', token: 't0ken' }, (_, { authorization }) => authorization === 'Bearer t0ken'],
    [{ kind: 'api_key', in: 'header', name: 'X-Api-Key', value: 'k' }, (_, headers) => headers['x-api-key'] === 'k'],
    [{ kind: 'api_key', in: 'query', name: 'key', value: 'a&b' }, (query) => query.get('key') === 'a&b'],
  ])('%j open the API, which robots.txt forbids to strangers', async (credentials, opens) => {
    const open = (query: URLSearchParams, headers: Record<string, unknown>) =>
      opens(query, headers) ? [{ url: '/1', title: 'x' }] : null;
    await using server = await answering(open, 'User-agent: *\nDisallow: /');
    expect((await api.collect(server.origin, {}, credentials)).entries).toHaveLength(1);
    await expect(api.collect(server.origin)).rejects.toMatchObject({ code: 'robots-disallowed' });
  });

  test('are sent to no other site, and stand in no error', async () => {
    await using canary = await serve((request, response) =>
      response.end(JSON.stringify([{ url: '/1', title: JSON.stringify([request.url, request.headers]) }])),
    );
    await using server = await serve((request, response) =>
      response
        .writeHead(302, { location: request.url?.startsWith('/loop') ? request.url : `${canary.origin}/x` })
        .end(),
    );
    for (const credentials of [
      { kind: 'bearer', token: 's3cret' },
      { kind: 'api_key', in: 'query', name: 'key', value: 's3cret' },
    ] as const) {
      expect(JSON.stringify(await api.collect(`${server.origin}/a`, {}, credentials))).not.toContain('s3cret');
      const failed = await api.collect(`${server.origin}/loop`, {}, credentials).catch((error: unknown) => error);
      expect(String(failed)).toContain('redirects');
      expect(JSON.stringify([String(failed), failed])).not.toContain('s3cret');
    }
    expect(canary.asked.join()).not.toContain('s3cret');
  });
});
