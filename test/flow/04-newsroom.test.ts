import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createInstance, type Instance, waitFor } from './instance.ts';
import { hasNewsroom, type Newsroom, openNewsroom } from './newsroom.ts';
import { allArticles, allStories, askGraphql, isSettled, statusOf } from './reading.ts';

/** What another feed reader stores of these feeds. */
const articleCount = 455;

let newsroom: Newsroom;
let mimir: Instance;

describe.runIf(hasNewsroom)('5. Real pages', () => {
  beforeAll(async () => {
    newsroom = await openNewsroom();
    mimir = await createInstance({ MIMIR_EGRESS_ALLOW: '127.0.0.0/8' });
  });

  afterAll(async () => {
    await mimir[Symbol.asyncDispose]();
    await newsroom[Symbol.asyncDispose]();
  });

  test('every article of 159 feeds reaches all views within 5 minutes, also through a SIGKILL of everything', async () => {
    await mimir.start(['--no-starter', '--import', newsroom.opmlUrl]);
    await waitFor('some articles have arrived', async () => {
      const { views } = await statusOf(mimir);
      return views.every(({ articles }) => articles > 20);
    });
    await mimir.killAll();
    await mimir.start(['--no-starter']);
    await waitFor('all views hold all articles', () => isSettled(mimir, articleCount), 300_000);
    expect((await statusOf(mimir)).problems).toEqual([]);
  });

  test('each of them once, with a title and nearly all with a text, where the publisher lets us keep it', async () => {
    const articles = await allArticles(mimir, 'url,title,content,duplicate,withheld');
    expect(new Set(articles.map(({ attributes }) => attributes.url)).size).toBe(articleCount);
    expect(articles.filter(({ attributes }) => attributes.title === '')).toEqual([]);
    const kept = articles.filter(({ attributes }) => attributes.withheld === null);
    const withText = kept.filter(({ attributes }) => (attributes.content ?? '').length > 200);
    // Of 69 the publishers ask that the pages are not kept (noarchive).
    expect(kept.length).toBeGreaterThan(articleCount * 0.8);
    expect(withText.length).toBeGreaterThan(kept.length * 0.98);
  });

  test('a copy with another headline and the same text is linked to its original', async () => {
    const articles = await allArticles(mimir, 'url,title,content,duplicate');
    const wire = articles.filter(({ attributes }) => new URL(attributes.url).hostname.startsWith('127.0.2.'));
    const texts = Map.groupBy(wire, ({ attributes }) =>
      (attributes.content ?? '').toLowerCase().replaceAll(/\s+/g, ' '),
    );
    const copied = [...texts.values()].filter((group) => group.length > 1);
    expect(copied.length).toBeGreaterThan(0);
    for (const group of copied) {
      // One of them, or an earlier one that says nearly the same.
      const originals = group.map(({ id, attributes }) => attributes.duplicate?.original_id ?? id);
      expect(new Set(originals).size).toBe(1);
    }
  });

  test(
    'a replay of the whole history through every stage leaves every id, link, story and finding',
    { timeout: 600_000 },
    async () => {
      const fields = 'url,duplicate,language,keywords,sentiment,entities,machine_summary,quality,categories';
      const standing = async () => ({ articles: await allArticles(mimir, fields), stories: await allStories(mimir) });
      const before = await standing();
      expect(before.stories.length).toBeGreaterThan(10);
      for (const stage of ['extract', 'dedup', 'enrich', 'embed', 'story', 'categorize', 'relevance']) {
        const { code, stderr } = await mimir.mimir('replay', stage, '--from', 'earliest');
        expect([stage, code, code === 0 ? '' : stderr]).toEqual([stage, 0, '']);
        await waitFor(`${stage} has read the history again`, () => isSettled(mimir, articleCount), 120_000);
      }
      expect(await standing()).toEqual(before);
    },
  );

  test('both APIs agree', async () => {
    const listed = await allArticles(mimir);
    interface Page {
      readonly articles: {
        readonly edges: readonly { readonly node: { readonly id: string; readonly title: string } }[];
        readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
      };
    }
    const nodes: { readonly id: string; readonly title: string }[] = [];
    let after = 'null';
    for (let more = true; more;) {
      const { articles }: Page = await askGraphql<Page>(
        mimir,
        `{ articles(first: 100, after: ${after}) { edges { node { id title } } pageInfo { hasNextPage endCursor } } }`,
      );
      nodes.push(...articles.edges.map(({ node }) => node));
      after = JSON.stringify(articles.pageInfo.endCursor);
      more = articles.pageInfo.hasNextPage;
    }
    expect(nodes).toEqual(listed.map(({ id, attributes: { title } }) => ({ id, title })));
  });
});
