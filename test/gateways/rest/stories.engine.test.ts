import { afterAll, beforeAll, expect, test } from 'vitest';
import { graphql } from '../../../gateways/graphql/graphql.ts';
import { inTransaction } from '../../../gateways/postgres.ts';
import { rest } from '../../../gateways/rest/rest.ts';
import { openVectorIndex } from '../../../gateways/vector-index/open.ts';
import { writeToPostgres } from '../../../gateways/views/postgres/write.ts';
import type { ArticleStory, StoryUpdate } from '../../../schemas/types.ts';
import type { Service } from '../../../streams/service.ts';
import { enriched, message, openWorld, storyUpdate, type World } from '../world.ts';
import { restClient } from './client.ts';

const now = Date.now();
const hour = 3_600_000;
const articles = [0, 1, 2, 3, 4].map((number) =>
  enriched(`of-story-${number}`, { title: `Tanker ${number}`, text: 'Oil.', published_at: now - number * hour }),
);
const ids = articles.map(({ article_id: id }) => id);
const storyId = (number: number) => `00000000-0000-5000-8000-00000000000${number}`;

const story = (number: number, changes: Partial<StoryUpdate> = {}): StoryUpdate =>
  storyUpdate(storyId(number), {
    title: `Story ${number}`,
    first_at: now - 3 * hour,
    last_at: now - number * hour,
    entities: ['brest'],
    ...changes,
  });

const assignment = (article: number, given: number): ArticleStory => ({
  article_id: ids[article] ?? '',
  story_id: storyId(given),
  version: 10,
  visibility: 'public',
  score: 0.7,
  cosine: 0.65,
  reason: 'near',
  shared: ['tanker'],
  method: 'test-1',
});

let world: World;
let services: Service[] = [];
let get: ReturnType<typeof restClient>;

async function write(
  stories: readonly (readonly [string, StoryUpdate | null])[],
  assignments: readonly ArticleStory[] = [],
): Promise<void> {
  await inTransaction(world.pool, (client) =>
    writeToPostgres(client, 'content', [
      ...stories.map(([key, value]) => message('story-update', key, value)),
      ...assignments.map((value) => message('article-story', value.article_id, value)),
    ]),
  );
}

beforeAll(async () => {
  world = await openWorld();
  await world.store(articles);
  // Story 1 holds articles 0 to 2, of which 2 came with story 3; story 2 holds article 3, story 6 article 4.
  await write(
    [
      [storyId(1), story(1, { article_count: 3, languages: ['de', 'en'] })],
      [storyId(2), story(2)],
      [storyId(3), story(3, { merged_into: storyId(1) })],
      [storyId(4), story(4, { article_count: 1 })],
      [storyId(6), story(6, { article_count: 2, last_at: now - 6 * hour, entities: ['ghent'] })],
      [storyId(5), story(5, { article_count: 9, first_at: now - 800 * hour, last_at: now - 700 * hour })],
    ],
    [assignment(0, 1), assignment(1, 1), assignment(2, 3), assignment(3, 2), assignment(4, 6)],
  );
  await using index = await openVectorIndex(world.runtime.config.vectors, { log: world.runtime.log });
  await index.upsert(
    // The last one's vector is on its way.
    articles.slice(0, 4).map(({ article_id: articleId, version, language }, at) => ({
      articleId,
      version,
      vector: Array.from({ length: 384 }, (_, d) => (d === at ? 1 : 0)),
      payload: { visibility: 'public', feedIds: [], language, publishedAt: now, model: 'test@1' },
    })),
  );
  services = await Promise.all([rest.open(world.runtime), graphql.open(world.runtime)]);
  get = restClient(services[0]?.address ?? '');
});

afterAll(async () => {
  for (const service of services) await service.close();
  await world?.[Symbol.asyncDispose]();
});

/** JSON of which the test says what it should be. */
// oxlint-disable-next-line typescript/no-explicit-any
type Json = any;

const idsOf = (body: Json): readonly string[] => body.data.map(({ id }: { id: string }) => id);

test.each([
  ['', [1, 2, 6, 5]],
  ['?sort=-article_count', [5, 1, 6, 2]],
  ['?min_articles=1', [1, 2, 4, 6, 5]],
  ['?language=de', [1]],
  ['?site=other.example', []],
  ['?entity=brest&limit=1', [1]],
  [`?from=${new Date(now - 24 * hour).toISOString()}`, [1, 2, 6]],
  [`?to=${new Date(now - 24 * hour).toISOString()}`, [5]],
])('lists live stories: %s', async (query, expected) => {
  const { status, body } = await get(`/api/v1/stories${query}`);
  expect(status).toBe(200);
  expect(idsOf(body)).toEqual(expected.map(storyId));
});

test('pages follow each other', async () => {
  const first: Json = (await get('/api/v1/stories?limit=2')).body;
  const second: Json = (await get(first.links.next)).body;
  expect([...idsOf(first), ...idsOf(second)]).toEqual([1, 2, 6, 5].map(storyId));
  expect(second.links.next).toBeNull();
});

