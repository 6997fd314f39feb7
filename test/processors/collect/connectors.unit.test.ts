import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { connectorSettings } from '../../../domain/connectors.ts';
import { connectorNamed, connectors } from '../../../processors/collect/connectors.ts';
import { connectorContract, describedConnector, type Fixture } from '../../contracts/connector.ts';

test.each([
  ['processors/collect/connectors/', connectors.map(({ name }) => name)],
  ['domain/connectors/', connectorSettings.map(({ name }) => name)],
])('the registry lists every file of %s, under its name', (folder, names) => {
  const files = readdirSync(new URL(`../../../${folder}`, import.meta.url)).map((file) => file.replace(/\.ts$/, ''));
  expect(files.length).toBeGreaterThan(0);
  expect([...names].toSorted()).toEqual(files.toSorted());
});

const many = (count: number, item: (number: number) => string): string =>
  Array.from({ length: count }, (_, number) => item(number + 1)).join('');
const date = '2026-03-01T10:00:00Z';

/** One for each connector that fetches something. */
const fixtures: Readonly<Record<string, Fixture>> = {
  feed: {
    path: '/feed',
    config: {},
    good: {
      '/feed': `<rss version="2.0"><channel><title>T</title><item><title>One</title><link>/1</link></item><item><title>Two</title><link>/2</link></item></channel></rss>`,
    },
    contentType: 'application/rss+xml',
    huge: {
      '/feed': `<rss version="2.0"><channel><title>T</title>${many(20_000, (n) => `<item><title>${n}</title><link>/${n}</link></item>`)}</channel></rss>`,
    },
    conditional: true,
    bad: [],
  },
  sitemap: {
    path: '/sitemap.xml',
    config: {},
    good: {
      '/sitemap.xml': `<urlset xmlns:news="n"><url><loc>/1</loc><lastmod>${date}</lastmod></url><url><loc>/2</loc><news:news><news:title>Two</news:title><news:publication_date>${date}</news:publication_date></news:news></url></urlset>`,
    },
    contentType: 'application/xml',
    huge: {
      '/sitemap.xml': `<urlset>${many(60_000, (n) => `<url><loc>/${n}</loc><lastmod>${date}</lastmod></url>`)}</urlset>`,
    },
    conditional: true,
    bad: [
      [{ max_age_hours: 0 }, '/max_age_hours'],
      [{ path_prefix: 'news' }, '/path_prefix'],
    ],
  },
  'html-list': {
    path: '/news',
    config: { item: 'li' },
    good: {
      '/news': `<ul><li><a href="/1">One headline of the day</a><time datetime="${date}"></time></li><li><a href="/2">Two headlines of the day</a></li></ul>`,
    },
    contentType: 'text/html',
    huge: { '/news': many(20_000, (n) => `<li><a href="/${n}">Headline number ${n}</a></li>`) },
    conditional: true,
    bad: [
      [{ item: 'li[' }, '/item'],
      [{ date: 'time@@x' }, '/date'],
      [{ limit: 0 }, '/limit'],
    ],
  },
  'json-api': {
    path: '/api',
    config: { items: 'result.articles', paging: { kind: 'page' }, max_pages: 20 },
    good: { '/api': `{"result":{"articles":[{"link":"/1","headline":"One"},{"link":"/2","headline":"Two"}]}}` },
    contentType: 'application/json',
    huge: Object.fromEntries(
      Array.from({ length: 100 }, (_, page) => [
        `/api?page=${page + 1}`,
        `{"result":{"articles":[${many(1_000, (n) => `{"link":"/${page}-${n}","title":"x"},`).slice(0, -1)}]}}`,
      ]),
    ),
    conditional: true,
    bad: [
      [{ fields: { url: 'a..b' } }, '/fields/url'],
      [{ paging: { kind: 'all' } }, '/paging/kind'],
      [{ headers: { Cookie: 'x' } }, '/headers/Cookie'],
      [{ max_pages: 1_000 }, '/max_pages'],
    ],
  },
  hackernews: {
    path: '/',
    config: {},
    good: {
      '/v0/topstories.json': '[11, 12]',
      '/v0/item/11.json': '{"id":11,"type":"story","title":"One","url":"/1","score":5,"time":1772359200}',
      '/v0/item/12.json': '{"id":12,"type":"story","title":"Two","url":"/2","score":5,"time":1772359200}',
    },
    contentType: 'application/json',
    huge: {
      '/v0/topstories.json': `[${many(500, (n) => `${n},`).slice(0, -1)}]`,
      ...Object.fromEntries(
        Array.from({ length: 500 }, (_, n) => [`/v0/item/${n + 1}.json`, `{"id":${n + 1},"title":"x","url":"/x${n}"}`]),
      ),
    },
    conditional: true,
    bad: [
      [{ list: 'jobs' }, '/list'],
      [{ min_score: -1 }, '/min_score'],
      [{ base_url: 'file:///etc' }, '/base_url'],
    ],
  },
  reddit: {
    path: '/r/news/',
    config: {},
    good: {
      '/r/news/hot.json': `{"data":{"after":null,"children":[{"data":{"name":"t3_1","url":"/1","title":"One"}},{"data":{"name":"t3_2","url":"/2","title":"Two"}}]}}`,
    },
    contentType: 'application/json',
    huge: {
      '/r/news/hot.json': `{"data":{"after":"t3_x","children":[${many(3_000, (n) => `{"data":{"url":"/${n}","title":"x"}},`).slice(0, -1)}]}}`,
    },
    conditional: false,
    bad: [
      [{ subreddit: '../../api' }, '/subreddit'],
      [{ listing: 'rising' }, '/listing'],
    ],
  },
};

test('every connector that fetches something goes through the conformance suite', () => {
  const fetching = connectors.filter(({ scheduled }) => scheduled).map(({ name }) => name);
  expect(Object.keys(fixtures).toSorted()).toEqual(fetching.toSorted());
});

describe.each(connectors)('the connector $name', (connector) => {
  describedConnector(connector);
  const fixture = fixtures[connector.name];
  if (fixture !== undefined) connectorContract(connector, fixture);
});

test('a source that is pushed is not fetched', async () => {
  const context = {
    url: 'https://example.org/',
    validators: null,
    credentials: null,
    nowMs: 0,
    get: () => Promise.reject(new Error('asked')),
    parse: () => Promise.reject(new Error('parsed')),
    read: { list: () => Promise.reject(new Error('read')), sitemap: () => Promise.reject(new Error('read')) },
  };
  await expect(connectorNamed('push').collect(context, {})).rejects.toMatchObject({ code: 'push-only' });
});

test('an unknown connector is answered with those that there are', () => {
  expect(() => connectorNamed('gopher')).toThrow(/no connector "gopher".*feed/);
});
