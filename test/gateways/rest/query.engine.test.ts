import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { articleId } from '../../../domain/identity.ts';
import { defaultOrganizationId } from '../../../gateways/schema.ts';
import { graphql } from '../../../gateways/graphql/graphql.ts';
import { rest } from '../../../gateways/rest/rest.ts';
import type { Service } from '../../../streams/service.ts';
import { enriched, openWorld, type World } from '../world.ts';
import { type Answer, restClient } from './client.ts';

const day = (number: number): number => Date.UTC(2026, 1, number);
const feed = '6ba7b810-9dad-51d1-80b4-00c04fd430c1';
const sourceId = '6ba7b810-9dad-51d1-80b4-00c04fd430d1';

const articles = [
  enriched('tides', {
    title: 'Rising tides threaten the coast',
    text: 'Sea levels are rising, researchers said on Monday.',
    published_at: day(1),
    authors: ['Jane Smith', 'Bob O’Neil'],
    tags: ['Climate Change'],
    feed_ids: [feed],
    sentiment: { label: 'negative', score: -0.5, method: 'test', confidence: 0.5 },
  }),
  enriched('wahl', {
    title: 'Häuser und Mieten vor der Wahl',
    text: 'Die Regierung streitet über den Bau von Wohnungen.',
    language: 'de',
    published_at: day(2),
    authors: ['Jane Doe'],
  }),
  enriched('bank', {
    title: '中国人民银行下调利率',
    text: '新华社北京电 中国人民银行宣布下调利率。',
    language: 'zh',
    published_at: day(3),
  }),
  enriched('sport', {
    title: 'Who won the match',
    text: 'The home team won by three goals; level with the leaders at sea.',
    published_at: day(4),
    tags: ['sport'],
  }),
];

let world: World;
let services: Service[];
let get: ReturnType<typeof restClient>;
let graphAddress: string;

beforeAll(async () => {
  world = await openWorld();
  await world.store(articles);
  await world.embed(articles);
  await world.pool.query(`insert into feeds (id, url, connector) values ($1, 'https://a.example/feed', 'feed')`, [
    feed,
  ]);
  await world.pool.query(
    `insert into sources (id, organization_id, feed_id, name, url, type)
     values ($1, $2, $3, 'Coast Watch', 'https://a.example/feed', 'rss')`,
    [sourceId, defaultOrganizationId, feed],
  );
  services = [await rest.open(world.runtime), await graphql.open(world.runtime)];
  get = restClient(services[0]?.address ?? '');
  graphAddress = services[1]?.address ?? '';
});
afterAll(async () => {
  for (const service of services) await service.close();
  await world[Symbol.asyncDispose]();
});

const found = ({ body }: Answer): string[] =>
  body.data.map(({ attributes }: { attributes: { url: string } }) => attributes.url.split('/').at(-1)).toSorted();

const ask = (path: string, q: string, more = ''): Promise<Answer> =>
  get(`/api/v1/${path}?q=${encodeURIComponent(q)}${more}`);

const all = ['bank', 'sport', 'tides', 'wahl'];

