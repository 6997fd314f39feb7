import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Gazette, openGazette } from './gazette.ts';
import { createInstance, type Instance, waitFor } from './instance.ts';
import { allArticles, askGraphql, getJson, isSettled, search, statusOf } from './reading.ts';

let gazette: Gazette;
let mimir: Instance;

beforeAll(async () => {
  gazette = await openGazette();
  mimir = await createInstance({ MIMIR_EGRESS_ALLOW: '127.0.0.0/8', COLLECT_HOST_DELAY_MS: '50' });
});

afterAll(async () => {
  await mimir[Symbol.asyncDispose]();
  await gazette[Symbol.asyncDispose]();
});

describe('1. From feeds to search with one command', () => {
  test('`mimir up` starts everything, follows a list of feeds and says where everything is', async () => {
    await mimir.start(['--no-starter', '--import', gazette.opmlUrl]);
    expect(mimir.output()).toContain(`${mimir.rest}/api/v1/articles`);
    expect(mimir.output()).toContain('6 sources, 6 of them new');
    expect(mimir.output()).toContain('npx mimir source add');
    expect(mimir.output()).toContain('Ctrl-C stops everything');
  });

  test('every article of every feed arrives in all views, once', async () => {
    await waitFor('all views hold all articles', () => isSettled(mimir, gazette.articleUrls.length));
    const urls = (await allArticles(mimir)).map((article) => article.attributes.url);
    expect(urls.toSorted()).toEqual(gazette.articleUrls.toSorted());
  });

  test('the text is the page’s, without what stands around it', async () => {
    const articles = await allArticles(mimir, 'url,title,content,language,duplicate');
    const ferry = articles.find((article) => article.attributes.url.endsWith('/ferry-fares'));
    expect(ferry?.attributes.content).toContain('ten years ago');
    expect(ferry?.attributes.content).not.toContain('all rights reserved');
    expect(ferry?.attributes.language).toBe('en');
  });

  test('a copy under another headline is linked to the original, which was published earlier', async () => {
    const articles = await allArticles(mimir);
    const byUrl = (url: string) => articles.find((article) => article.attributes.url === url);
    const original = byUrl(gazette.syndicated.original);
    expect(byUrl(gazette.syndicated.copy)?.attributes.duplicate).toMatchObject({
      original_id: original?.id,
      reason: 'same_text',
    });
    expect(original?.attributes.duplicate).toBeNull();
  });

  test.each([
    ['A shooting star with a tail, discovered from a summit', '/telescope-comet'],
    ['Players and singers settle their wage dispute', '/orchestra-strike'],
    ['Cold weather destroyed much of the wine production', '/vineyard-frost'],
  ])('meaning finds a story by words that its title does not have: %s', async (paraphrase, path) => {
    const [first] = await search(mimir, paraphrase, 'semantic');
    expect(first?.attributes.url.endsWith(path)).toBe(true);
  });

  test('words find a story by what its text says', async () => {
    const [first] = await search(mimir, 'straw fires sprinklers', 'fulltext');
    expect(first?.attributes.url.endsWith('/vineyard-frost')).toBe(true);
  });

  test('both APIs list the same articles in the same order', async () => {
    const listed = await allArticles(mimir);
    const { articles } = await askGraphql<{
      articles: { edges: readonly { node: { id: string; title: string; url: string } }[] };
    }>(mimir, '{ articles(first: 100) { edges { node { id title url } } } }');
    expect(articles.edges.map(({ node }) => node)).toEqual(
      listed.map(({ id, attributes: { title, url } }) => ({ id, title, url })),
    );
  });

  test('a feed that is down shows its error, one that forbids robots is left alone, and the rest works', async () => {
    const { data } = await getJson<{
      data: readonly { attributes: { url: string; status: { state: string; words: string } } }[];
    }>(mimir, '/api/v1/sources?limit=100');
    const states = Object.fromEntries(
      data.map(({ attributes }) => [new URL(attributes.url).hostname, attributes.status]),
    );
    const failed = expect.stringMatching(/^(?:degraded|failing)$/) as string;
    expect(states['127.0.4.1']).toMatchObject({ state: 'healthy' });
    expect(states['127.0.4.5']).toMatchObject({ state: failed, words: expect.stringContaining('503') as string });
    expect(states['127.0.4.6']).toMatchObject({ state: failed, words: expect.stringContaining('robots') as string });
    expect(gazette.hits.get('127.0.4.6/feed')).toBeUndefined();
  });

  test('status finds nothing behind and nothing wrong', async () => {
    const { healthy, problems } = await statusOf(mimir);
    expect(problems).toEqual([]);
    expect(healthy).toBe(true);
  });

  test('metrics of all processes are served at one address', async () => {
    const text = await (await fetch(`${mimir.operations}/metrics`)).text();
    for (const process of ['collect', 'process', 'views', 'serve']) expect(text).toContain(`process="${process}"`);
    expect(text).toContain('http_requests_total{');
  });
});

describe('2. What `mimir up` leaves', () => {
  test('Ctrl-C ends it with code 0, and everything that it had started', async () => {
    expect(await mimir.stop()).toBe(0);
    await expect(fetch(mimir.rest)).rejects.toThrow('fetch failed');
    await expect(fetch(mimir.operations)).rejects.toThrow('fetch failed');
  });

  test('a second start serves the same articles', async () => {
    await mimir.start(['--no-starter']);
    const urls = (await allArticles(mimir)).map((article) => article.attributes.url);
    expect(urls.toSorted()).toEqual(gazette.articleUrls.toSorted());
  });
});
