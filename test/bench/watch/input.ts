import { articlesOf, type BenchArticle, makeArticles, textsIn } from './articles.ts';
import { type BenchSearch, makeSearches } from './searches.ts';

export interface InputOptions {
  readonly articles: number;
  readonly searches: number;
  /** Real texts in place of made-up ones: see `textsIn`. */
  readonly texts?: string | undefined;
}

export interface BenchInput {
  readonly articles: readonly BenchArticle[];
  readonly searches: readonly BenchSearch[];
}

/** Of so many texts searches take their words. */
const sourceTexts = 2_000;

/** The same for the same options, in whatever process. */
export function benchInput({ articles, searches, texts }: InputOptions): BenchInput {
  if (texts === undefined) {
    return {
      articles: makeArticles(articles, 1),
      searches: makeSearches(searches, 3, makeArticles(sourceTexts, 2)),
    };
  }
  // A saved search was there before the articles that it is matched against.
  const given = textsIn(texts);
  const half = Math.floor(given.length / 2);
  return {
    articles: articlesOf(given.slice(half, half + articles), 1),
    searches: makeSearches(searches, 3, articlesOf(given.slice(0, half), 2)),
  };
}
