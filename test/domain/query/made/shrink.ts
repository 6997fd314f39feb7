import type { Query } from '../../../../domain/query/ast.ts';
import type { MadeArticle } from './articles.ts';

/** A query and an article on which two sides differ. */
export interface Case {
  readonly query: Query;
  readonly article: MadeArticle;
}

/**
 * The smallest case that still fails, as far as leaving out one thing after the other gets.
 *
 * @param fails must be sure of itself: a case for which it cannot tell does not fail
 */
export async function shrink(found: Case, fails: (smaller: Case) => Promise<boolean>): Promise<Case> {
  for (const smaller of smallerCases(found)) if (await fails(smaller)) return shrink(smaller, fails);
  return found;
}

function* smallerCases({ query, article }: Case): Generator<Case> {
  for (const smaller of smallerQueries(query)) yield { query: smaller, article };
  for (const smaller of smallerArticles(article)) yield { query, article: smaller };
}

function* smallerQueries(query: Query): Generator<Query> {
  switch (query.kind) {
    case 'and':
    case 'or':
      yield* query.clauses;
      for (const at of query.clauses.keys()) {
        if (query.clauses.length > 2) yield { ...query, clauses: query.clauses.toSpliced(at, 1) };
      }
      for (const [at, clause] of query.clauses.entries()) {
        for (const smaller of smallerQueries(clause)) {
          if (smaller.kind !== query.kind) yield { ...query, clauses: query.clauses.with(at, smaller) };
        }
      }
      return;
    case 'not':
      yield query.clause;
      for (const clause of smallerQueries(query.clause)) yield { ...query, clause };
      return;
    case 'phrase':
      for (const phrase of shorter(query.phrase)) if (phrase !== '') yield { ...query, phrase };
      if (query.where !== 'anywhere') yield { ...query, where: 'anywhere' };
      return;
    case 'word':
      if (query.where !== 'anywhere') yield { ...query, where: 'anywhere' };
      return;
    case 'range':
      if (query.from !== null && query.to !== null) {
        yield { ...query, from: null };
        yield { ...query, to: null };
      }
      return;
    default:
  }
}

/** Half of it, or one word less. */
function* shorter(text: string): Generator<string> {
  const parts = text.split(/(\s+)/u);
  if (parts.length === 1) return;
  yield parts.slice(0, parts.length >> 1).join('');
  yield parts.slice(parts.length >> 1).join('');
  for (let at = 0; at < parts.length; at += 2) yield parts.toSpliced(at, 2).join('').trim();
}

function* smallerArticles(article: MadeArticle): Generator<MadeArticle> {
  for (const part of ['title', 'summary', 'text'] as const) {
    const text = article[part];
    if (text === null || text === '') continue;
    yield { ...article, [part]: '' };
    for (const less of shorter(text)) yield { ...article, [part]: less };
  }
  for (const list of ['authors', 'tags', 'keywords', 'entities', 'quality', 'feeds'] as const) {
    const least = list === 'feeds' ? 1 : 0;
    if (article[list].length > least) yield { ...article, [list]: article[list].slice(0, least) };
  }
  for (const field of ['summary', 'language', 'sentiment', 'categories', 'storyId', 'vector', 'siteName'] as const) {
    if (article[field] !== null) yield { ...article, [field]: null };
  }
  if (article.isCopy) yield { ...article, isCopy: false };
  for (const [at, own] of article.organizations.entries()) {
    const none = { topicIds: [], relevance: null, marks: null };
    if (own.topicIds.length > 0 || own.relevance !== null || own.marks !== null) {
      yield { ...article, organizations: article.organizations.with(at, none) };
    }
  }
}
