import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { articleId } from '../../../domain/identity.ts';
import { extractArticle } from '../../../processors/extract/extract-article.ts';
import type { Article } from '../../../schemas/types.ts';
import { isSameStory } from '../../eval/dedup/same-story.ts';
import { hasNewsroom, type Newsroom, openNewsroom } from '../../flow/newsroom.ts';
import { rawArticle } from '../extract/raw-article.ts';
import { article as articleOf } from './articles.ts';
import { openLedger } from './ledger.ts';

/**
 * A wire service and its syndicates, who run a fifth of its stories under other headlines, with boilerplate around them,
 * or cut; served on loopback and extracted from their pages.
 */
const wireStories = 300;
const syndicates = [1, 2, 3, 4, 5, 6, 7, 8];

interface Story {
  readonly article: Article;
  /** The same for all that run it. */
  readonly story: string;
  readonly kind: string;
}

let newsroom: Newsroom;
let stories: readonly Story[];

describe.runIf(hasNewsroom)('the newsroom, where its folder is there', () => {
  beforeAll(async () => {
    newsroom = await openNewsroom('--wire', String(wireStories));
    const { port } = new URL(newsroom.opmlUrl);
    stories = (await Promise.all(syndicates.map((syndicate) => storiesOf(syndicate, port)))).flat();
  }, 60_000);
  afterAll(async () => {
    await newsroom?.[Symbol.asyncDispose]();
  });

  test.each([
    { way: 'originals come first', order: (all: readonly Story[]) => all.toSorted(originalsFirst), workers: 1 },
    {
      way: 'copies come first',
      order: (all: readonly Story[]) => all.toSorted(originalsFirst).toReversed(),
      workers: 1,
    },
    { way: 'all come at once to two workers', order: (all: readonly Story[]) => all.toSorted(byStory), workers: 2 },
  ])(
    'of each kind 99 of 100 are linked, and no others, where $way',
    { timeout: 60_000 },
    async ({ order, workers }) => {
      const ledger = openLedger();
      // Only one of two workers may prepare the state.
      await ledger.take(articleOf({ url: 'https://a.example/first' }));
      const instances = Array.from({ length: workers }, () => ledger.instance());
      const queue = [...order(stories)];
      const work = async (worker: number): Promise<void> => {
        for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
          await ledger.finish(await ledger.process(next.article, instances[worker % workers]));
        }
      };
      await Promise.all(Array.from({ length: workers === 1 ? 1 : 16 }, (_worker, at) => work(at)));

      const links = ledger.links();
      const groupOf = ({ article: { url } }: Story) => links[url] ?? url;
      const originals = new Map(stories.filter(({ kind }) => kind === 'original').map((one) => [one.story, one]));
      const copies = stories.filter(({ kind }) => kind !== 'original');
      const missed = copies.filter((copy) => groupOf(copy) !== groupOf(originals.get(copy.story) ?? copy));
      for (const [kind, all] of Map.groupBy(copies, (copy) => copy.kind)) {
        expect(all.length).toBeGreaterThan(50);
        const missing = missed.filter((copy) => copy.kind === kind);
        expect({ kind, missed: missing.map((copy) => copy.article.url) }).toSatisfy(
          (found: { readonly missed: readonly string[] }) => found.missed.length < all.length / 100,
        );
      }
      expect(falseLinks(Map.groupBy(stories, groupOf).values(), originals)).toEqual([]);
    },
  );
});

/** Of stories that share a group and have not been published twice by the wire service itself. */
function falseLinks(
  groups: Iterable<readonly Story[]>,
  originals: ReadonlyMap<string, Story>,
): readonly (readonly string[])[] {
  return [...groups].flatMap((group) => {
    const inGroup = [...new Set(group.map(({ story }) => story))];
    const texts = inGroup.map((story) => originals.get(story)?.article.text ?? '');
    return inGroup.slice(1).flatMap((story, at) => {
      const isSame = texts.some((text, other) => other !== at + 1 && isSameStory(text, texts[at + 1] ?? ''));
      return isSame ? [] : [[inGroup[0] ?? '', story]];
    });
  });
}

const originalsFirst = (a: Story, b: Story): number => Number(b.kind === 'original') - Number(a.kind === 'original');
/** So that copies and their original are under way together. */
const byStory = (a: Story, b: Story): number => Number(a.story) - Number(b.story);

async function storiesOf(syndicate: number, port: string): Promise<readonly Story[]> {
  const site = `http://127.0.2.${syndicate}:${port}`;
  const map = await (await fetch(`${site}/sitemap.xml`)).text();
  const entries = map.matchAll(/<loc>(?<url>[^<]+)<\/loc>.*?<news:title>(?<title>[^<]*)<.*?_date>(?<date>[^<]+)</gu);
  const found: Story[] = [];
  for (const { groups } of entries) {
    const { url = '', title = '', date = '' } = groups ?? {};
    const html = await (await fetch(url)).text();
    const entry = { url, title, published_at: Date.parse(date) };
    const raw = rawArticle(html, entry, { final_url: url });
    const story = url.split('/').at(-1) ?? '';
    const fetchedAt = Date.now();
    const given = {
      ...raw,
      url,
      article_id: articleId('public', url),
      fetched_at: fetchedAt,
      version: fetchedAt * 1_000,
    };
    found.push({ article: extractArticle(given), story, kind: kindOf(story, syndicate) });
  }
  return found;
}

/** As the newsroom's server chooses it. */
function kindOf(story: string, syndicate: number): string {
  const [byte = 0] = createHash('sha1').update(`${story}/${syndicate}`).digest();
  return syndicate === 1 ? 'original' : (['headline', 'boilerplate', 'cut'][byte % 3] ?? '');
}
