import { describe, expect, test } from 'vitest';
import type { Article } from '../../../schemas/types.ts';
import { article, longText, nearTexts } from './articles.ts';
import { expectedLinks, idOf } from './expected-links.ts';
import { openLedger } from './ledger.ts';

const text = longText('The minister');
const other = longText('The striker');
const title = 'Minister resigns over budget';
const at = (minute: number) => 1_790_000_000_000 + minute * 60_000;
const day = 86_400_000;
const onDay = (days: number) => ({ published_at: at(0) + days * day, fetched_at: at(5) + days * day });
const a = 'https://a.example/1';
const b = 'https://b.example/2';
const c = 'https://c.example/3';
const d = 'https://d.example/4';

interface Case {
  readonly title: string;
  readonly articles: readonly (Partial<Article> & Pick<Article, 'url'>)[];
  /** Original by copy. */
  readonly links: Readonly<Record<string, string>>;
}

/** The rules, by example. Each holds for every order of arrival. */
const cases: readonly Case[] = [
  {
    title: 'different articles are not linked',
    articles: [{ url: a }, { url: b }],
    links: {},
  },
  {
    title: 'of the same text the earliest is the original',
    articles: [
      { url: a, text, published_at: at(2) },
      { url: b, text, published_at: at(1) },
      { url: c, text, published_at: at(3) },
    ],
    links: { [a]: b, [c]: b },
  },
  {
    title: 'the same short text is no copy',
    articles: [
      { url: a, text: 'Subscribe to read on.' },
      { url: b, text: 'Subscribe to read on.' },
    ],
    links: {},
  },
  {
    title: 'the same title alone is no copy',
    articles: [
      { url: a, title },
      { url: b, title },
    ],
    links: {},
  },
  {
    title: 'the declared article is the original also where it was published later',
    articles: [
      { url: a, text, published_at: at(2) },
      { url: b, text, published_at: at(1), canonical_url: a },
    ],
    links: { [b]: a },
  },
  {
    title: 'a page that declares the address of a different article is no copy',
    articles: [{ url: a }, { url: b, canonical_url: a }],
    links: {},
  },
  {
    title: 'a page that declares a stranger’s address and takes the title becomes the copy, never the other',
    articles: [
      { url: a, title, published_at: at(5) },
      { url: b, title, canonical_url: a, published_at: at(1) },
    ],
    links: { [b]: a },
  },
  {
    title: 'a page with the text of one article and the address and title of another ties them not together',
    articles: [
      { url: a, title, published_at: at(1) },
      { url: b, text, published_at: at(2) },
      { url: c, text, title, canonical_url: a, published_at: at(3) },
    ],
    links: { [c]: a },
  },
  {
    title: 'two pages that declare each other are judged by their text',
    articles: [
      { url: a, text, title, canonical_url: b, published_at: at(2) },
      { url: b, text, title, canonical_url: a, published_at: at(1) },
    ],
    links: { [a]: b },
  },
  {
    title: 'articles of a site that declares its home page on every page are not linked',
    articles: [1, 2, 3].map((n) => ({ url: `https://a.example/${n}`, title, canonical_url: 'https://a.example/' })),
    links: {},
  },
  {
    title: 'different articles of a site that declares one page everywhere are not linked, also where it is an article',
    articles: [{ url: a }, ...[2, 3, 4].map((n) => ({ url: `https://a.example/${n}`, canonical_url: a }))],
    links: {},
  },
  {
    title: 'articles that declare the same unknown address under the same title are one',
    articles: [
      { url: a, title, canonical_url: 'https://a.example/story', published_at: at(2) },
      { url: 'https://a.example/amp', title, canonical_url: 'https://a.example/story', published_at: at(1) },
    ],
    links: { [a]: 'https://a.example/amp' },
  },
  {
    title: 'of those, one on the declared host comes first',
    articles: [
      { url: a, title, canonical_url: 'https://a.example/story', published_at: at(2) },
      { url: b, title, canonical_url: 'https://a.example/story', published_at: at(1) },
    ],
    links: { [b]: a },
  },
  {
    title: 'links lead to the end: a copy of a copy is linked to the original',
    articles: [
      { url: a, text, published_at: at(1) },
      { url: b, text, title, published_at: at(2) },
      { url: c, title, canonical_url: b, published_at: at(3) },
      { url: d, text, published_at: at(4) },
    ],
    links: { [b]: a, [c]: a, [d]: a },
  },
  {
    title: 'of near texts the earliest is the original',
    articles: [
      { url: a, text: nearTexts.framed, published_at: at(2) },
      { url: b, text: nearTexts.whole, published_at: at(1) },
      { url: c, text: nearTexts.reworded, published_at: at(3) },
    ],
    links: { [a]: b, [c]: b },
  },
  {
    title: 'a copy is near to its original, not only to another copy, where there is a choice',
    articles: [
      { url: a, text: nearTexts.beginning, published_at: at(1) },
      { url: b, text: nearTexts.whole, published_at: at(2) },
      { url: c, text: nearTexts.end, published_at: at(3) },
    ],
    links: { [b]: a, [c]: a },
  },
  {
    title: 'two parts of one text that was published later are originals both',
    articles: [
      { url: a, text: nearTexts.beginning, published_at: at(1) },
      { url: b, text: nearTexts.end, published_at: at(2) },
      { url: c, text: nearTexts.whole, published_at: at(3) },
    ],
    links: { [c]: a },
  },
  {
    title: 'a copy of a near copy is linked to the original',
    articles: [
      { url: a, text: nearTexts.whole, published_at: at(1) },
      { url: b, text: nearTexts.framed, published_at: at(2) },
      { url: c, text: nearTexts.framed, published_at: at(3) },
      { url: d, title, canonical_url: b, published_at: at(4) },
    ],
    links: { [b]: a, [c]: a },
  },
  {
    title: 'near texts of one organisation and of all are not linked',
    articles: [
      { url: a, text: nearTexts.whole },
      { url: b, text: nearTexts.framed, visibility: 'org-1' },
    ],
    links: {},
  },
  {
    title: 'the same text more than a window later is no copy, and the next one’s original',
    articles: [
      { url: a, text, ...onDay(0) },
      { url: b, text, ...onDay(31) },
      { url: c, text, ...onDay(45) },
    ],
    links: { [c]: b },
  },
  {
    title: 'a copy is the original of none, so that a text that comes again and again has an original in each window',
    articles: [
      { url: a, text, ...onDay(0) },
      { url: b, text, ...onDay(20) },
      { url: c, text, ...onDay(40) },
      { url: d, text, ...onDay(60) },
    ],
    links: { [b]: a, [d]: c },
  },
  {
    title: 'near texts more than a window apart are not linked',
    articles: [
      { url: a, text: nearTexts.whole, ...onDay(0) },
      { url: b, text: nearTexts.framed, ...onDay(31) },
      { url: c, text: nearTexts.reworded, ...onDay(45) },
    ],
    links: { [c]: b },
  },
  {
    title: 'of several with a near text the one within the window counts',
    articles: [
      { url: a, text: nearTexts.whole, ...onDay(0) },
      { url: b, text: nearTexts.whole, ...onDay(40) },
      { url: c, text: nearTexts.framed, ...onDay(50) },
    ],
    links: { [c]: b },
  },
  {
    title: 'who declares the address of an article of long ago is no copy',
    articles: [
      { url: a, title, ...onDay(0) },
      { url: b, title, canonical_url: a, ...onDay(31) },
    ],
    links: {},
  },
  {
    title: 'of those who declare the same unknown address, the first of each window is an original',
    articles: [
      { url: a, title, canonical_url: 'https://a.example/story', ...onDay(0) },
      { url: 'https://a.example/amp', title, canonical_url: 'https://a.example/story', ...onDay(35) },
      { url: 'https://a.example/print', title, canonical_url: 'https://a.example/story', ...onDay(36) },
    ],
    links: { 'https://a.example/print': 'https://a.example/amp' },
  },
  {
    title: 'what was collected long after it was published meets what is collected with it',
    articles: [
      { url: a, text, published_at: at(0) - 400 * day, fetched_at: at(0) },
      { url: b, text, published_at: at(0) - 300 * day, fetched_at: at(1) },
      { url: c, text, published_at: at(0) - 300 * day, fetched_at: at(1) - 300 * day },
    ],
    links: { [b]: a },
  },
  {
    title: 'what one organisation alone may see is not linked to what all see',
    articles: [
      { url: a, text },
      { url: b, text, visibility: 'org-1' },
    ],
    links: {},
  },
];

