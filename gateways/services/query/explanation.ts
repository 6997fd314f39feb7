import type { Clause, Query, Span } from '../../../domain/query/ast.ts';
import { describeClause } from '../../../domain/query/describe.ts';
import { type LeftOut, type Plan } from '../../../domain/query/plan.ts';
import { printQuery } from '../../../domain/query/print.ts';
import type { ResolvedName } from './names.ts';
import type { ReadQuery } from './read-query.ts';

/** How a query was read. */
export interface QueryExplanation {
  /** What the query is kept as: names are ids. */
  readonly canonical: string;
  /** The tree, from the top, each node before its own. */
  readonly tree: readonly ExplainedNode[];
  /** What words are looked for as. */
  readonly words: readonly ExplainedWords[];
  readonly left_out: readonly ExplainedOmission[];
  readonly names: readonly ResolvedName[];
}

export interface ExplainedNode {
  /** 0 for the top. */
  readonly depth: number;
  readonly kind: Query['kind'];
  /** In words: "all of these", "the title has the word war". */
  readonly says: string;
  /** In the query as it was written. */
  readonly span: Span;
}

export interface ExplainedWords {
  /** As it was written. */
  readonly text: string;
  readonly where: string;
  /** Positions that follow each other; at each any of the lexemes, those of a language with its code in front. */
  readonly lexemes: readonly (readonly string[])[];
  readonly span: Span;
}

export interface ExplainedOmission {
  readonly text: string;
  readonly reason: LeftOut['reason'];
  readonly span: Span;
}

export function explained({ query, plan, leftOut, names }: ReadQuery): QueryExplanation {
  const nameOf = new Map(names.map(({ id, name }) => [id, name]));
  return {
    canonical: printQuery(query),
    tree: [...nodesOf(query, 0, nameOf)],
    words: [...wordsOf(plan)],
    left_out: leftOut.map(({ clause, reason }) => ({ text: writtenAs(clause), reason, span: clause.span })),
    names,
  };
}

function* nodesOf(query: Query, depth: number, names: ReadonlyMap<string, string>): Generator<ExplainedNode> {
  const { kind, span } = query;
  if (kind === 'and' || kind === 'or') {
    yield { depth, kind, says: kind === 'and' ? 'all of these' : 'any of these', span };
    for (const clause of query.clauses) yield* nodesOf(clause, depth + 1, names);
  } else if (kind === 'not') {
    yield { depth, kind, says: 'not', span };
    yield* nodesOf(query.clause, depth + 1, names);
  } else {
    yield { depth, kind, says: describeClause(query, names), span };
  }
}

function* wordsOf(plan: Plan): Generator<ExplainedWords> {
  if (plan.kind === 'and' || plan.kind === 'or') for (const clause of plan.clauses) yield* wordsOf(clause);
  if (plan.kind === 'not') yield* wordsOf(plan.clause);
  if (plan.kind !== 'pattern') return;
  yield { text: writtenAs(plan.clause), where: plan.where, lexemes: plan.positions, span: plan.span };
}

const writtenAs = (clause: Extract<Clause, { kind: 'word' | 'phrase' }>): string =>
  clause.kind === 'word' ? clause.word : clause.phrase;