test('a story that was merged leads to the one that took it in, with all articles and why each is there', async () => {
  const read: Json = (await get(`/api/v1/stories/${storyId(3)}`)).body;
  expect(read.data).toMatchObject({ id: storyId(1), attributes: { title: 'Story 1', sources: ['news.example'] } });
  const members: Json = (await get(`/api/v1/stories/${storyId(3)}/articles`)).body;
  expect(idsOf(members)).toEqual(ids.slice(0, 3));
  expect(members.data[0].attributes.story).toEqual({
    score: 0.7,
    cosine: 0.65,
    reason: 'near',
    shared: ['tanker'],
    method: 'test-1',
  });
  const article: Json = (await get(`/api/v1/articles/${ids[2]}`)).body;
  expect(article.data.relationships.story).toMatchObject({ data: { id: storyId(1) }, meta: { title: 'Story 1' } });
  expect((await get(`/api/v1/stories/${storyId(9)}`)).status).toBe(404);
});

async function ask(query: string, variables: object = {}): Promise<Json> {
  const response = await fetch(services[1]?.address ?? '', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  return response.json();
}

test('GraphQL says the same', async () => {
  const query = `{ stories(sort: "-article_count", first: 2) { edges { node { id articleCount } } pageInfo { hasNextPage } }
    story(id: "${storyId(3)}") { id articles { edges { node { article { id story { storyId } } why { shared } } } } } }`;
  const { data } = await ask(query);
  expect(data.stories.edges.map((edge: Json) => edge.node.id)).toEqual([storyId(5), storyId(1)]);
  expect(data.story.id).toBe(storyId(1));
  expect(data.story.articles.edges[0].node).toEqual({
    article: { id: ids[0], story: { storyId: storyId(1) } },
    why: { shared: ['tanker'] },
  });
});

test('pages of a story in GraphQL follow each other', async () => {
  const seen: string[] = [];
  let after: string | null = null;
  do {
    const { data } = await ask(
      `query($after: String) { story(id: "${storyId(1)}") { articles(first: 2, after: $after) {
        edges { node { article { id } } } pageInfo { hasNextPage endCursor } } } }`,
      { after },
    );
    const { edges, pageInfo }: Json = data.story.articles;
    seen.push(...edges.map(({ node }: Json) => node.article.id));
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after !== null && seen.length < 10);
  expect(seen).toEqual(ids.slice(0, 3));
});

const post = (path: string, attributes: object) =>
  get(path, { method: 'POST', body: { data: { type: 'story-overrides', attributes } } });

async function outbox(): Promise<Json[]> {
  const { rows } = await world.pool.query('select payload from outbox where topic = $1 order by id', [
    'story-override',
  ]);
  return rows.map(({ payload }) => payload);
}

test('what a person merges and splits is kept and told to the streams', async () => {
  const merged = await post(`/api/v1/stories/${storyId(2)}/merge`, { into_story_id: storyId(3) });
  expect(merged.status).toBe(201);
  const split = await post(`/api/v1/stories/${storyId(1)}/split`, { article_ids: [ids[2]] });
  expect(split.status).toBe(201);

  const [merge, cut] = await outbox();
  expect(merge).toMatchObject({ kind: 'merge', story_id: storyId(2), into_story_id: storyId(1), articles: [] });
  expect(cut).toMatchObject({
    kind: 'split',
    story_id: storyId(1),
    into_story_id: split.body.data.attributes.into_story_id,
    articles: [{ article_id: ids[2], version: 11, title: 'Tanker 2', model: 'test@1' }],
  });
  expect(cut.articles[0].vector[2]).toBe(1);
  const { rows } = await world.pool.query('select kind, article_ids from story_overrides order by id');
  expect(rows).toEqual([
    { kind: 'merge', article_ids: [] },
    { kind: 'split', article_ids: [ids[2]] },
  ]);
});

test('a small story goes with the decision, for the stage may have let go of it', async () => {
  await write(
    [[storyId(8), story(8, { article_count: 1, version: 77, last_at: now })]],
    [{ ...assignment(3, 8), version: 20 }],
  );
  await post(`/api/v1/stories/${storyId(8)}/merge`, { into_story_id: storyId(6) });
  // Of the other the vector of an article is not there yet.
  expect((await outbox()).at(-1)).toMatchObject({
    kind: 'merge',
    stories: [{ story_id: storyId(8), version: 77, articles: [{ article_id: ids[3], version: 21, model: 'test@1' }] }],
  });
});

test.each([
  ['with itself', 1, 'merge', { into_story_id: storyId(3) }, 'same_story'],
  ['that is closed', 5, 'merge', { into_story_id: storyId(1) }, 'story_closed'],
  ['by articles of another', 1, 'split', { article_ids: [ids[3]] }, 'not_of_story'],
  ['by an article whose vector is not stored yet', 6, 'split', { article_ids: [ids[4]] }, 'not_indexed_yet'],
  ['whole', 2, 'split', { article_ids: [ids[3], ids[0]] }, 'whole_story'],
])('refuses to change a story %s', async (_, number, what, attributes, code) => {
  const before = (await outbox()).length;
  const { status, body } = await post(`/api/v1/stories/${storyId(number)}/${what}`, attributes);
  expect(status).toBe(422);
  expect(body.errors[0].code).toBe(code);
  expect(await outbox()).toHaveLength(before);
});

test('an older version changes nothing, and a story that is gone is gone', async () => {
  await write([[storyId(4), story(4, { version: 9, title: 'Older' })]]);
  expect((await get(`/api/v1/stories/${storyId(4)}`)).body.data.attributes.title).toBe('Story 4');
  await write([[storyId(4), null]]);
  expect((await get(`/api/v1/stories/${storyId(4)}`)).status).toBe(404);
});
