import { describe, expect, test } from 'vitest';
import type { Query } from '../../../../domain/query/ast.ts';
import type { QueryDocument } from '../../../../domain/query/document.ts';
import { matches } from '../../../../domain/query/matcher/matches.ts';
import { QueryIndex } from '../../../../domain/query/matcher/query-index.ts';
import { parseQuery } from '../../../../domain/query/parse.ts';
import { QuerySyntaxError } from '../../../../domain/query/syntax-error.ts';
import { generator } from '../../../eval/frame/bootstrap.ts';
import { documentOf, makeArticle, model, now, organizationIds, pick, unit } from '../made/articles.ts';
import { makeQuery, nearTexts } from '../made/queries.ts';

const random = generator(7);
const made = Array.from({ length: 60 }, (_, number) => makeArticle(number, random));
const documents = made.map(documentOf);
const nearVectors = new Map(nearTexts.map((text) => [text, { model, values: unit(random) }]));
const questionOf = (organizationId = organizationIds[0] ?? '') => ({ organizationId, nearVectors });

/** Queries in which something is to be looked for. */
const queries: readonly Query[] = Array.from({ length: 2_000 }, () => makeQuery(made, random)).filter((query) => {
  try {
    return matches(query, documents[0] as QueryDocument, now, questionOf()) || true;
  } catch (error) {
    if (error instanceof QuerySyntaxError) return false;
    throw error;
  }
});

const found = (index: QueryIndex, document: QueryDocument): readonly string[] =>
  index
    .match(document, now)
    .map(({ id }) => id)
    .toSorted();

const expected = (asked: ReadonlyMap<string, readonly [Query, string]>, document: QueryDocument): readonly string[] =>
  [...asked]
    .filter(([, [query, organization]]) => matches(query, document, now, questionOf(organization)))
    .map(([id]) => id)
    .toSorted();

function indexOf(...texts: readonly string[]): QueryIndex {
  const index = new QueryIndex();
  for (const text of texts) index.set(text, parseQuery(text), questionOf());
  return index;
}

const articleOf = (title: string, fields: Partial<QueryDocument> = {}): QueryDocument => ({
  ...documentOf({ ...makeArticle(1, () => 0.99), title, summary: null, text: '', language: 'en' }),
  ...fields,
});