describe('a list of articles selects what its query says', () => {
  test.each([
    ['rise', ['tides']],
    ['"sea level"', ['tides']],
    ['sea level', ['sport', 'tides']],
    ['"level sea"', []],
    ['title:sea', []],
    ['title:tide text:monday', ['tides']],
    ['haus', ['wahl']],
    ['hauser', ['wahl']],
    ['人民', ['bank']],
    ['人民银行', ['bank']],
    ['民人', []],
    ['haus OR 利率', ['bank', 'wahl']],
    ['-language:en', ['bank', 'wahl']],
    ['NOT (sea OR haus)', ['bank']],
    ['sea -"sea levels"', ['sport']],
    ['the coast', ['tides']],
    ['the', ['sport', 'tides']],
    ['the WHO', ['sport']],
    ['author:jane', ['tides', 'wahl']],
    ['author:"JANE SMITH"', ['tides']],
    ['author:"smith jane"', []],
    ["author:o'neil", ['tides']],
    ['tag:"climate change"', ['tides']],
    ['tag:climate', []],
    ['source:"coast watch"', ['tides']],
    [`source:${sourceId}`, ['tides']],
    ['-source:"Coast Watch"', ['bank', 'sport', 'wahl']],
    [`feed:${feed}`, ['tides']],
    ['sentiment:negative', ['tides']],
    ['-sentiment:>=0', ['bank', 'sport', 'tides', 'wahl']],
    ['sentiment:-0.5..-0.1', ['tides']],
    ['published:2026-02-02', ['wahl']],
    ['published:>=2026-02-02 published:<2026-02-04', ['bank', 'wahl']],
    ['published:2026-02-02..2026-02-03', ['bank', 'wahl']],
    ['published:<-1m', all],
    ['published:>now', []],
    ['is:original', all],
    ['is:copy', []],
    ['priority:normal', all],
    ['-is:dropped', all],
    ['near:"the ocean is getting higher"@0.3', ['tides']],
    ['-near:"the ocean is getting higher"@0.3', ['bank', 'sport', 'wahl']],
    ['“sea levels”', ['tides']],
    ['Who’s', []],
  ])('%s', async (q, expected) => {
    const answer = await ask('articles', q);
    expect([answer.status, answer.status === 200 ? found(answer) : answer.body]).toEqual([200, expected]);
  });

  test('filters of their own and the query must both hold', async () => {
    expect(found(await ask('articles', 'sea', '&tag=sport'))).toEqual(['sport']);
    expect(found(await ask('articles', 'haus', '&tag=sport'))).toEqual([]);
  });

  test('the pages of a list with a query make up the whole', async () => {
    const first = await ask('articles', 'sea OR haus', '&limit=2');
    const second = await get(first.body.links.next);
    expect([...found(first), ...found(second)].toSorted()).toEqual(['sport', 'tides', 'wahl']);
  });
});

describe('a search', () => {
  test('ranks what matches, and keeps to the rest of the query in every mode', async () => {
    for (const mode of ['fulltext', 'semantic', 'hybrid']) {
      expect(found(await ask('search', 'rising sea -tag:sport language:en', `&mode=${mode}`))).toEqual(['tides']);
    }
  });

  test('finds any of its words only where they are plain, and keeps to the rest also then', async () => {
    expect(found(await ask('search', 'tide kangaroo', '&mode=fulltext'))).toEqual(['tides']);
    expect(found(await ask('search', 'tide kangaroo language:de', '&mode=fulltext'))).toEqual([]);
    expect(found(await ask('search', '"tide kangaroo"', '&mode=fulltext'))).toEqual([]);
    expect(found(await ask('search', '中国人民说话', '&mode=fulltext'))).toEqual(['bank']);
  });

  test('without words lists the latest, says why meaning does not serve, and cannot be by meaning alone', async () => {
    const words = await ask('search', 'published:<now', '&mode=fulltext');
    expect(words.body.data.map(({ id }: { id: string }) => id)).toEqual(
      articles.map((article) => article.article_id).toReversed(),
    );
    const both = await ask('search', 'published:<now');
    expect(both.body.meta).toMatchObject({ mode: 'fulltext', degraded: expect.stringContaining('no words') });
    expect((await ask('search', 'published:<now', '&mode=semantic')).status).toBe(400);
  });

  test('by meaning ranks by what is near where it has no words', async () => {
    const answer = await ask('search', 'near:"the ocean is getting higher"@0.2', '&mode=semantic');
    expect(answer.body.data[0].id).toBe(articleId('public', articles[0]?.article.url ?? ''));
  });
});

describe('a query that cannot be read', () => {
  test.each([
    ['"sea', 'these quotes are not closed, at character 1: write " where the phrase ends\n"sea\n^', 0, 1],
    ['sea langage:en', 'there is no field "langage", at character 5: did you mean language:?', 4, 11],
    ['topic:nothing', 'there is no topic named "nothing", at character 1', 0, 13],
    [`topic:${sourceId}`, `there is no topic ${sourceId}, or not any more, at character 1`, 0, 42],
    ['a source:"b c"', 'there is no source named "b c", at character 3', 2, 14],
    ['😀', 'there is nothing to look for, at character 1', 0, 2],
    ['(('.repeat(900), 'groups go 20 deep at most', 20, 21],
  ])('%j is told with its place', async (q, detail, start, end) => {
    for (const path of ['articles', 'search', 'search/explain']) {
      const { status, body } = await ask(path, q);
      expect(status).toBe(400);
      expect(body.errors).toEqual([
        {
          id: expect.any(String),
          status: '400',
          code: 'invalid_query',
          title: 'Bad request',
          detail: expect.stringContaining(detail),
          source: { pointer: '/query/q' },
          meta: { position: { start, end } },
        },
      ]);
    }
  });

  test('is told by GraphQL in the same words', async () => {
    const [error] = (await graph('{ articles(q: "sea )") { edges { node { id } } } }')).errors ?? [];
    expect(error?.message).toContain('q: nothing is open here, at character 5: remove the )');
    expect(error?.extensions).toMatchObject({
      code: 'invalid',
      faults: [{ field: 'q', code: 'invalid_query', position: { start: 4, end: 5 } }],
    });
  });
});