describe.each(cases)('$title', ({ articles: given, links }) => {
  const articles = given.map(article);

  test('by the rules', () => {
    expect(expectedLinks(articles)).toEqual(links);
  });

  test('in every order of arrival', async () => {
    for (const order of permutations(articles)) {
      const ledger = openLedger();
      await ledger.take(...order);
      expect(ledger.links()).toEqual(links);
      expect(ledger.articles().size).toBe(articles.length);
    }
  });
});

describe('an article passes', () => {
  const one = article({ url: a });
  const newer = { ...one, version: one.version + 5_000_000, content_hash: 'changed' };

  test('once, however often it comes', async () => {
    const ledger = openLedger();
    await ledger.take(one);

    expect(await ledger.process(one)).toEqual({ kind: 'drop', reason: 'unchanged' });
    expect(await ledger.process({ ...one, version: one.version + 9_000_000 })).toEqual({
      kind: 'drop',
      reason: 'unchanged',
    });
  });

  test('again until it was acknowledged', async () => {
    const ledger = openLedger();
    const first = await ledger.process(one);
    const second = await ledger.process(one);

    expect(second).toMatchObject({ kind: 'emit', outputs: [{ topic: 'article-unique', value: { url: a } }] });
    expect(JSON.stringify(second)).toBe(JSON.stringify(first));
  });

  test('again where its content is newer, and not where it is older', async () => {
    const ledger = openLedger();
    await ledger.take(newer);

    expect(await ledger.process(one)).toEqual({ kind: 'drop', reason: 'stale' });
    await ledger.take({ ...newer, version: newer.version + 1_000_000, content_hash: 'again' });
    expect([...ledger.articles().values()].map(({ content_hash }) => content_hash)).toEqual(['again']);
  });

  test('again where one more feed lists it, with all feeds', async () => {
    const ledger = openLedger();
    await ledger.take(
      one,
      { ...one, feed_ids: ['feed-0'] },
      { ...one, feed_ids: ['feed-2'], version: one.version - 7 },
    );

    const versions = ledger.written.map(({ value }) => value?.version ?? 0);
    expect(versions).toEqual(versions.toSorted((x, y) => x - y));
    expect(new Set(versions).size).toBe(3);
    expect([...ledger.articles().values()].map(({ feed_ids }) => feed_ids)).toEqual([['feed-0', 'feed-1', 'feed-2']]);
  });
});

