import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { graphql } from '../../../gateways/graphql/graphql.ts';
import { inTransaction } from '../../../gateways/postgres.ts';
import { rest } from '../../../gateways/rest/rest.ts';
import { defaultOrganizationId as acme } from '../../../gateways/schema.ts';
import { writeToPostgres } from '../../../gateways/views/postgres/write.ts';
import type { ArticleCategories, ArticleRelevance, ArticleTopics } from '../../../schemas/types.ts';
import type { Service } from '../../../streams/service.ts';
import { enriched, id, message } from '../views/messages.ts';
import { openWorld, type World } from '../world.ts';
import { restClient } from './client.ts';

const other = '22222222-2222-4222-8222-222222222222';
let world: World;
let services: Service[];
let ask: ReturnType<typeof restClient>;
let query: (text: string, variables?: object) => Promise<ReturnType<typeof JSON.parse>>;

beforeAll(async () => {
  world = await openWorld();
  services = [await rest.open(world.runtime), await graphql.open(world.runtime)];
  ask = restClient(services[0]?.address ?? '');
  const graph = restClient(services[1]?.address ?? '');
  query = async (text, variables = {}) =>
    (await graph('/graphql', { method: 'POST', body: { query: text, variables } })).body;
  await world.pool.query(`insert into organizations (id, name, slug) values ($1, 'Other', 'other')`, [other]);
  await world.store([enriched(1, 1, { title: 'Chips', text: 'A foundry.' }), enriched(2, 1), enriched(3, 1)]);
});
afterAll(async () => {
  for (const service of services ?? []) await service.close();
  await world?.[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await world.pool.query('truncate outbox, topics, keywords');
});

const post = (path: string, attributes: object) =>
  ask(path, { method: 'POST', body: { data: { type: path.split('/').at(-1), attributes } } });
const patch = (path: string, type: string, attributes: object) =>
  ask(path, { method: 'PATCH', body: { data: { type, attributes } } });
const toldStages = async () => (await world.pool.query('select topic, key, payload from outbox order by id')).rows;
const codesOf = (answer: Awaited<ReturnType<typeof ask>>) =>
  answer.body.errors.map(({ code, source }: { code: string; source: { pointer: string } }) => [code, source.pointer]);

describe('a topic', () => {
  test('is created, read, changed and deleted, and the stages hear of it', async () => {
    const created = await post('/api/v1/topics', {
      name: ' Chip makers ',
      description: 'Who makes semiconductors',
      examples: [{ article_id: id(1) }, { text: 'Memory becomes scarce.' }],
    });
    expect(created.status).toBe(201);
    const { id: topicId, attributes } = created.body.data;
    expect(attributes).toMatchObject({
      name: 'Chip makers',
      examples: [
        { article_id: id(1), text: 'Chips. A foundry.' },
        { article_id: null, text: 'Memory becomes scarce.' },
      ],
    });
    const key = `${acme}/${topicId}`;
    expect(await toldStages()).toEqual([
      {
        topic: 'topic-definition',
        key,
        payload: {
          organization_id: acme,
          topic_id: topicId,
          name: 'Chip makers',
          description: 'Who makes semiconductors',
          examples: ['Chips. A foundry.', 'Memory becomes scarce.'],
          updated_at: Date.parse(attributes.updated_at),
        },
      },
    ]);
    const path = `/api/v1/topics/${topicId}`;
    expect((await patch(path, 'topics', { examples: [] })).body.data.attributes).toMatchObject({
      description: 'Who makes semiconductors',
      examples: [],
    });
    expect((await ask(path)).body.data.attributes.name).toBe('Chip makers');
    expect((await ask('/api/v1/topics')).body.data).toHaveLength(1);
    expect((await ask(path, { method: 'DELETE' })).status).toBe(204);
    expect((await ask(path)).status).toBe(404);
    // What was not sent yet need not be sent: the last word stands alone.
    expect(await toldStages()).toEqual([{ topic: 'topic-definition', key, payload: null }]);
  });

  test.each([
    [{ name: 'x' }, [['says_nothing', '/data/attributes/description']]],
    [{ name: '', description: 'x' }, [['too_small', '/data/attributes/name']]],
    [{ name: 'x', examples: [{}] }, [['custom', '/data/attributes/examples/0']]],
    [
      { name: 'x', examples: [{ article_id: id(99) }] },
      [['unknown_article', '/data/attributes/examples/0/article_id']],
    ],
    [{ name: 'x', description: 'x', organization_id: other }, [['unknown_field', '/data/attributes/organization_id']]],
  ])('is refused: %j', async (attributes, codes) => {
    const answer = await post('/api/v1/topics', attributes);
    expect(answer.status).toBe(422);
    expect(codesOf(answer)).toEqual(codes);
    expect(await toldStages()).toEqual([]);
  });

  test('has a name of its own, and an organisation has so many at most', async () => {
    await post('/api/v1/topics', { name: 'one', description: 'x' });
    expect(codesOf(await post('/api/v1/topics', { name: 'one', description: 'y' }))).toEqual([
      ['name_taken', '/data/attributes/name'],
    ]);
    await world.pool.query(
      `insert into topics (id, organization_id, name, description)
       select gen_random_uuid(), $1, 'topic ' || n, 'x' from generate_series(1, 99) n`,
      [acme],
    );
    expect((await post('/api/v1/topics', { name: 'two', description: 'x' })).body.errors[0].code).toBe('too_many');
  });

  test("of another organisation is unknown, and so is another organisation's private article", async () => {
    const foreign = crypto.randomUUID();
    await world.pool.query(
      `insert into topics (id, organization_id, name, description) values ($1, $2, 'secret', 'x')`,
      [foreign, other],
    );
    const path = `/api/v1/topics/${foreign}`;
    expect((await ask(path)).status).toBe(404);
    expect((await patch(path, 'topics', { name: 'mine' })).status).toBe(404);
    expect((await ask(path, { method: 'DELETE' })).status).toBe(404);
    expect((await ask('/api/v1/topics')).body.data).toEqual([]);
    const hidden = enriched(9, 1, { title: 'Secret' });
    await world.store([{ ...hidden, article: { ...hidden.article, visibility: other } }]);
    expect(codesOf(await post('/api/v1/topics', { name: 'x', examples: [{ article_id: id(9) }] }))).toEqual([
      ['unknown_article', '/data/attributes/examples/0/article_id'],
    ]);
  });
});

describe('a keyword', () => {
  test('is created, changed and deleted, and the stages hear of all keywords of the organisation', async () => {
    const created = await post('/api/v1/keywords', { keyword: ' Oil ' });
    expect(created.status).toBe(201);
    expect(created.body.data.attributes).toMatchObject({ keyword: 'Oil', weight: 1 });
    await post('/api/v1/keywords', { keyword: 'gas', weight: 2.5 });
    const path = `/api/v1/keywords/${created.body.data.id}`;
    expect((await patch(path, 'keywords', { weight: 3 })).body.data.attributes).toMatchObject({
      keyword: 'Oil',
      weight: 3,
    });
    expect(await toldStages()).toMatchObject([
      {
        topic: 'keyword-set',
        key: acme,
        payload: {
          keywords: [
            { keyword: 'Oil', weight: 3 },
            { keyword: 'gas', weight: 2.5 },
          ],
        },
      },
    ]);
    expect((await ask(path, { method: 'DELETE' })).status).toBe(204);
    const [last] = (await ask('/api/v1/keywords')).body.data;
    await ask(`/api/v1/keywords/${last.id}`, { method: 'DELETE' });
    expect(await toldStages()).toEqual([{ topic: 'keyword-set', key: acme, payload: null }]);
  });

  test.each([
    [{ keyword: '?!' }, 'custom'],
    [{ keyword: 'x', weight: 0 }, 'too_small'],
    [{ keyword: 'x', weight: 11 }, 'too_big'],
    [{ keyword: 'x', weight: '1' }, 'invalid_type'],
  ])('is refused: %j', async (attributes, code) => {
    const answer = await post('/api/v1/keywords', attributes);
    expect([answer.status, answer.body.errors[0].code]).toEqual([422, code]);
  });

  test('is there once, in whatever case', async () => {
    await post('/api/v1/keywords', { keyword: 'Oil' });
    expect(codesOf(await post('/api/v1/keywords', { keyword: 'oil' }))).toEqual([
      ['keyword_taken', '/data/attributes/keyword'],
    ]);
  });

  test('those that are added at once are all told', async () => {
    await Promise.all(Array.from({ length: 8 }, (_, at) => post('/api/v1/keywords', { keyword: `word ${at}` })));
    const told = await toldStages();
    expect(told.at(-1)?.payload.keywords).toHaveLength(8);
  });
});

const categories = (number: number, ...topics: readonly string[]): ArticleCategories => ({
  article_id: id(number),
  version: 5,
  visibility: 'public',
  categories: topics.map((one, at) => ({ topic: one, score: 0.9 - at / 2, facet: 'markets' })),
  method: 'facets-1',
  model: 'test',
});
const topics = (number: number, definedAt: number, matches: readonly (readonly [string, string])[]): ArticleTopics => ({
  article_id: id(number),
  version: 5,
  defined_at: definedAt,
  matches: matches.map(([organization_id, topic_id]) => ({
    organization_id,
    topic_id,
    score: 0.75,
    nearest: 'Chips',
  })),
  method: 'examples-1',
  model: 'test',
});
const relevance = (number: number, definedAt: number, scores: Readonly<Record<string, number>>): ArticleRelevance => ({
  article_id: id(number),
  version: 5,
  defined_at: definedAt,
  organizations: Object.entries(scores).map(([organization_id, score]) => ({
    organization_id,
    score,
    keywords: [{ keyword: 'oil', weight: 1, in_title: true, count: 2 }],
  })),
  method: 'keywords-1',
});
const write = (...messages: Parameters<typeof writeToPostgres>[2]) =>
  inTransaction(world.pool, (client) => writeToPostgres(client, 'content', messages));

const idsOf = async (search: string) =>
  (await ask(`/api/v1/articles?${search}`)).body.data.map((one: { id: string }) => one.id);
const shown = async (number: number) => (await ask(`/api/v1/articles/${id(number)}`)).body.data.attributes;

describe('what is said of articles', () => {
  const topic = '33333333-3333-4333-8333-333333333333';
  const foreignTopic = '44444444-4444-4444-8444-444444444444';
  beforeEach(async () => {
    await world.pool.query(
      'truncate content.article_categories, content.article_topics, content.article_relevance, content.article_judged',
    );
    for (const [one, organization, name] of [
      [topic, acme, 'Chip makers'],
      [foreignTopic, other, 'Secret'],
    ]) {
      await world.pool.query(`insert into topics (id, organization_id, name, description) values ($1, $2, $3, 'x')`, [
        one,
        organization,
        name,
      ]);
    }
    for (const organization of [acme, other]) {
      await world.pool.query(
        `insert into keywords (id, organization_id, keyword) values (gen_random_uuid(), $1, 'oil')`,
        [organization],
      );
    }
    await write(
      message('article-categories', id(1), categories(1, 'economy', 'politics')),
      message('article-categories', id(2), categories(2)),
      message(
        'article-topics',
        id(1),
        topics(1, 1, [
          [acme, topic],
          [other, foreignTopic],
        ]),
      ),
      message('article-relevance', id(1), relevance(1, 1, { [acme]: 0.3, [other]: 0.8 })),
      message('article-relevance', id(2), relevance(2, 1, { [acme]: 0.6 })),
      message('article-relevance', id(3), relevance(3, 1, { [other]: 0.9 })),
    );
  });

  test('REST shows it of an article: why, how sure, and nothing of other organisations', async () => {
    const { attributes } = (await ask(`/api/v1/articles/${id(1)}`)).body.data;
    expect(attributes.categories).toEqual([
      { topic: 'economy', name: 'economy, business and finance', score: 0.9, facet: 'markets', method: 'facets-1' },
      { topic: 'politics', name: 'politics and government', score: 0.4, facet: 'markets', method: 'facets-1' },
    ]);
    expect(attributes.topics).toEqual([
      { id: topic, name: 'Chip makers', score: 0.75, nearest: 'Chips', method: 'examples-1' },
    ]);
    expect(attributes.relevance).toEqual({
      score: 0.3,
      keywords: [{ keyword: 'oil', weight: 1, in_title: true, count: 2 }],
      method: 'keywords-1',
    });
    const unjudged = (await ask(`/api/v1/articles/${id(3)}`)).body.data.attributes;
    expect(unjudged).toMatchObject({ categories: null, topics: [], relevance: null });
  });

  test('GraphQL shows the same', async () => {
    const text = `query ($id: ID!) { article(id: $id) {
      categories { topic name score facet method } topics { id name score nearest method }
      relevance { score method keywords { keyword weight inTitle count } } } }`;
    const { data } = await query(text, { id: id(1) });
    expect(data.article).toMatchObject({
      categories: [{ topic: 'economy', score: 0.9 }, { name: 'politics and government' }],
      topics: [{ id: topic, nearest: 'Chips' }],
      relevance: { score: 0.3, keywords: [{ keyword: 'oil', inTitle: true, count: 2 }] },
    });
  });

  test.each([
    ['category=economy', [1]],
    ['category=sport', []],
    ['category=sport&category=politics', [1]],
    [`topic=${topic}`, [1]],
    [`topic=${foreignTopic}`, []],
    ['min_relevance=0.5', [2]],
    ['sort=-relevance', [2, 1]],
  ])('articles?%s', async (search, numbers) => {
    expect(await idsOf(search)).toEqual(numbers.map(id));
  });

  test('pages by relevance follow each other', async () => {
    const first = (await ask('/api/v1/articles?sort=-relevance&limit=1&fields=title')).body;
    expect(first.data.map((one: { id: string }) => one.id)).toEqual([id(2)]);
    const second = (await ask(first.links.next)).body;
    expect(second.data.map((one: { id: string }) => one.id)).toEqual([id(1)]);
  });

  test('an unknown category is refused with those that there are', async () => {
    const answer = await ask('/api/v1/articles?category=sports');
    expect(answer.status).toBe(400);
    expect(answer.body.errors[0].detail).toMatch(/sport/u);
  });

  test('the same version judged by later definitions is newer, and what it leaves out ends; repeats change nothing', async () => {
    await write(
      message('article-topics', id(1), topics(1, 2, [])),
      message('article-relevance', id(1), relevance(1, 2, {})),
    );
    expect(await shown(1)).toMatchObject({ topics: [], relevance: null });
    await write(message('article-relevance', id(2), relevance(2, 2, { [acme]: 0.7 })));
    await write(message('article-relevance', id(2), relevance(2, 1, { [acme]: 0.1 })));
    await write(message('article-relevance', id(2), { ...relevance(2, 9, { [acme]: 0.1 }), version: 4 }));
    expect((await shown(2)).relevance.score).toBe(0.7);
  });

  test('within a batch the newest counts, and a deletion ends what came before it', async () => {
    await write(
      message('article-relevance', id(2), relevance(2, 3, { [acme]: 0.9 })),
      message('article-relevance', id(2), relevance(2, 2, { [acme]: 0.2 })),
      message('article-relevance', id(1), relevance(1, 3, { [acme]: 0.9 })),
      message('article-relevance', id(1), null),
      message('article-topics', id(1), null),
      message('article-categories', id(1), null),
    );
    expect((await shown(2)).relevance.score).toBe(0.9);
    expect(await shown(1)).toMatchObject({ categories: null, topics: [], relevance: null });
  });

  test('a topic that was deleted, and keywords that were all deleted, are shown no longer', async () => {
    await world.pool.query('delete from topics where id = $1', [topic]);
    await world.pool.query('delete from keywords where organization_id = $1', [acme]);
    expect(await shown(1)).toMatchObject({ topics: [], relevance: null });
  });
});

test('GraphQL creates, lists, changes and deletes topics and keywords', async () => {
  const made = await query(
    `mutation ($t: NewTopic!, $k: NewKeyword!) { createTopic(input: $t) { id examples { articleId text } } createKeyword(input: $k) { id weight } }`,
    { t: { name: 'Chips', examples: [{ articleId: id(1) }] }, k: { keyword: 'oil' } },
  );
  const { createTopic, createKeyword } = made.data;
  expect(createTopic.examples).toEqual([{ articleId: id(1), text: 'Chips. A foundry.' }]);
  expect(createKeyword.weight).toBe(1);
  const changed = await query(
    `mutation ($t: ID!, $k: ID!) {
      updateTopic(id: $t, input: { description: "Foundries", examples: [{ text: "x" }] }) { description examples { text } }
      updateKeyword(id: $k, input: { weight: 2 }) { keyword weight } }`,
    { t: createTopic.id, k: createKeyword.id },
  );
  expect(changed.data).toEqual({
    updateTopic: { description: 'Foundries', examples: [{ text: 'x' }] },
    updateKeyword: { keyword: 'oil', weight: 2 },
  });
  const listed = await query('{ topics { edges { node { name } } } keywords { edges { node { keyword } } } }');
  expect(listed.data).toEqual({
    topics: { edges: [{ node: { name: 'Chips' } }] },
    keywords: { edges: [{ node: { keyword: 'oil' } }] },
  });
  const gone = await query('mutation ($t: ID!, $k: ID!) { deleteTopic(id: $t) deleteKeyword(id: $k) }', {
    t: createTopic.id,
    k: createKeyword.id,
  });
  expect(gone.data).toEqual({ deleteTopic: createTopic.id, deleteKeyword: createKeyword.id });
  expect((await query('query ($t: ID!) { topic(id: $t) { id } }', { t: createTopic.id })).data.topic).toBeNull();
});