interface GraphAnswer {
  // oxlint-disable-next-line typescript/no-explicit-any -- what was asked for is compared as a whole
  readonly data?: any;
  readonly errors?: readonly { readonly message: string; readonly extensions: object }[];
}

async function graph(query: string): Promise<GraphAnswer> {
  const response = await fetch(`${graphAddress}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return (await response.json()) as GraphAnswer;
}

describe('hostile queries', () => {
  test.each([
    '(a+)+$',
    "' or 1=1 --",
    "sea'; drop table content.articles; --",
    "sea* & !tide | <-> 'x':*A",
    String.raw`\'sea\' "\\"`,
    '<script>alert(1)</script>',
    '\u202Esea\u2066 مرحبا שלום',
    '👍🏽 sea',
    'ｓｅａ',
    `title:"${'sea '.repeat(450)}"`,
    `"${'人'.repeat(1_500)}"`,
    Array.from({ length: 64 }, (_, at) => `-"w${at} x${at} y"`).join(' '),
    Array.from({ length: 19 }, () => 'NOT ').join('') + 'sea',
    'tag:__proto__ author:constructor site:toString',
    'near:"a"@0.999 near:"b"@0.999 near:"c"@0.999',
  ])('are answered: %s', async (q) => {
    for (const mode of ['fulltext', 'semantic', 'hybrid']) {
      const { status } = await ask('search', q, `&mode=${mode}`);
      expect([200, mode === 'semantic' ? 400 : 200]).toContain(status);
    }
    expect((await ask('articles', q)).status).toBe(200);
    expect((await ask('search/explain', q)).status).toBe(200);
  });

  test.each([
    '"',
    '(',
    "sea'); drop table",
    'sea:*',
    'AND',
    'OR OR',
    '-',
    '\\',
    '!!!',
    ':*',
    '&|',
    '%',
    '\uFFFD',
    'a\u0007',
    ')('.repeat(900),
  ])('are refused: %j', async (q) => {
    expect((await ask('search', q)).status).toBe(400);
    expect((await ask('articles', q)).status).toBe(400);
  });
});

describe('an explanation', () => {
  const q = 'the Häuser "sea level" source:"coast watch" -published:>-7d 👍';

  test('says how the query is read, over REST', async () => {
    const { body } = await ask('search/explain', q);
    const canonical = `the Häuser "sea level" source:${sourceId} -published:>-1w 👍`;
    expect(body.data).toMatchObject({ type: 'query-explanations', id: canonical });
    const { tree, words, left_out: leftOut, names } = body.data.attributes;
    expect(tree.map(({ depth, says }: { depth: number; says: string }) => `${depth} ${says}`)).toEqual([
      '0 all of these',
      '1 has, in title, summary or text, the word the, in any of its forms',
      '1 has, in title, summary or text, the word Häuser, in any of its forms',
      '1 has, in title, summary or text, the words "sea level" one after the other, in any of their forms',
      '1 is listed by the source Coast Watch',
      '1 not',
      '2 was published after -1w from now',
      '1 has, in title, summary or text, the word 👍, in any of its forms',
    ]);
    expect(words.map(({ text }: { text: string }) => text)).toEqual(['Häuser', 'sea level']);
    expect(words[0].lexemes[0]).toEqual(expect.arrayContaining(['hauser', 'de:haus']));
    expect(leftOut).toEqual([
      { text: 'the', reason: 'stop-word', span: { start: 0, end: 3 } },
      { text: '👍', reason: 'no-words', span: { start: q.length - 2, end: q.length } },
    ]);
    expect(names).toEqual([{ field: 'source', written: 'coast watch', id: sourceId, name: 'Coast Watch' }]);
  });

  test('is the same over GraphQL', async () => {
    const { body } = await ask('search/explain', q);
    const { data } = await graph(
      `{ explainQuery(q: ${JSON.stringify(q)}) { canonical tree { depth kind says span { start end } }
         words { text where lexemes span { start end } } leftOut { text reason span { start end } }
         names { field written id name } } }`,
    );
    const { left_out: leftOut, ...same } = body.data.attributes;
    expect(data.explainQuery).toEqual({ ...same, leftOut });
  });
});
