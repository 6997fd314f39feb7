import type { Query, Range, Where } from '../../../domain/query/ast.ts';
import { type BenchArticle, benchNow } from './articles.ts';

/**
 * The search as SearchReader.java reads it: tokens of a prefix notation, a tab between them.
 *
 * @returns null where Lucene Monitor has no such clause: nearness of meaning
 */
export function luceneSearch(query: Query): string | null {
  const tokens = tokensOf(query);
  return tokens.includes(null) ? null : tokens.join('\t');
}

/** The article as ArticleFields.java reads it: one line. */
export function luceneArticle(article: BenchArticle): string {
  const { title, summary, text, words, published, language, feed, category, site, sentiment, entities } = article;
  return [
    ...[title, summary, text].map((field) => field.replaceAll(/\s+/gu, ' ')),
    ...[words, published, language, feed, category, site, sentiment, entities.join(' ')].map(String),
  ].join('\t');
}

type Token = string | null;

function tokensOf(query: Query): readonly Token[] {
  switch (query.kind) {
    case 'and':
    case 'or':
      return [query.kind, String(query.clauses.length), ...query.clauses.flatMap(tokensOf)];
    case 'not':
      return ['not', ...tokensOf(query.clause)];
    case 'word':
      return ['text', fieldOf(query.where), query.word];
    case 'phrase':
      return ['text', fieldOf(query.where), query.phrase];
    case 'value':
      return ['value', query.field, query.value];
    case 'range':
      return ['range', query.field, boundOf(query, 'from'), boundOf(query, 'to')];
    default:
      return [null];
  }
}

function fieldOf(where: Where): string {
  if (where === 'anywhere' || where === 'title') return where;
  throw new Error(`the benchmark's articles have no field for ${where} in Lucene`);
}

/** All numbers are whole ones, so that a bound that is left out is the next one. */
function boundOf(range: Range, side: 'from' | 'to'): string {
  const bound = range[side];
  if (bound === null) return '*';
  const value = bound.relative ? benchNow + bound.value : bound.value;
  if (bound.inclusive) return String(value);
  return String(side === 'from' ? value + 1 : value - 1);
}
