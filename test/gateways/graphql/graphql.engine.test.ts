import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { graphql } from '../../../gateways/graphql/graphql.ts';
import { rest } from '../../../gateways/rest/rest.ts';
import type { Service } from '../../../streams/service.ts';
import { restClient } from '../rest/client.ts';
import { enriched, openWorld, type World } from '../world.ts';

/** JSON of which the test says what it should be. */
// oxlint-disable-next-line typescript/no-explicit-any
type Json = any;

const articles = Array.from({ length: 7 }, (_, number) =>
  enriched(`story-${number}`, {
    title: `Story ${number} of the harbour`,
    text: `Ships came in, number ${number}.`,
    // Some share a time: then the id decides.
    published_at: Date.UTC(2026, 1, 1 + Math.floor(number / 2)),
    tags: [`t${number % 2}`],
    keywords: [
      { term: 'harbour', weight: 0.5 },
      { term: `number ${number % 2}`, weight: 1 },
    ],
  }),
);
const [first, second] = articles as [(typeof articles)[number], (typeof articles)[number]];

let world: World;
let services: Service[];
let get: ReturnType<typeof restClient>;
let address: string;

beforeAll(async () => {
  world = await openWorld();
  await world.store(articles);
  await world.link([{ article_id: second.article_id, original_id: first.article_id }]);
  await world.embed(articles);
  const [api, graph] = await Promise.all([rest.open(world.runtime), graphql.open(world.runtime)]);
  services = [api, graph];
  get = restClient(api.address ?? '');
  address = graph.address ?? '';
});

afterAll(async () => {
  for (const service of services ?? []) await service.close();
  await world?.[Symbol.asyncDispose]();
});

async function post(sent: string, headers: Readonly<Record<string, string>> = {}) {
  const response = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: sent,
  });
  const text = await response.text();
  const body: Json = text.startsWith('{') ? JSON.parse(text) : null;
  return { status: response.status, body };
}
const query = async (text: string, variables: Readonly<Record<string, unknown>> = {}): Promise<Json> =>
  (await post(JSON.stringify({ query: text, variables }))).body;

const snake = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

test('an article tells its copies and what it said before', async () => {
  const changed = enriched('changed', { title: 'Before', text: 'Ships came in.' });
  const now = enriched('changed', { title: 'After', text: 'Ships came in late.', version: changed.version + 1 });
  for (const one of [changed, now]) await world.store([one]);
  const asked = `{
    article(id: "${first.article_id}") { duplicateCount related { total articles { relation sharedWords article { title duplicate { reason score method } } } } }
    changed: article(id: "${now.article_id}") { revisions { version title content supersededAt diff { from content { kind text } } } }
  }`;
  const { data, errors } = await query(asked);
  expect(errors).toBeUndefined();
  const link = { reason: 'same_text', score: 1, method: 'test' };
  expect(data.article.duplicateCount).toBe(1);
  expect(data.article.related).toEqual({
    total: 1,
    articles: [
      { relation: 'copy', sharedWords: ['harbour'], article: { title: second.article.title, duplicate: link } },
    ],
  });
  expect(data.changed.revisions).toEqual([
    {
      version: String(now.version),
      title: 'After',
      content: 'Ships came in late.',
      supersededAt: null,
      diff: {
        from: String(changed.version),
        content: [
          { kind: 'same', text: 'Ships came in' },
          { kind: 'added', text: ' late' },
          { kind: 'same', text: '.' },
        ],
      },
    },
    expect.objectContaining({ title: 'Before', diff: null }),
  ]);
  await world.pool.query('delete from content.articles where id = $1', [now.article_id]);
});

