import { describe, expect, test } from 'vitest';
import { parseQuery } from '../../domain/query/parse.ts';
import { benchNow, makeArticles } from './watch/articles.ts';
import { luceneArticle, luceneSearch } from './watch/lucene-form.ts';
import { makeSearches, vectorOf } from './watch/searches.ts';

const searchesOf = (seed: number) => makeSearches(400, seed, makeArticles(20, 2));

const cosine = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);

describe('the input of the benchmark of watching', () => {
  test('is the same for the same seed, and another for another', () => {
    expect(makeArticles(3, 1)).toEqual(makeArticles(3, 1));
    expect(makeArticles(3, 1)[0]?.text).not.toBe(makeArticles(3, 2)[0]?.text);
    expect(searchesOf(3)).toEqual(searchesOf(3));
    expect(searchesOf(3)[0]?.text).not.toBe(searchesOf(4)[0]?.text);
  });

  test('is half plain words, and a tenth meaning', () => {
    const searches = searchesOf(3);
    const share = (kind: string): number => searches.filter((search) => search.kind === kind).length / searches.length;
    expect([share('words'), share('meaning')]).toEqual([0.5, 0.1]);
    expect(searches.filter(({ text }) => /^\p{L}+(?: \p{L}+)*$/u.test(text)).length).toBe(200);
    expect(searches.filter(({ query }) => luceneSearch(query) === null).length).toBe(40);
  });

  test('has vectors of unit length that tell subjects apart', () => {
    const [one, same, other] = [vectorOf('subject 1'), vectorOf('subject 1'), vectorOf('subject 2')];
    expect(cosine(one, same)).toBeCloseTo(1, 5);
    expect(Math.abs(cosine(one, other))).toBeLessThan(0.3);
  });

  test.each<readonly [query: string, tokens: readonly string[] | null]>([
    ['lion', ['text', 'anywhere', 'lion']],
    ['"a lion" -title:zebra', ['and', '2', 'text', 'anywhere', 'a lion', 'not', 'text', 'title', 'zebra']],
    ['language:en OR words:>400', ['or', '2', 'value', 'language', 'en', 'range', 'words', '401', '*']],
    ['published:>=-1d', ['range', 'published', String(benchNow - 86_400_000), '*']],
    ['lion OR near:sea', null],
  ])('%s is told to Lucene Monitor as %j', (query, tokens) => {
    expect(luceneSearch(parseQuery(query))).toBe(tokens?.join('\t') ?? null);
  });

  test('an article is one line of eleven fields', () => {
    for (const article of makeArticles(5, 1)) {
      const line = luceneArticle(article);
      expect(line).not.toContain('\n');
      expect(line.split('\t')).toHaveLength(11);
    }
  });
});
