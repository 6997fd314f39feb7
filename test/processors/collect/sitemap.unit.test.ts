import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { serve } from '../../streams/http/loopback-server.ts';
import { collecting } from './collecting.ts';

const sitemaps = collecting('sitemap');
afterAll(() => sitemaps[Symbol.asyncDispose]());

const urls = (...entries: readonly (readonly [string, string?])[]): string =>
  `<?xml version="1.0"?><urlset>${entries.map(([loc, lastmod]) => `<url><loc>${loc}</loc>${lastmod === undefined ? '' : `<lastmod>${lastmod}</lastmod>`}</url>`).join('')}</urlset>`;
const index = (...entries: readonly (readonly [string, string?])[]): string =>
  urls(...entries)
    .replaceAll('urlset', 'sitemapindex')
    .replaceAll(/(<\/?)url>/g, '$1sitemap>');
const hosting = (files: Readonly<Record<string, string | Buffer>>) =>
  serve((request, response) => {
    const body = files[request.url ?? ''];
    response.writeHead(body === undefined ? 404 : 200).end(body);
  });

test('what a news sitemap says of an article is taken, whatever its prefixes', async () => {
  await using server = await hosting({
    '/s.xml': `<urlset xmlns:n="http://www.google.com/schemas/sitemap-news/0.9" xmlns:image="i"><url><loc>/a</loc><n:news>
      <n:publication><n:name>Gazette</n:name><n:language>de</n:language></n:publication>
      <n:publication_date>2026-03-01T10:00:00Z</n:publication_date><n:title>Ferry &amp; storm</n:title><n:keywords>sea, storm</n:keywords></n:news>
      <image:image><image:loc>/a.jpg</image:loc></image:image></url></urlset>`,
  });
  const { entries } = await sitemaps.collect(`${server.origin}/s.xml`);
  expect(entries).toMatchObject([
    {
      url: `${server.origin}/a`,
      title: 'Ferry & storm',
      published_at: Date.parse('2026-03-01T10:00:00Z'),
      language: 'de',
      tags: ['sea', 'storm'],
      image_url: `${server.origin}/a.jpg`,
    },
  ]);
});

test('only what is recent comes, the newest first, below the path that is wanted', async () => {
  await using server = await hosting({
    '/s.xml': urls(
      ['/news/old', '2026-02-20'],
      ['/news/1', '2026-03-01T08:00:00Z'],
      ['/news/2', '2026-03-01T09:00:00Z'],
      ['/shop/3', '2026-03-01T09:00:00Z'],
      ['/news/undated'],
    ),
  });
  const { entries, warnings } = await sitemaps.collect(`${server.origin}/s.xml`, { path_prefix: '/news/' });
  expect(entries.map(({ url }) => new URL(url).pathname)).toEqual(['/news/2', '/news/1']);
  expect(warnings.join()).toContain('1 addresses without a date');
  const older = await sitemaps.collect(`${server.origin}/s.xml`, { max_age_hours: 24 * 30, limit: 1 });
  expect(older.entries).toHaveLength(1);
});

test('of an index the promising sitemaps are read, compressed ones too, up to the bound', async () => {
  await using canary = await serve();
  const day = '2026-03-01T08:00:00Z';
  await using server = await hosting({
    '/s.xml': index(
      ['/old.xml', '2020-01-01'],
      ['/b.xml', '2026-02-28'],
      ['/a.xml.gz', day],
      ['/news.xml'],
      ['/missing.xml', day],
      [`${canary.origin}/x.xml`, day],
      ['/s.xml', day],
    ),
    '/news.xml': urls(['/n', day]),
    '/a.xml.gz': gzipSync(urls(['/z', day])),
    '/b.xml': urls(['/b', day]),
  });
  const { entries, warnings } = await sitemaps.collect(`${server.origin}/s.xml`, { max_sitemaps: 4 });
  expect(entries.map(({ url }) => new URL(url).pathname).toSorted()).toEqual(['/b', '/n', '/z']);
  expect(warnings.join()).toContain('/missing.xml was left out');
  expect(server.asked.filter((path) => path !== '/robots.txt')).toEqual([
    '/s.xml',
    '/news.xml',
    '/a.xml.gz',
    '/missing.xml',
    '/b.xml',
  ]);
  expect(canary.connections).toBe(0);
});

test('an index that lists indexes without end is left after two', async () => {
  await using server = await serve((request, response) => {
    const depth = Number(/\d+/.exec(request.url ?? '')?.[0] ?? 0);
    if (request.url === '/robots.txt') response.writeHead(404).end();
    else response.end(index([`/${depth + 1}.xml`]));
  });
  expect((await sitemaps.collect(`${server.origin}/0.xml`, { max_sitemaps: 50 })).entries).toEqual([]);
  expect(server.asked.filter((path) => path !== '/robots.txt')).toEqual(['/0.xml', '/1.xml', '/2.xml']);
});

test.each([
  ['a bomb', gzipSync(Buffer.alloc(60_000_000, 0x20)), 'longer than 50 MB'],
  ['a feed', '<rss version="2.0"/>', 'sent <rss> where a sitemap was expected'],
  ['one nested without end', `<urlset>${'<url>'.repeat(10_000)}`, 'nested deeper than 64'],
])('%s is no sitemap', async (_, body, words) => {
  await using server = await hosting({ '/s.xml': body });
  await expect(sitemaps.collect(`${server.origin}/s.xml`)).rejects.toMatchObject({
    code: 'not-a-sitemap',
    message: expect.stringContaining(words),
  });
});
