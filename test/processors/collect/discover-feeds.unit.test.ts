import { pino } from 'pino';
import { afterAll, describe, expect, test } from 'vitest';
import { type Discovery, discoverFeeds } from '../../../processors/collect/discover/discover-feeds.ts';
import { openDocumentReader } from '../../../processors/collect/documents/document-reader.ts';
import { openFeedParser } from '../../../processors/collect/feed/feed-parser.ts';
import { openPoliteClient } from '../../../processors/collect/polite-client.ts';
import { openHttpClient } from '../../../streams/http/client.ts';
import { type LoopbackServer, serve } from '../../streams/http/loopback-server.ts';
import { nowMs } from './collecting.ts';
import { virtualContext } from './virtual-context.ts';

const http = openHttpClient({ egress: { allow: ['127.0.0.0/8'], contact: '' }, log: pino({ level: 'silent' }) });
const parser = openFeedParser();
const reader = openDocumentReader();
afterAll(() => Promise.all([http.close(), parser.close(), reader.close()]));

const rss = (title: string, day = '2026-02-28', items = 1): string =>
  `<rss version="2.0"><channel><title>${title}</title>${`<item><title>x</title><link>https://a.example/${title}</link><pubDate>${day}T00:00:00Z</pubDate></item>`.repeat(items)}</channel></rss>`;
const atom = `<feed xmlns="http://www.w3.org/2005/Atom"><title>Atom</title><entry><title>x</title><link href="/x"/><updated>2026-02-27T00:00:00Z</updated></entry></feed>`;
const json = `{"version":"https://jsonfeed.org/version/1.1","title":"JSON","items":[{"id":"1","url":"/j","title":"x"}]}`;

const hosting = (files: Readonly<Record<string, string>>): Promise<LoopbackServer> =>
  serve((request, response) => {
    const body = files[request.url ?? ''];
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'text/html' }).end(body);
  });
const discover = (url: string): Promise<Discovery> => {
  const client = openPoliteClient(http, 0);
  return discoverFeeds(url, { client, parser, reader }, virtualContext(nowMs));
};
const found = async (server: LoopbackServer, path = '/'): Promise<readonly string[]> => {
  const { candidates } = await discover(server.origin + path);
  return candidates.map(({ url, type, found: by }) => `${type} ${url.replace(server.origin, '')} ${by}`);
};

const headline = (n: number): string =>
  `<li><a href="/story-about-the-storm-${n}">A story about the storm, number ${n}</a></li>`;

describe('ways to follow a site', () => {
  test('an address of a feed is itself one, and nothing else is asked', async () => {
    await using server = await hosting({ '/feed': atom });
    expect(await found(server, '/feed')).toEqual(['atom /feed address']);
    expect(server.asked).toEqual(['/robots.txt', '/feed']);
  });

  test('declared feeds come before linked ones, living before ended, articles before comments, full before empty', async () => {
    await using server = await hosting({
      '/': `<base href="/in/"><title>Gazette</title>
        <link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed">
        <link rel="alternate" type="application/rss+xml" href="../ended"><link rel="ALTERNATE nofollow" type="application/atom+xml" href="/atom">
        <link rel="alternate" type="application/feed+json" href="/empty"><link rel="alternate" hreflang="de" href="/de">
        <link rel="alternate" type="application/rss+xml" href="javascript:alert(1)"><a href="/my-feeds/json">RSS</a>`,
      '/comments/feed': rss('Comments'),
      '/ended': rss('Ended', '2020-01-01'),
      '/atom': atom,
      '/empty': `{"version":"https://jsonfeed.org/version/1.1","title":"Empty","items":[]}`,
      '/my-feeds/json': json,
    });
    expect(await found(server)).toEqual([
      'atom /atom link',
      'json-feed /my-feeds/json anchor',
      'rss /ended link',
      'rss /comments/feed link',
      'json-feed /empty link',
    ]);
    expect((await discover(server.origin)).candidates[0]).toMatchObject({
      title: 'Atom',
      item_count: 1,
      newest_at: Date.parse('2026-02-27T00:00:00Z'),
    });
  });

  test('the usual places are tried only where nothing is declared', async () => {
    await using silent = await hosting({ '/': '<p>Hello</p>', '/atom.xml': atom, '/feed.json': json });
    expect(await found(silent)).toEqual(['atom /atom.xml well-known', 'json-feed /feed.json well-known']);
    expect(silent.asked.length).toBeLessThan(15);
  });

  test('sitemaps of robots.txt and the headlines of the page come last', async () => {
    await using server = await hosting({
      '/': `<title>G</title><ul>${[1, 2, 3].map(headline).join('')}</ul>`,
      '/robots.txt': 'User-agent: *\nDisallow: /feed\nsitemap: /news.xml\nSitemap: https://elsewhere.example/x.xml',
      '/news.xml': '<urlset><url><loc>/a</loc><lastmod>2026-03-01</lastmod></url></urlset>',
      '/feed': atom,
    });
    expect(await found(server)).toEqual(['sitemap /news.xml robots', 'html / page']);
    expect(server.asked).not.toContain('/feed');
  });

  test('a thousand declared feeds cost few requests', async () => {
    const links = Array.from({ length: 1_000 }, (_, n) => `<link rel=alternate type=application/rss+xml href=/f${n}>`);
    await using server = await hosting({ '/': `<title>x</title>${links.join('')}` });
    expect(await found(server)).toEqual([]);
    expect(server.asked.length).toBeLessThan(40);
  });

  test.each([
    [404, 'not-found'],
    [500, 'server-error'],
  ])('an address that answers %i is told', async (status, code) => {
    await using server = await serve((request, response) =>
      response.writeHead(request.url === '/robots.txt' ? 404 : status).end(),
    );
    await expect(discover(server.origin)).rejects.toMatchObject({ code });
  });
});