describe('an index of queries', () => {
  test('finds what each query selects by itself, while queries come, change and go', () => {
    const index = new QueryIndex();
    const asked = new Map<string, readonly [Query, string]>();
    const set = (at: number): void => {
      const [id, query, organization] = [String(at % 900), queries[at] as Query, pick(organizationIds, random)];
      asked.set(id, [query, organization]);
      index.set(id, query, questionOf(organization));
    };
    for (let at = 0; at < 900; at += 1) set(at);
    for (const [place, document] of documents.entries()) {
      expect(found(index, document), `article ${place}`).toEqual(expected(asked, document));
      for (let change = 0; change < 10; change += 1) set(Math.floor(random() * queries.length));
      const gone = String(Math.floor(random() * 900));
      expect(index.delete(gone)).toBe(asked.delete(gone));
      expect(index.size).toBe(asked.size);
    }
  });

  test('finds the same after queries were filed anew', () => {
    const index = new QueryIndex();
    const asked = new Map(
      queries.slice(0, 300).map((query, at) => [String(at), [query, organizationIds[0] ?? '']] as const),
    );
    for (const [id, [query]] of asked) index.set(id, query, questionOf());
    for (let round = 0; round < 20; round += 1) for (const document of documents) index.match(document, now);
    for (const document of documents) expect(found(index, document)).toEqual(expected(asked, document));
  });

  test('is empty again when every query has gone', () => {
    const index = new QueryIndex();
    for (const [at, query] of queries.entries()) index.set(String(at), query, questionOf());
    for (const at of queries.keys()) index.delete(String(at));
    expect(documents.flatMap((document) => index.match(document, now))).toEqual([]);
    expect(index.candidates).toBe(0);
  });

  test('holds an article against queries only whose rarest word it has', () => {
    const index = indexOf('zebra the', 'giraffe news OR lion', '-okapi zebra', '"the zebra"', 'title:zebra');
    index.match(articleOf('The news of the day'), now);
    expect(index.candidates).toBe(0);
    index.match(articleOf('The lion'), now);
    expect(index.candidates).toBe(1);
    index.match(articleOf('', { content: 'A zebra' }), now);
    expect(index.candidates).toBe(4);
  });

  test('files a query under another word when its word turns out to be frequent', () => {
    const index = indexOf('covid okapi');
    const article = articleOf('Covid news');
    for (let count = 0; count < 200; count += 1) index.match(article, now);
    const before = index.candidates;
    index.match(article, now);
    expect(before).toBeLessThan(150);
    expect(index.candidates).toBe(before);
    expect(found(index, articleOf('Covid and an okapi'))).toEqual(['covid okapi']);
  });

  test('does not judge a query before the parts are there that it asks for', () => {
    const index = indexOf(
      '-category:sport',
      'near:"the sea"@0.1 OR lion',
      'lion',
      '-relevance:>0.5',
      '-story:00000000-0000-5000-8005-000000000001',
    );
    const none = articleOf('A lion', { parts: new Set() });
    expect(found(index, none)).toEqual(['lion']);
    expect(found(index, { ...none, parts: new Set(['vector'] as const) })).toEqual([
      'lion',
      'near:"the sea"@0.1 OR lion',
    ]);
    expect(found(index, { ...none, categories: [], parts: new Set(['categories'] as const) })).toContain(
      '-category:sport',
    );
  });

  test('asks for the time anew with each article', () => {
    const index = indexOf('published:>-1d');
    const article = articleOf('News', { publishedAt: now });
    expect(index.match(article, now)).toHaveLength(1);
    expect(index.match(article, now + 86_400_000)).toHaveLength(0);
  });

  test('keeps the query that was there where the new one cannot be set', () => {
    const index = indexOf('lion');
    expect(() => index.set('lion', parseQuery('near:unknown'), questionOf())).toThrow(RangeError);
    expect(() => index.set('lion', parseQuery('"--"'), questionOf())).toThrow(QuerySyntaxError);
    expect(found(index, articleOf('A lion'))).toEqual(['lion']);
  });

  test.each<readonly [query: string, clauses: readonly string[]]>([
    ['lion zebra', ['lion', 'zebra']],
    ['lion OR okapi', ['lion']],
    ['(okapi OR "the lion") -sport language:en', ['"the lion"', '-sport', 'language:en']],
    ['-(sport OR okapi)', ['-(sport OR okapi)']],
    ['the lion', ['lion']],
    ['words:>=0 near:"the sea"@0.5', ['words:>=0', 'near:"the sea"@0.5']],
  ])('says of %s which clauses matched, and where they stand', (query, clauses) => {
    const near = nearVectors.get('the sea')?.values ?? [];
    const [match] = indexOf(query).match(articleOf('The lion and the zebra', { vector: { model, values: near } }), now);
    expect(match?.clauses.map(({ words }) => words)).toEqual(clauses);
    expect(match?.clauses.map(({ span }) => query.slice(span.start, span.end))).toEqual(clauses);
  });

  test('bears texts that are long, and words that come a million times', () => {
    const index = indexOf('"word word word"', `"${'word '.repeat(390).trim()}"`, 'text:lion', '"word lion"', '"aa aa"');
    const article = articleOf('', { content: `${'word '.repeat(1_000_000)}lion` });
    expect(found(index, article)).toEqual(['"word word word"']);
    expect(found(index, articleOf('', { content: 'a'.repeat(100_000) }))).toEqual([]);
    expect(found(index, articleOf('', { content: '中'.repeat(100_000) }))).toEqual([]);
  });
});
