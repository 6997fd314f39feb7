import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Embedder, openEmbedder } from '../../../domain/embedding/embedder.ts';
import { categorize } from '../../../processors/categorize/categorize.ts';
import type { ArticleEmbedded, TopicDefinition } from '../../../schemas/types.ts';
import { loadConfig } from '../../../streams/config.ts';
import { createTestDriver, type TestDriver } from '../../../streams/test-driver.ts';
import { engines } from '../../engines/engines.ts';
import { embedded } from '../../gateways/views/messages.ts';

const acme = '11111111-1111-4111-8111-111111111111';
let embedder: Embedder;
let driver: TestDriver;

beforeAll(async () => {
  const modelDir = engines().embeddingModelDir;
  embedder = await openEmbedder({ modelDir, threads: 1, log: pino({ level: 'silent' }) });
  const redisUrl = new URL(engines().redisUrl);
  redisUrl.searchParams.set('keyPrefix', `test-categorize-${randomUUID()}:`);
  const config = { embedding: { ...loadConfig({}).embedding, modelDir }, redisUrl: redisUrl.href };
  driver = createTestDriver([categorize], { config });
  await Promise.all(driver.stages.map(({ ready }) => ready));
});
afterAll(async () => {
  await driver?.stop();
  await embedder?.close();
});

let number = 0;
async function article(text: string, fields: Partial<ArticleEmbedded> = {}): Promise<string> {
  number += 1;
  const key = `article-${number}`;
  const [vector = new Float32Array()] = await embedder.embed([text]);
  const value = {
    ...embedded(number, 1000, 0),
    model: embedder.model,
    vector: [...vector],
    article_id: key,
    ...fields,
  };
  await driver.send('article-embedded', key, value);
  return key;
}
const categoriesOf = async (key: string) =>
  (await driver.output('article-categories')).find((one) => one.key === key)?.value;
const matchesOf = async (key: string) =>
  (await driver.output('article-topics')).findLast((one) => one.key === key)?.value?.matches;

describe('the taxonomy', () => {
  test.each([
    ['The striker scored twice as the home side won the cup final after extra time.', 'sport'],
    ['The central bank held interest rates while inflation slowed and shares rose.', 'economy'],
    ['Lawmakers voted on the coalition government’s bill before the general election.', 'politics'],
    ['A new telescope found planets around a distant star, astronomers report.', 'science-technology'],
    ['A magnitude 6.9 earthquake destroyed houses; rescuers dig for survivors.', 'disaster'],
    ['Nurses say that hospitals lack beds as flu patients fill the wards.', 'health'],
    ['The bishops gathered for prayer as the new pope was elected.', 'religion'],
  ])('%s', async (text, topic) => {
    const key = await article(text);
    await driver.settle();
    const value = await categoriesOf(key);
    expect(value).toMatchObject({ version: 1001, method: 'facets-1', model: embedder.model });
    expect(value?.categories[0]).toMatchObject({ topic, facet: expect.stringMatching(/\w/u) });
    expect(value?.categories[0]?.score).toBeGreaterThan(0.3);
    expect(value?.categories[0]?.score).toBeLessThanOrEqual(1);
  });

  test('an article between two topics has both', async () => {
    const key = await article(
      'Parliament votes on climate law. Lawmakers want to cut carbon emissions, and the opposition rejects the bill.',
    );
    await driver.settle();
    const topics = (await categoriesOf(key))?.categories.map(({ topic }) => topic);
    expect(topics?.toSorted()).toEqual(['environment', 'politics']);
  });

  test('what is no news has none', async () => {
    const keys = [await article('aaaa '.repeat(50)), await article('lorem ipsum dolor sit amet')];
    await driver.settle();
    for (const key of keys) expect((await categoriesOf(key))?.categories).toEqual([]);
  });
});

test.each([
  ['{"skip":["categories"]}', ''],
  ['{"only":["language"]}', ''],
  ['{"skip":["sentiment"]}', 'facets-1'],
])('by the rule %s of its source an article is judged by "%s"', async (enrichment, method) => {
  const key = await article('The striker scored twice as the home side won the cup final.', { enrichment });
  await driver.settle();
  const value = await categoriesOf(key);
  expect(value?.method).toBe(method);
  expect(value?.categories.map(({ topic }) => topic)).toEqual(method === '' ? [] : ['sport']);
  expect(await matchesOf(key)).toEqual([]);
});

test('vectors of another model wait, and are given up after a day', async () => {
  const key = await article('The striker scored.', { model: 'another-model' });
  await driver.advance(3_600_000);
  expect(await categoriesOf(key)).toBeUndefined();
  expect(await driver.deadLetters()).toEqual([]);
  await driver.settle();
  expect((await driver.deadLetters()).map(({ reason }) => reason)).toEqual(['other-model']);
});

test('a tombstone goes on to both', async () => {
  await driver.send('article-embedded', 'gone', null);
  await driver.settle();
  expect((await driver.output('article-categories')).filter(({ key }) => key === 'gone')).toMatchObject([
    { value: null },
  ]);
  expect((await driver.output('article-topics')).filter(({ key }) => key === 'gone')).toMatchObject([{ value: null }]);
});

test('a topic by examples holds for the articles that come after it', async () => {
  const definition: TopicDefinition = {
    organization_id: acme,
    topic_id: 'chips',
    name: 'Chip makers',
    description: 'Companies that make semiconductors',
    examples: [
      'Chip maker to build a plant. The foundry will make wafers for processors.',
      'Memory chips become scarce.',
    ],
    updated_at: 0,
  };
  await driver.send('topic-definition', `${acme}/chips`, definition);
  const near = 'A new semiconductor factory in Dresden will make chips for cars.';
  let key = '';
  await expect
    .poll(
      async () => {
        key = await article(near);
        await driver.settle();
        return matchesOf(key);
      },
      { timeout: 10_000, interval: 200 },
    )
    .toMatchObject([{ organization_id: acme, topic_id: 'chips', nearest: expect.stringMatching(/chip|semi/iu) }]);
  const far = await article('The striker scored twice as the home side won the cup final.');
  await driver.settle();
  expect(await matchesOf(far)).toEqual([]);
});
