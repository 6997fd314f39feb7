import { afterAll, beforeAll, expect, test } from 'vitest';
import { rest } from '../../../gateways/rest/rest.ts';
import type { Entity } from '../../../schemas/types.ts';
import type { Service } from '../../../streams/service.ts';
import { enriched, openWorld, type World } from '../world.ts';
import { type Answer, restClient } from './client.ts';

const day = (number: number): number => Date.UTC(2026, 1, number);
const entity = (key: string, name: string, type: Entity['type'], count: number): Entity => ({
  key,
  name,
  type,
  count,
  confidence: 0.9,
});
const merkel = entity('angela merkel', 'Angela Merkel', 'person', 3);

const talks = enriched('talks', {
  published_at: day(5),
  entities: [merkel, entity('munchen', 'München', 'place', 1)],
  entities_method: 'capitals-gazetteer-1',
  sentiment: { label: 'negative', score: -0.5, method: 'test', confidence: 0.7 },
  quality: ['paywall_stub'],
  quality_method: 'rules-1',
  quality_confidences: [0.8],
  language_method: 'votes-1',
  keywords_method: 'yake-1',
  sentence_count: 4,
  skipped: [{ enricher: 'summary', reason: 'switched_off' }],
});
const copy = enriched('copy', { published_at: day(6), entities: [{ ...merkel, count: 3 }] });
const visit = enriched('visit', {
  published_at: day(6),
  entities: [
    entity('munchen', 'München', 'place', 2),
    { ...merkel, name: 'ANGELA MERKEL', count: 1 },
    entity('siemens', 'Siemens', 'organization', 1),
  ],
});
const later = enriched('later', { published_at: day(25), entities: [entity('munchen', 'Munich', 'organization', 1)] });

let world: World;
let service: Service;
let get: (path: string) => Promise<Answer>;

beforeAll(async () => {
  world = await openWorld();
  await world.store([talks, copy, visit, later]);
  await world.link([{ article_id: copy.article_id, original_id: talks.article_id }]);
  service = await rest.open(world.runtime);
  get = restClient(service.address ?? '');
});
afterAll(async () => {
  await service?.close();
  await world?.[Symbol.asyncDispose]();
});

const february = 'published_from=2026-02-01&published_to=2026-02-28';
const named = async (query: string): Promise<readonly unknown[]> => {
  const { body } = await get(`/api/v1/entities?${query}`);
  return body.data.map(({ id, attributes }: Answer['body']) => [
    id,
    attributes.name,
    attributes.type,
    attributes.articles,
    attributes.mentions,
  ]);
};

test('an article tells what was found in it, by which method, and what was switched off', async () => {
  const { body } = await get(`/api/v1/articles/${talks.article_id}`);
  expect(body.data.attributes).toMatchObject({
    entities: talks.entities,
    entities_method: 'capitals-gazetteer-1',
    sentiment: { label: 'negative', score: -0.5, method: 'test', confidence: 0.7 },
    quality: ['paywall_stub'],
    quality_method: 'rules-1',
    quality_confidences: [0.8],
    language_method: 'votes-1',
    keywords_method: 'yake-1',
    sentence_count: 4,
    machine_summary: null,
    skipped: [{ enricher: 'summary', reason: 'switched_off' }],
  });
});

test("the machine's summary stands beside the publisher's", async () => {
  const summed = {
    ...enriched('summed', { published_at: day(1) }),
    summary: { text: 'In short.', method: 'lead-1', confidence: 0.4 },
  };
  await using other = await openWorld();
  await other.store([summed]);
  const opened = await rest.open(other.runtime);
  const { body } = await restClient(opened.address ?? '')(`/api/v1/articles/${summed.article_id}`);
  expect(body.data.attributes).toMatchObject({
    summary: null,
    machine_summary: { text: 'In short.', method: 'lead-1', confidence: 0.4 },
  });
  await opened.close();
});

const slugs = async (query: string) =>
  (await get(`/api/v1/articles?${query}`)).body.data
    .map(({ attributes }: Answer['body']) => attributes.url.split('/').at(-1))
    .toSorted();

test('lists can be narrowed to what names an entity, written as people do', async () => {
  expect(await slugs('entity=munchen')).toEqual(['later', 'talks', 'visit']);
  expect(await slugs('entity=M%C3%BCnchen&duplicates=exclude')).toEqual(['later', 'talks', 'visit']);
  expect(await slugs('entity=siemens&entity=angela%20merkel')).toEqual(['copy', 'talks', 'visit']);
  expect(await slugs('entity=merkel')).toEqual([]);
});

test('entities are counted by articles, copies left out, under the usual name and type', async () => {
  expect(await named(february)).toEqual([
    ['munchen', 'München', 'place', 3, 4],
    ['angela merkel', expect.stringMatching(/angela merkel/iu), 'person', 2, 4],
    ['siemens', 'Siemens', 'organization', 1, 1],
  ]);
});

test.each<[string, readonly string[]]>([
  [`${february}&type=place`, ['munchen']],
  [`${february}&type=organization`, ['siemens']],
  [`${february}&prefix=M%C3%BCn`, ['munchen']],
  [`${february}&prefix=_ngela`, []],
  [`${february}&limit=1`, ['munchen']],
  ['published_from=2026-02-05&published_to=2026-02-06', ['angela merkel', 'munchen']],
  ['published_to=2026-02-07', ['angela merkel', 'munchen', 'siemens']],
  ['', []],
])('what articles name, asked for as %s', async (query, keys) => {
  expect((await named(query)).map((row) => (row as readonly string[])[0])).toEqual(keys);
});

test.each([
  'published_from=2026-03-01&published_to=2026-02-01',
  'published_from=2025-01-01&published_to=2026-02-01',
  'type=animal',
  'limit=1000',
  'prefix=%00',
])('%s is refused', async (query) => {
  expect((await get(`/api/v1/entities?${query}`)).status).toBe(400);
});
