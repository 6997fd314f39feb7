import { partOf, positionOf } from '../../analysis/article-lexemes.ts';
import type { Near, Query } from '../ast.ts';
import type { QueryDocument } from '../document.ts';
import { type Pattern, type Plan, planQuery } from '../plan.ts';
import { cosine } from './cosine.ts';
import { lexemesOf } from './document-lexemes.ts';
import { hasValue } from './has-value.ts';
import { isInRange } from './in-range.ts';
import type { Question } from './question.ts';

/**
 * Whether a query selects an article: the plain reading of ast.ts, clause by clause. What search selects in Postgres and
 * what QueryIndex finds among thousands of queries is held against this.
 *
 * @param now milliseconds since 1970, for relative times
 * @throws QuerySyntaxError where there is nothing to look for
 */
export function matches(query: Query, document: QueryDocument, now: number, question: Question): boolean {
  return holds(planQuery(query).plan, document, now, question);
}

function holds(plan: Plan, document: QueryDocument, now: number, question: Question): boolean {
  switch (plan.kind) {
    case 'and':
      return plan.clauses.every((clause) => holds(clause, document, now, question));
    case 'or':
      return plan.clauses.some((clause) => holds(clause, document, now, question));
    case 'not':
      return !holds(plan.clause, document, now, question);
    case 'pattern':
      return hasPattern(plan, document);
    case 'value':
      return hasValue(plan, document, question.organizationId);
    case 'range':
      return isInRange(plan, document, now, question.organizationId);
    default:
      return isNear(plan, document, question);
  }
}

function hasPattern({ positions, where }: Pattern, document: QueryDocument): boolean {
  const lexemes = lexemesOf(document);
  /** Where one of the lexemes stands. */
  const positionsOf = (forms: readonly string[]): ReadonlySet<number> =>
    new Set(
      forms
        .flatMap((form) => lexemes.get(form) ?? [])
        .filter((place) => where === 'anywhere' || partOf(place) === where)
        .map(positionOf),
    );
  const [first, ...others] = positions.map(positionsOf);
  if (first === undefined) return false;
  return [...first].some((position) => others.every((found, at) => found.has(position + at + 1)));
}

function isNear({ text, minScore }: Near, { vector }: QueryDocument, { nearVectors }: Question): boolean {
  const wanted = nearVectors.get(text);
  if (vector === null || wanted?.model !== vector.model) return false;
  return wanted.values.length === vector.values.length && cosine(wanted.values, vector.values) >= minScore;
}