describe('links follow a change', () => {
  const original = article({ url: a, text, published_at: at(1) });
  const copies = [article({ url: b, text, published_at: at(2) }), article({ url: c, text, published_at: at(3) })];
  const changed = article({ url: a, text: other, published_at: at(1), version: original.version + 1_000_000 });

  test('when an earlier article arrives late: all copies are linked to it anew', async () => {
    const ledger = openLedger();
    await ledger.take(...copies);
    expect(ledger.links()).toEqual({ [c]: b });
    await ledger.take(original);

    expect(ledger.links()).toEqual({ [b]: a, [c]: a });
    expect(ledger.written.some(({ topic, key }) => topic === 'article-duplicate' && key === original.article_id)).toBe(
      false,
    );
  });

  test('when the original changes its text: the next one is the original, and says so', async () => {
    const ledger = openLedger();
    await ledger.take(original, ...copies, changed);

    expect(ledger.links()).toEqual({ [c]: b });
    expect(ledger.written.findLast(({ key }) => key === copies[0]?.article_id)?.value).toMatchObject({
      original_id: null,
    });
  });

  test('when the original is gone', async () => {
    const ledger = openLedger();
    await ledger.take(original, ...copies, { gone: original.article_id });

    expect(ledger.links()).toEqual({ [c]: b });
    expect([...ledger.articles().values()].map(({ url }) => url)).toEqual([b, c]);
  });

  test('when a copy is gone and comes back', async () => {
    const ledger = openLedger();
    const copy = article({ url: b, text, published_at: at(2) });
    await ledger.take(original, copy, { gone: copy.article_id });
    expect(ledger.links()).toEqual({});
    await ledger.take(copy);

    expect(ledger.links()).toEqual({ [b]: a });
  });

  test('also when the change is processed twice, the first time without being written', async () => {
    const ledger = openLedger();
    await ledger.take(original, ...copies);
    await ledger.process(changed);
    await ledger.take(changed);

    expect(ledger.links()).toEqual({ [c]: b });
  });

  test('also when the end of the original is processed twice, the first time without being written', async () => {
    const ledger = openLedger();
    await ledger.take(original, ...copies);
    await ledger.process({ gone: original.article_id });
    await ledger.take({ gone: original.article_id });

    expect(ledger.links()).toEqual({ [c]: b });
  });

  test('also in the compacted topic, where a process writes late what another has decided anew', async () => {
    const ledger = openLedger();
    await ledger.take(...copies);
    const slow = await ledger.process(article({ url: d, text, published_at: at(0) }));
    await ledger.take(original, article({ url: d, text: other, version: original.version + 1 }));
    await ledger.finish(slow);
    expect(ledger.compactedLinks()).not.toEqual({ [b]: a, [c]: a });
    await ledger.take(article({ url: 'https://e.example/unrelated' }));

    expect(ledger.links()).toEqual({ [b]: a, [c]: a });
    expect(ledger.compactedLinks()).toEqual({ [b]: a, [c]: a });
  });
});