describe('both APIs agree', () => {
  const fields = `id url canonicalUrl siteName title summary content html author authors tags imageUrl publishedAt
    publishedAtSource modifiedAt scrapedAt language languageConfidence keywords { term weight } wordCount
    readingTimeSeconds sentiment { label score method confidence } languageMethod keywordsMethod
    sentenceCount entities { key name type count confidence } entitiesMethod machineSummary { text method confidence } quality
    qualityMethod qualityConfidences skipped { enricher reason } duplicateCount extractionMethod extractionConfidence section paywall withheld
    categories { topic } topics { id } relevance { score } marks { priority }`;

  test('on every field of an article', async () => {
    const { data } = await query(`query ($id: ID!) { article(id: $id) { ${fields} } }`, { id: second.article_id });
    const { id, ...attributes } = data.article;
    const { body } = await get(`/api/v1/articles/${second.article_id}`);
    const { duplicate, ...others } = body.data.attributes;
    expect(id).toBe(body.data.id);
    expect(Object.fromEntries(Object.entries(attributes).map(([name, value]) => [snake(name), value]))).toEqual(others);
    expect(duplicate.original_id).toBe(first.article_id);
  });

  test.each([
    ['', ''],
    ['sort: "title"', 'sort=title'],
    ['tag: ["t1"], duplicates: exclude', 'tag=t1&duplicates=exclude'],
    ['publishedFrom: "2026-02-02"', 'published_from=2026-02-02'],
    ['q: "harbour"', 'q=harbour'],
  ])('on the order, the pages and the cursors of articles(%s)', async (args, parameters) => {
    let after = '';
    let next: string | null = `/api/v1/articles?limit=2&${parameters}`;
    for (let page = 0; page < 5 && next !== null; page += 1) {
      const cursor: string = after === '' ? '' : `, after: "${after}"`;
      const graph: Json = await query(
        `{ articles(first: 2${args === '' ? '' : `, ${args}`}${cursor}) { edges { node { id } } pageInfo { hasNextPage endCursor } } }`,
      );
      const { body } = await get(next);
      expect(graph.data.articles.edges.map((edge: Json) => edge.node.id)).toEqual(
        body.data.map((item: Json) => item.id),
      );
      next = body.links.next;
      after = graph.data.articles.pageInfo.endCursor;
      expect(after).toBe(next === null ? null : new URL(next, 'http://x').searchParams.get('cursor'));
      expect(graph.data.articles.pageInfo.hasNextPage).toBe(next !== null);
    }
  });

  test.each(['fulltext', 'semantic', 'hybrid'])('on a search by %s', async (mode) => {
    const { data } = await query(
      `{ search(q: "vessels harbour", mode: ${mode}) { mode degraded edges { node { id } score match ranks { fulltext semantic } } } }`,
    );
    const { body } = await get(`/api/v1/search?q=vessels+harbour&mode=${mode}`);
    expect(data.search.edges.length).toBeGreaterThan(0);
    expect(
      data.search.edges.map(({ node, score, match, ranks }: Json) => ({ id: node.id, score, why: { ranks, match } })),
    ).toEqual(body.data.map(({ id, attributes: { score, why } }: Json) => ({ id, score, why })));
    expect(data.search).toMatchObject({ mode: body.meta.mode, degraded: null });
  });

  test('on what is similar', async () => {
    const { data } = await query(
      `query ($id: ID!) { similar(id: $id, first: 3, minScore: 0.1) { score isCopy sharedWords article { id } } }`,
      { id: first.article_id },
    );
    const { body } = await get(`/api/v1/articles/${first.article_id}/similar?limit=3&min_score=0.1`);
    expect(
      data.similar.map(({ article, score, isCopy, sharedWords }: Json) => [article.id, score, isCopy, sharedWords]),
    ).toEqual(
      body.data.map(({ id, attributes }: Json) => [id, attributes.score, attributes.is_copy, attributes.shared_words]),
    );
    expect(data.similar).toHaveLength(3);
    for (const { sharedWords } of data.similar) expect(sharedWords).toContain('harbour');
  });
});

describe('sources over GraphQL', () => {
  test('are created, listed, changed, collected and deleted', async () => {
    const created = await query(
      'mutation ($input: NewSource!) { createSource(input: $input) { id feedId name status { state } } }',
      { input: { name: 'Graph', url: 'https://graph.example/feed' } },
    );
    const { id } = created.data.createSource;
    expect((await get(`/api/v1/sources/${id}`)).body.data.relationships.feed.data.id).toBe(
      created.data.createSource.feedId,
    );
    const changed = await query(
      'mutation ($id: ID!) { updateSource(id: $id, input: { displayName: "G", enabled: false }) { name displayName status { state } } }',
      { id },
    );
    expect(changed.data.updateSource).toEqual({ name: 'Graph', displayName: 'G', status: { state: 'disabled' } });
    const listed = await query('{ sources { edges { node { id } } pageInfo { hasNextPage endCursor } } }');
    expect(listed.data.sources).toEqual({
      edges: [{ node: { id } }],
      pageInfo: { hasNextPage: false, endCursor: null },
    });
    const asked = await query('mutation ($id: ID!) { collectNow(id: $id) { id sourceId requestedAt } }', { id });
    expect(asked.data.collectNow.sourceId).toBe(id);
    expect((await query('mutation ($id: ID!) { deleteSource(id: $id) }', { id })).data.deleteSource).toBe(id);
    expect((await query('query ($id: ID!) { source(id: $id) { id } }', { id })).data.source).toBeNull();
  });

  test('are loaded once for all articles of a page', async () => {
    const { data } = await query(
      '{ articles { edges { node { sources { name } original { id } duplicates { id } } } } }',
    );
    const linked = data.articles.edges.filter(({ node }: Json) => node.original !== null || node.duplicates.length > 0);
    expect(linked).toHaveLength(2);
  });
});

