import type { Range } from '../ast.ts';
import type { Pattern, Plan } from '../plan.ts';
import type { NearRow, NearVectors } from './near-vectors.ts';
import type { NearVectors as GivenVectors, Question } from './question.ts';
import type { DocumentVector } from '../document.ts';
import { partBits, type Terms, valueBit } from './terms.ts';
import { wantedTokens } from './value-tokens.ts';

/** A plan over numbers of terms and rows of vectors. */
export type Compiled =
  | { readonly op: 'and' | 'or'; readonly clauses: readonly Compiled[] }
  | { readonly op: 'not'; readonly clause: Compiled }
  | { readonly op: 'term'; readonly term: number }
  | { readonly op: 'phrase'; readonly terms: readonly number[] }
  | { readonly op: 'range'; readonly range: Range; readonly organizationId: string }
  | { readonly op: 'near'; readonly row: NearRow };

export interface CompilePorts {
  readonly terms: Terms;
  readonly vectors: NearVectors;
}

/** @throws RangeError where the vector of a near is not given */
export function requireVectors(plan: Plan, nearVectors: GivenVectors): void {
  if (plan.kind === 'not') requireVectors(plan.clause, nearVectors);
  if (plan.kind === 'and' || plan.kind === 'or') for (const clause of plan.clauses) requireVectors(clause, nearVectors);
  if (plan.kind === 'near') vectorOf(plan.text, nearVectors);
}

function vectorOf(text: string, nearVectors: GivenVectors): DocumentVector {
  const vector = nearVectors.get(text);
  if (vector === undefined) throw new RangeError(`the vector of "${text}" is not given`);
  return vector;
}

/** Asks for the terms and vectors of a plan; `release` gives them back. */
export function compile(plan: Plan, ports: CompilePorts, question: Question): Compiled {
  switch (plan.kind) {
    case 'and':
    case 'or':
      return { op: plan.kind, clauses: plan.clauses.map((clause) => compile(clause, ports, question)) };
    case 'not':
      return { op: 'not', clause: compile(plan.clause, ports, question) };
    case 'pattern':
      return compilePattern(plan, ports.terms);
    case 'value': {
      const { tokens, isNone } = wantedTokens(plan, question.organizationId);
      const term = ports.terms.acquire(tokens, valueBit, assumedShares[plan.field] ?? 0.01);
      return isNone ? { op: 'not', clause: { op: 'term', term } } : { op: 'term', term };
    }
    case 'range':
      return { op: 'range', range: plan, organizationId: question.organizationId };
    default:
      return { op: 'near', row: ports.vectors.add(vectorOf(plan.text, question.nearVectors), plan.minScore) };
  }
}

function compilePattern({ positions, where }: Pattern, terms: Terms): Compiled {
  const found = positions.map((lexemes) =>
    terms.acquire(lexemes, partBits[where], assumedShareOfWord(lexemes[0] ?? '')),
  );
  const [only] = found;
  return found.length === 1 && only !== undefined ? { op: 'term', term: only } : { op: 'phrase', terms: found };
}

export function release(node: Compiled, ports: CompilePorts): void {
  switch (node.op) {
    case 'and':
    case 'or':
      for (const clause of node.clauses) release(clause, ports);
      return;
    case 'not':
      return release(node.clause, ports);
    case 'term':
      return ports.terms.release(node.term);
    case 'phrase':
      for (const term of node.terms) ports.terms.release(term);
      return;
    case 'near':
      return ports.vectors.remove(node.row);
    case 'range':
  }
}

/** Of articles, before any were seen. */
const assumedShares: Partial<Record<string, number>> = {
  language: 0.5,
  sentiment: 0.4,
  is: 0.5,
  priority: 0.3,
  category: 0.1,
  quality: 0.1,
};

/** Short words are frequent ones. */
const assumedShareOfWord = (lexeme: string): number => (lexeme.length <= 3 ? 0.2 : 0.02);
