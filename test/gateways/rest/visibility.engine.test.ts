import { afterAll, beforeAll, expect, test } from 'vitest';
import { graphql } from '../../../gateways/graphql/graphql.ts';
import { inTransaction } from '../../../gateways/postgres.ts';
import { rest } from '../../../gateways/rest/rest.ts';
import { defaultOrganizationId } from '../../../gateways/schema.ts';
import { writeToPostgres } from '../../../gateways/views/postgres/write.ts';
import type { Entity } from '../../../schemas/types.ts';
import type { Service } from '../../../streams/service.ts';
import { enriched, message, openWorld, storyUpdate, type World } from '../world.ts';
import { type Answer, restClient } from './client.ts';

const now = Date.now();
const others = '00000000-0000-4000-8000-0000000000ff';
const entity: Entity = { key: 'dockers', name: 'Dockers', type: 'organization', count: 1, confidence: 0.9 };

/** They differ in nothing but who may see them. */
const articleFor = (slug: string, visibility: string) =>
  enriched(slug, {
    visibility,
    title: `Dockers strike in the harbour, ${slug}`,
    text: 'Dockers have laid down their work in the harbour, and no ship is unloaded.',
    published_at: now - 3_600_000,
    entities: [entity],
  });
const open = articleFor('open', 'public');
const ours = articleFor('ours', defaultOrganizationId);
const theirs = articleFor('theirs', others);
const seen = [open.article_id, ours.article_id].toSorted();

const lately = { first_at: now - 3_600_000, last_at: now };
const ourStory = storyUpdate('00000000-0000-5000-8000-000000000001', lately);
const theirStory = storyUpdate('00000000-0000-5000-8000-000000000002', { ...lately, visibility: others });

let world: World;
let services: Service[] = [];
let get: (path: string) => Promise<Answer>;

beforeAll(async () => {
  world = await openWorld();
  await world.store([open, ours, theirs]);
  await world.embed([open, ours, theirs]);
  await inTransaction(world.pool, (client) =>
    writeToPostgres(
      client,
      'content',
      [ourStory, theirStory].map((value) => message('story-update', value.story_id, value)),
    ),
  );
  services = await Promise.all([rest.open(world.runtime), graphql.open(world.runtime)]);
  get = restClient(services[0]?.address ?? '');
});
afterAll(async () => {
  for (const service of services) await service.close();
  await world?.[Symbol.asyncDispose]();
});

const idsOf = ({ body }: Answer): readonly string[] => body.data.map(({ id }: { id: string }) => id).toSorted();

test.each([
  ['the list', '/api/v1/articles'],
  ['a list by a query', '/api/v1/articles?q=harbour'],
  ['a search by words', '/api/v1/search?q=harbour&mode=fulltext'],
  ['a search by any of many words', '/api/v1/search?mode=fulltext&q=harbour+ship+crane+lorry+quay+pilot'],
  ['a search by meaning', '/api/v1/search?q=harbour+workers+on+strike&mode=semantic'],
  ['a search by both', '/api/v1/search?q=harbour'],
  ['a query for what is near', `/api/v1/search?q=${encodeURIComponent('near:"harbour workers on strike"@0.3')}`],
])('%s holds what is for everybody and our own', async (_, path) => {
  const answer = await get(path);
  expect(answer.status).toBe(200);
  expect(idsOf(answer)).toEqual(seen);
});

test('what is similar holds nothing of others', async () => {
  expect(idsOf(await get(`/api/v1/articles/${open.article_id}/similar`))).toEqual([ours.article_id]);
});

test('what others have is unknown, also once it was read into the cache', async () => {
  const path = `/api/v1/articles/${theirs.article_id}`;
  const asked = ['', '', '/similar', '/duplicates', '/revisions', `/revisions/${theirs.version}`];
  const statuses: number[] = [];
  for (const below of asked) statuses.push((await get(`${path}${below}`)).status);
  expect(statuses).toEqual(asked.map(() => 404));
  const response = await fetch(services[1]?.address ?? '', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: `{ article(id: "${theirs.article_id}") { id } }` }),
  });
  const { data }: Answer['body'] = await response.json();
  expect(data).toEqual({ article: null });
});

test('entities are counted in what we may see', async () => {
  const { body } = await get('/api/v1/entities');
  expect(body.data.map(({ attributes }: Answer['body']) => attributes.articles)).toEqual([2]);
});

test('stories of others are unknown', async () => {
  expect(idsOf(await get('/api/v1/stories'))).toEqual([ourStory.story_id]);
  expect((await get(`/api/v1/stories/${theirStory.story_id}`)).status).toBe(404);
  expect((await get(`/api/v1/stories/${theirStory.story_id}/articles`)).status).toBe(404);
});