describe('near links', () => {
  const original = article({ url: a, text: nearTexts.whole, published_at: at(1) });
  const near = article({ url: b, text: nearTexts.framed, published_at: at(2) });
  const changed = article({ url: a, text: other, published_at: at(1), version: original.version + 1_000_000 });

  test.each([1, 10, 20, 30])('reach over the window: %i days later', async (later) => {
    const ledger = openLedger();
    await ledger.take(original);
    await ledger.pass(later * day);
    await ledger.take({ ...near, published_at: at(1) + later * day });
    expect(ledger.links()).toEqual({ [b]: a });
  });

  test('are looked for in buckets of their own time', async () => {
    const ledger = openLedger();
    await ledger.take(original, { ...near, published_at: at(1) + 60 * day });
    expect(await ledger.redis.keys(`${ledger.prefix}band-generation:*`)).toHaveLength(2);
    await ledger.take({ gone: original.article_id }, { gone: near.article_id });
    expect(await ledger.redis.keys(`${ledger.prefix}band:*`)).toEqual([]);
  });

  test('say what judged and how near', async () => {
    const ledger = openLedger();
    await ledger.take(original, near);
    expect(ledger.written.at(-1)?.value).toMatchObject({ reason: 'near_text', method: 'minhash-1', score: 1 });
    await ledger.take(article({ url: c, text: nearTexts.reworded, published_at: at(3) }));
    const { score } = ledger.records()[c] ?? { score: 0 };
    expect(score).toBeGreaterThan(0.6);
    expect(score).toBeLessThan(0.95);
  });

  test('follow a change of the original, its end, and its return', async () => {
    const ledger = openLedger();
    await ledger.take(original, near, changed);
    expect(ledger.links()).toEqual({});
    await ledger.take({ ...original, version: changed.version + 1_000_000, content_hash: 'back' });
    expect(ledger.links()).toEqual({ [b]: a });
    await ledger.take({ gone: original.article_id });
    expect(ledger.links()).toEqual({});
  });

  test('are found when both come at once to two workers, whoever is first', async () => {
    for (let round = 0; round < 20; round += 1) {
      const ledger = openLedger();
      await ledger.take(article({ url: d }));
      const workers = [ledger.instance(), ledger.instance()];
      const outcomes = await Promise.all([original, near].map((one, n) => ledger.process(one, workers[n])));
      for (const outcome of outcomes) await ledger.finish(outcome);
      expect(ledger.links()).toEqual({ [b]: a });
    }
  });

  test('leave nothing behind of texts that nobody has any more', async () => {
    const ledger = openLedger();
    await ledger.take(article({ url: d, text: 'Too short.' }));
    const before = new Set(await ledger.redis.keys(`${ledger.prefix}*`));
    await ledger.take(original, near, { gone: original.article_id }, { gone: near.article_id });
    const left = (await ledger.redis.keys(`${ledger.prefix}*`)).filter((key) => !before.has(key));
    expect(left.filter((key) => /:(?:near|near-to|band|text):/u.test(key))).toEqual([]);
  });

  test('of more texts near one another than are tracked lead to the earliest all the same', async () => {
    const ledger = openLedger({ maxNear: 4 });
    const words = nearTexts.whole.split(' ');
    const copies = Array.from({ length: 40 }, (_, n) =>
      article({
        url: `https://b.example/${n}`,
        text: words.toSpliced(n * 3, 1, `other${n}`).join(' '),
        published_at: at(n + 2),
      }),
    );
    await ledger.take(original, ...copies);
    expect(ledger.links()).toEqual(Object.fromEntries(copies.map(({ url }) => [url, a])));
  });
});

