import { patternOf } from '../analysis/analyse.ts';
import { isStopWord } from '../analysis/stop-words.ts';
import type { Near, Phrase, Query, Range, Span, Value, Where, Word } from './ast.ts';
import { QuerySyntaxError } from './syntax-error.ts';

/**
 * A query as both sides run it: words and phrases have become patterns of lexemes, and what selects nothing by itself is
 * left out. Spans are those of the query.
 */
export type Plan = PlannedGroup | PlannedNot | Pattern | Value | Range | Near;

export interface PlannedGroup {
  readonly kind: 'and' | 'or';
  readonly clauses: readonly Plan[];
  readonly span: Span;
}

export interface PlannedNot {
  readonly kind: 'not';
  readonly clause: Plan;
  readonly span: Span;
}

/** Positions that follow each other within one part of the article. */
export interface Pattern {
  readonly kind: 'pattern';
  readonly where: Where;
  /** At each position any of the lexemes. One position at least, and one lexeme at each. */
  readonly positions: readonly (readonly string[])[];
  readonly clause: Word | Phrase;
  readonly span: Span;
}

export interface LeftOut {
  readonly clause: Word | Phrase;
  readonly reason: 'stop-word' | 'no-words';
}

export interface PlannedQuery {
  readonly plan: Plan;
  readonly leftOut: readonly LeftOut[];
}

/**
 * Words and phrases without letters or digits are left out wherever they stand. An English stop word, unquoted and without
 * a field, is left out where another word, phrase or group has to hold beside it.
 *
 * @throws QuerySyntaxError where nothing is left
 */
export function planQuery(query: Query): PlannedQuery {
  const leftOut: LeftOut[] = [];
  const plan = planned(query, leftOut);
  if (plan !== null) return { plan, leftOut };
  throw new QuerySyntaxError('there is nothing to look for', query.span, 'write a word with letters or digits');
}

function planned(query: Query, leftOut: LeftOut[]): Plan | null {
  switch (query.kind) {
    case 'and':
    case 'or': {
      const given = query.kind === 'and' ? withoutStopWords(query.clauses, leftOut) : query.clauses;
      const clauses = given.flatMap((clause) => planned(clause, leftOut) ?? []);
      const [only] = clauses;
      if (only === undefined) return null;
      return clauses.length === 1 ? only : { kind: query.kind, clauses, span: query.span };
    }
    case 'not': {
      const clause = planned(query.clause, leftOut);
      return clause === null ? null : { kind: 'not', clause, span: query.span };
    }
    case 'word':
    case 'phrase': {
      const positions = patternOf(query.kind === 'word' ? query.word : query.phrase);
      if (positions.length > 0) {
        return { kind: 'pattern', where: query.where, positions, clause: query, span: query.span };
      }
      leftOut.push({ clause: query, reason: 'no-words' });
      return null;
    }
    default:
      return query;
  }
}

function withoutStopWords(clauses: readonly Query[], leftOut: LeftOut[]): readonly Query[] {
  const kept = clauses.filter((clause) => !isPlainStopWord(clause));
  if (!kept.some(looksForWords)) return clauses;
  for (const clause of clauses) if (isPlainStopWord(clause)) leftOut.push({ clause, reason: 'stop-word' });
  return kept;
}

const isPlainStopWord = (query: Query): query is Word =>
  query.kind === 'word' && query.where === 'anywhere' && isStopWord(query.word);

function looksForWords(query: Query): boolean {
  if (query.kind === 'word') return patternOf(query.word).length > 0;
  if (query.kind === 'phrase') return patternOf(query.phrase).length > 0;
  return query.kind === 'or' || query.kind === 'and';
}