describe('what is wrong is told in words', () => {
  test.each([
    ['{ articles(first: 0) { edges { cursor } } }', 'first'],
    ['{ articles(after: "x") { edges { cursor } } }', 'after'],
    ['{ articles(publishedFrom: "soon") { edges { cursor } } }', 'publishedFrom'],
    ['{ search(q: "\\u0000") { mode } }', 'q'],
    ['mutation { createSource(input: { name: "", url: "x" }) { id } }', 'name'],
    ['mutation { createSource(input: { name: "x", url: "x" }) { id } }', 'url'],
    ['mutation { updateSource(id: "00000000-0000-4000-8000-000000000009", input: { name: null }) { id } }', 'name'],
  ])('%s', async (text, field) => {
    const { errors } = await query(text);
    expect(errors[0].extensions).toMatchObject({ code: 'invalid' });
    expect(errors[0].extensions.faults.map((fault: Json) => fault.field)).toContain(field);
    expect(JSON.stringify(errors)).not.toMatch(/stack|node_modules|originalError/);
  });

  test('an unknown source is not found', async () => {
    const { errors } = await query('mutation { deleteSource(id: "00000000-0000-4000-8000-000000000009") }');
    expect(errors[0].extensions.code).toBe('not_found');
  });
});

const nested = (depth: number): string =>
  `{ articles { edges { node { ${'original { '.repeat(depth)} id ${'} '.repeat(depth)} } } } }`;

describe('what would cost too much is refused before it runs', () => {
  test.each([
    ['10,000 aliases', `{ ${Array.from({ length: 10_000 }, (_, n) => `a${n}: article(id: "x") { id }`).join(' ')} }`],
    ['20 aliases', `{ ${Array.from({ length: 20 }, (_, n) => `a${n}: article(id: "x") { id }`).join(' ')} }`],
    ['50 levels', nested(50)],
    [
      'a fragment that holds itself',
      'query { articles { edges { node { ...a } } } } fragment a on Article { original { ...a } }',
    ],
    [
      'fragments in a circle',
      '{ articles { edges { node { ...a } } } } fragment a on Article { original { ...b } } fragment b on Article { original { ...a } }',
    ],
    ['10,000 tokens', `{ articles { edges { node { ${'id '.repeat(10_000)} } } } }`],
    ['a thousand directives', `{ articles { edges { node { id ${'@skip(if: false) '.repeat(300)} } } } }`],
  ])('%s', async (_, text) => {
    const { errors, data } = await query(text);
    expect(errors.length).toBeGreaterThan(0);
    expect(data ?? null).toBeNull();
  });

  test('a batch of queries', async () => {
    const { status } = await post(
      JSON.stringify(Array.from({ length: 1000 }, () => ({ query: '{ sources { edges { cursor } } }' }))),
    );
    expect(status).toBe(400);
  });

  test('a body of 15 MB', async () => {
    const { status } = await post(JSON.stringify({ query: `{ a } #${'x'.repeat(15_000_000)}` })).catch(() => ({
      status: 413,
    }));
    expect(status).toBe(413);
  });
});

describe('other pages in the same browser', () => {
  const text = JSON.stringify({ query: 'mutation { deleteSource(id: "00000000-0000-4000-8000-000000000009") }' });
  test.each([
    ['of another origin', { origin: 'https://evil.example' }, 403],
    ['that send a form', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['that send plain text', { 'content-type': 'text/plain' }, 415],
    ['that send files', { 'content-type': 'multipart/form-data; boundary=x' }, 415],
  ])('%s are refused', async (_, headers, status) => {
    expect((await post(text, headers)).status).toBe(status);
  });

  test('cannot change anything by a link', async () => {
    const response = await fetch(`${address}?query=${encodeURIComponent('mutation { deleteSource(id: "x") }')}`);
    expect(response.status).toBe(405);
  });
});

describe('the schema', () => {
  const introspection = '{ __schema { types { name } } }';

  test('is told outside of production', async () => {
    expect((await query(introspection)).data.__schema.types.length).toBeGreaterThan(5);
  });

  test('is told in production neither by introspection nor by suggestions', async () => {
    await using other = await openWorld({ MIMIR_ENV: 'production' });
    const production = await graphql.open(other.runtime);
    const ask = async (text: string): Promise<Json> => {
      const response = await fetch(production.address ?? '', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: text }),
      });
      return response.json();
    };
    const told = await ask(introspection);
    const guessed = await ask('{ article(id: "x") { titel } }');
    const used = await ask('{ sources { pageInfo { hasNextPage } } }');
    await production.close();
    expect(told.data ?? null).toBeNull();
    expect(JSON.stringify(guessed.errors)).not.toContain('title');
    expect(used.data.sources.pageInfo.hasNextPage).toBe(false);
  });
});