describe('when redis was emptied', () => {
  const original = article({ url: a, text, published_at: at(1) });
  const copy = article({ url: b, text, published_at: at(2) });

  test('what was passed on is known again, and earlier links are not repeated', async () => {
    const ledger = openLedger();
    await ledger.take(original, copy);
    await ledger.forget();
    const outcome = await ledger.process(article({ url: c, text, published_at: at(3) }));

    expect(ledger.rebuilds()).toBe(2);
    expect(outcome).toMatchObject({
      kind: 'emit',
      outputs: [{ value: { url: c } }, { value: { original_id: idOf(a) } }],
    });
    expect(await ledger.process(original)).toEqual({ kind: 'drop', reason: 'unchanged' });
  });

  test('links that were decided and never written are written with the next message', async () => {
    const ledger = openLedger();
    await ledger.take(original, copy);
    ledger.written.splice(
      ledger.written.findIndex(({ topic }) => topic === 'article-duplicate'),
      1,
    );
    await ledger.forget();
    await ledger.take(article({ url: d }));

    expect(ledger.links()).toEqual({ [b]: a });
  });

  test('between the output and its acknowledgement, the article is not lost from its group', async () => {
    const ledger = openLedger();
    const outcome = await ledger.process(original);
    await ledger.forget();
    await ledger.finish(outcome);
    await ledger.take(copy);

    expect(ledger.links()).toEqual({ [b]: a });
  });

  test('the articles that are gone stay gone', async () => {
    const ledger = openLedger();
    await ledger.take(original, copy, { gone: original.article_id });
    await ledger.forget();
    await ledger.take(article({ url: c, text, published_at: at(3) }));

    expect(ledger.links()).toEqual({ [c]: b });
  });
});

test('after a rebuild an original is known as long as its copies are, though it is older', async () => {
  const ledger = openLedger();
  const [original, copy, late] = [0, 20, 29].map((days, n) =>
    article({ url: [a, b, c][n] ?? '', text, ...onDay(days) }),
  ) as [Article, Article, Article];
  await ledger.take(original, copy);
  await ledger.forget(at(0) + 5 * day);
  await ledger.take(late, article({ url: d }));
  expect(ledger.rebuilds()).toBe(2);
  expect(ledger.links()).toEqual({ [b]: a, [c]: a });
});

test('what leads in its window stays in a full group', async () => {
  const ledger = openLedger({ maxMembers: 3 });
  const group = [0, 1, 2, 3, 31, 32, 33, 62, 63].map((days) =>
    article({ url: `https://a.example/${days}`, text, ...onDay(days) }),
  );
  await ledger.take(...group);
  expect(ledger.links()).toEqual(expectedLinks(group));
});

test('versions of links grow strictly', async () => {
  const ledger = openLedger();
  const group = Array.from({ length: 8 }, (_, n) =>
    article({ url: `https://a.example/${n}`, text, published_at: at(-n) }),
  );
  await ledger.take(...group);

  const versions = ledger.written
    .filter(({ topic, key }) => topic === 'article-duplicate' && key === group[0]?.article_id)
    .map(({ value }) => value?.version ?? 0);
  expect(versions).toHaveLength(7);
  expect(versions).toEqual([...new Set(versions)].toSorted((x, y) => x - y));
});

test('a full group keeps its earliest members, and links newer copies once', async () => {
  const ledger = openLedger({ maxMembers: 3 });
  const group = Array.from({ length: 6 }, (_, n) =>
    article({ url: `https://a.example/${n}`, text, published_at: at(n) }),
  );
  await ledger.take(...group);

  expect(Object.keys(ledger.links())).toHaveLength(5);
  expect(new Set(Object.values(ledger.links()))).toEqual(new Set(['https://a.example/0']));
  const [key = ''] = await ledger.redis.keys(`${ledger.prefix}text:*`);
  expect(await ledger.redis.zcard(key)).toBe(3);
});

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, n) => permutations(items.toSpliced(n, 1)).map((rest) => [item, ...rest]));
}
