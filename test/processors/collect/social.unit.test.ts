import { afterAll, describe, expect, test } from 'vitest';
import { serve } from '../../streams/http/loopback-server.ts';
import { collecting } from './collecting.ts';

const hackernews = collecting('hackernews');
const reddit = collecting('reddit');
afterAll(() => Promise.all([hackernews[Symbol.asyncDispose](), reddit[Symbol.asyncDispose]()]));

describe('Hacker News', () => {
  const stories: Readonly<Record<string, unknown>> = {
    '1': {
      id: 1,
      title: 'Praised',
      url: 'https://a.example/',
      score: 90,
      descendants: 5,
      by: 'ann',
      time: 1_772_359_200,
    },
    '2': { id: 2, title: 'Ask', text: '<p>Why?', score: 90, descendants: 50, time: 1_772_359_200 },
    '3': { id: 3, title: 'Unseen', url: 'https://c.example/', score: 1, descendants: 0 },
    '4': { id: 4, title: 'Dead', url: 'https://d.example/', score: 90, dead: true },
    '5': null,
  };
  const hosting = () =>
    serve((request, response) => {
      if (request.url === '/robots.txt') return response.writeHead(404).end();
      if (request.url === '/v0/newstories.json') return response.end('[1,2,3,4,5,6,"7",-1]');
      const story = stories[/item\/(\d+)/.exec(request.url ?? '')?.[1] ?? ''];
      return story === undefined ? response.writeHead(404).end() : response.end(JSON.stringify(story));
    });

  test('stories come with their pages, questions with their own', async () => {
    await using server = await hosting();
    const { entries, warnings } = await hackernews.collect(server.origin, { list: 'newstories' });
    expect(entries).toMatchObject([
      { url: 'https://a.example/', title: 'Praised', authors: ['ann'], published_at: 1_772_359_200_000 },
      { url: 'https://news.ycombinator.com/item?id=2', content_html: '<p>Why?' },
      { url: 'https://c.example/' },
    ]);
    expect(warnings.join()).toContain('story 6 was left out');
  });

  test.each([
    [{ min_score: 50 }, ['Praised', 'Ask']],
    [{ min_comments: 10 }, ['Ask']],
    [{ limit: 1 }, ['Praised']],
  ])('%j leaves the rest out', async (config, titles) => {
    await using server = await hosting();
    const { entries } = await hackernews.collect(server.origin, { list: 'newstories', ...config });
    expect(entries.map(({ title }) => title)).toEqual(titles);
  });
});

const post = (n: number, more: object = {}) => ({
  data: {
    name: `t3_${n}`,
    url: `https://a.example/${n}`,
    title: `P${n}`,
    score: n,
    created_utc: 1_772_359_200,
    ...more,
  },
});

test('an API of Hacker News that has gone away is left after three stories', async () => {
  await using server = await serve((request, response) =>
    request.url === '/v0/topstories.json' ? response.end('[1,2,3,4,5,6,7,8]') : response.writeHead(404).end(),
  );
  await expect(hackernews.collect(server.origin)).rejects.toMatchObject({ code: 'not-found' });
  expect(server.asked.filter((path) => path.includes('item'))).toHaveLength(3);
});

describe('Reddit', () => {
  test('posts are read page after page up to the limit', async () => {
    await using server = await serve((request, response) => {
      if (request.url === '/robots.txt') return response.writeHead(404).end();
      const { searchParams, pathname } = new URL(request.url ?? '', 'http://localhost');
      const from = Number(searchParams.get('after')?.slice(3) ?? 0);
      const count = Number(searchParams.get('limit'));
      const children = Array.from({ length: count }, (_, n) => post(from + n + 1));
      return response.end(JSON.stringify({ pathname, data: { after: `t3_${from + count}`, children } }));
    });
    const { entries, title } = await reddit.collect(`${server.origin}/r/news+world/`, { listing: 'top', limit: 150 });
    expect([title, entries.length]).toEqual(['r/news+world', 150]);
    expect(server.asked.slice(1)).toEqual([
      '/r/news+world/top.json?limit=100&raw_json=1&t=day',
      '/r/news+world/top.json?limit=50&raw_json=1&t=day&after=t3_100',
    ]);
  });

  test('posts below the score and for adults are left out', async () => {
    await using server = await serve((request, response) =>
      request.url === '/robots.txt'
        ? response.writeHead(404).end()
        : response.end(
            JSON.stringify({ data: { after: null, children: [post(9), post(99), post(98, { over_18: true })] } }),
          ),
    );
    const { entries } = await reddit.collect(server.origin, { subreddit: 'x', min_score: 50 });
    expect(entries).toMatchObject([{ url: 'https://a.example/99', published_at: 1_772_359_200_000 }]);
  });

  test('a token is got for the credentials and sent along; the secret goes to the token address only', async () => {
    const seen: string[] = [];
    await using server = await serve((request, response) => {
      seen.push(`${request.method} ${request.url} ${request.headers.authorization ?? ''}`);
      if (request.url === '/token') response.end('{"access_token":"t0ken"}');
      else response.end(JSON.stringify({ data: { after: null, children: [post(1)] } }));
    });
    const credentials = { kind: 'oauth_client', client_id: 'id', client_secret: 's3cret' } as const;
    const config = { base_url: server.origin, token_url: `${server.origin}/token`, limit: 10 };
    expect((await reddit.collect('https://www.reddit.com/r/news', config, credentials)).entries).toHaveLength(1);
    expect(seen).toEqual([
      `POST /token Basic ${Buffer.from('id:s3cret').toString('base64')}`,
      'GET /r/news/hot?limit=10&raw_json=1 Bearer t0ken',
    ]);
  });

  test('credentials that are refused are told, without being told', async () => {
    await using server = await serve((_, response) => response.writeHead(401).end('{"client_secret":"s3cret"}'));
    const credentials = { kind: 'oauth_client', client_id: 'id', client_secret: 's3cret' } as const;
    const config = { base_url: server.origin, token_url: `${server.origin}/token` };
    const failed = await reddit.collect(`${server.origin}/r/x`, config, credentials).catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 'unauthorized' });
    expect(String(failed)).not.toContain('s3cret');
  });
});
