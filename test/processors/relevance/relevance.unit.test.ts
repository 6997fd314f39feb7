import { afterEach, expect, test } from 'vitest';
import { relevance } from '../../../processors/relevance/relevance.ts';
import type { Article, KeywordSet } from '../../../schemas/types.ts';
import { createLocalCodec } from '../../../streams/local-codec.ts';
import { createTestDriver, type TestDriver } from '../../../streams/test-driver.ts';
import { enriched } from '../../gateways/views/messages.ts';

const topic = 'keyword-set';
const codec = createLocalCodec();
const acme = '11111111-1111-4111-8111-111111111111';
const other = '22222222-2222-4222-8222-222222222222';
let driver: TestDriver | undefined;
afterEach(async () => driver?.stop());

const set = (organization_id: string, keywords: readonly (readonly [string, number])[]): KeywordSet => ({
  organization_id,
  keywords: keywords.map(([keyword, weight]) => ({ keyword, weight })),
  updated_at: 0,
});

async function judged(sets: readonly KeywordSet[], articles: readonly (Partial<Article> | null)[]) {
  driver = createTestDriver([relevance]);
  // Before the stage reads them: a table that is open already sees changes only half a second later.
  const records = sets.map((one) => ({ topic, key: one.organization_id, value: codec.encodeNow(topic, one) ?? null }));
  driver.runtime.kafka.topics.append(records, 0);
  for (const [at, article] of articles.entries()) {
    const value = article === null ? null : unique(`a${at}`, article);
    await driver.send('article-unique', `a${at}`, value);
  }
  await driver.settle();
  const output = await driver.output('article-relevance');
  return output.toSorted((a, b) => (a.key < b.key ? -1 : 1)).map(({ value }) => value);
}

const unique = (id: string, article: Partial<Article>): Article => ({
  ...enriched(1, 1).article,
  article_id: id,
  ...article,
});

test('says which keywords occur, where, and how often, the one that counts most first', async () => {
  const [value] = await judged(
    [
      set(acme, [
        ['Central Bank', 2],
        ['rates', 1],
        ['football', 1],
      ]),
    ],
    [{ title: 'Rates: central bank waits', text: 'The CENTRAL BANK left rates alone. A central-bank source said so.' }],
  );
  expect(value?.organizations).toEqual([
    {
      organization_id: acme,
      score: expect.any(Number),
      keywords: [
        { keyword: 'Central Bank', weight: 2, in_title: true, count: 3 },
        { keyword: 'rates', weight: 1, in_title: true, count: 2 },
      ],
    },
  ]);
  expect(value?.method).toBe('keywords-1');
});

test.each([
  ['a title counts more than a text', { title: 'Oil', text: '' }, { title: 'News', text: 'Oil' }],
  ['more mentions count more', { title: 'x', text: 'oil oil oil' }, { title: 'x', text: 'oil' }],
  ['two keywords count more than one', { title: 'x', text: 'oil gas' }, { title: 'x', text: 'oil' }],
])('%s', async (_, more, less) => {
  const [a, b] = await judged(
    [
      set(acme, [
        ['oil', 1],
        ['gas', 1],
      ]),
    ],
    [more, less],
  );
  expect(a?.organizations[0]?.score).toBeGreaterThan(b?.organizations[0]?.score ?? 1);
});

test('a greater weight gives a greater score, and no score reaches 1', async () => {
  const [value] = await judged(
    [set(acme, [['oil', 10]]), set(other, [['oil', 0.5]])],
    [{ title: 'oil', text: 'oil '.repeat(10_000) }],
  );
  const [high, low] = value?.organizations ?? [];
  expect(high?.score).toBeGreaterThan(low?.score ?? 1);
  expect(high?.score).toBeLessThan(1);
});

test.each([
  ['art', 'the party started', false],
  ['art', 'modern art.', true],
  ['new york', 'York, new', false],
  ['São Paulo', 'SAO PAULO votes', true],
  ['東京', '新東京国際', true],
])('%s in "%s": %s', async (keyword, text, found) => {
  const [value] = await judged([set(acme, [[keyword, 1]])], [{ title: 'x', text }]);
  expect(value?.organizations).toHaveLength(found ? 1 : 0);
});

test('keywords that begin alike are each found, the longer and the shorter', async () => {
  const [value] = await judged(
    [
      set(acme, [
        ['new york', 1],
        ['new york city', 1],
        ['york', 1],
        ['new', 1],
        ['new york state', 1],
      ]),
    ],
    [{ title: 'x', text: 'New York City' }],
  );
  expect(value?.organizations[0]?.keywords.map(({ keyword }) => keyword)).toEqual([
    'new',
    'new york',
    'new york city',
    'york',
  ]);
});

test('the worst of texts is soon read', async () => {
  const words = Array.from({ length: 1_000 }, (_, at) => ['東'.repeat((at % 40) + 1) + at, 1] as const);
  const [value] = await judged([set(acme, [...words, ['東東', 1]])], [{ title: 'x', text: '東'.repeat(1_000_000) }]);
  expect(value?.organizations[0]?.keywords).toEqual([{ keyword: '東東', weight: 1, in_title: false, count: 49_999 }]);
});

test('an article without a match has a record too, so that what was found in an earlier version ends', async () => {
  const [value] = await judged([set(acme, [['oil', 1]])], [{ title: 'x', text: 'y' }]);
  expect(value).toMatchObject({ article_id: 'a0', organizations: [] });
});

test('where nobody has keywords a record tells that the article was judged', async () => {
  expect(await judged([], [{ title: 'x', text: 'y' }])).toMatchObject([{ article_id: 'a0', organizations: [] }]);
});

test('an article that is private to one organisation is judged for that one only', async () => {
  const [value] = await judged(
    [set(acme, [['oil', 1]]), set(other, [['oil', 1]])],
    [{ title: 'oil', text: '', visibility: other }],
  );
  expect(value?.organizations.map(({ organization_id }) => organization_id)).toEqual([other]);
});

test('a tombstone goes on', async () => {
  expect(await judged([set(acme, [['oil', 1]])], [null])).toEqual([null]);
});

test('changed keywords hold for what comes after, and deleted ones no longer', async () => {
  await judged([set(acme, [['oil', 1]])], [{ title: 'oil and gas', text: '' }]);
  const send = async (id: string) => {
    await driver?.send('article-unique', id, unique(id, { title: 'oil and gas', text: '' }));
    await driver?.settle();
    const found = (await driver?.output('article-relevance'))?.find(({ key }) => key === id)?.value;
    return found?.organizations.flatMap(({ keywords }) => keywords.map(({ keyword }) => keyword));
  };
  await driver?.send('keyword-set', acme, set(acme, [['gas', 1]]));
  let number = 0;
  await expect.poll(() => send(`changed-${(number += 1)}`), { timeout: 5_000 }).toEqual(['gas']);
  await driver?.send('keyword-set', acme, null);
  await expect.poll(() => send(`deleted-${(number += 1)}`), { timeout: 5_000 }).toEqual([]);
});
