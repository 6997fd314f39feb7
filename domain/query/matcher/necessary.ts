import type { Compiled } from './compiled.ts';
import type { NearRow } from './near-vectors.ts';
import type { Terms } from './terms.ts';

/** An article that has none of these is not selected. */
export interface Necessary {
  readonly terms: readonly number[];
  readonly rows: readonly NearRow[];
  /** Share of the articles that are expected to have any. */
  readonly cost: number;
}

/** To compare two vectors takes as long as to look at half a query. */
const costOfNear = 0.5;

/**
 * The clauses that a query can be filed under: of those that must all hold the rarest, of those of which any may hold one
 * of each.
 *
 * @param isWanted false within a NOT
 * @returns null where an article may be selected that has nothing of what the query names
 */
export function necessaryFor(node: Compiled, terms: Terms, isWanted = true): Necessary | null {
  switch (node.op) {
    case 'not':
      return necessaryFor(node.clause, terms, !isWanted);
    case 'and':
    case 'or': {
      const each = node.clauses.map((clause) => necessaryFor(clause, terms, isWanted));
      return (node.op === 'and') === isWanted ? cheapestOf(each) : allOf(each);
    }
    case 'term':
      return isWanted ? ofTerm(node.term, terms) : null;
    case 'phrase':
      return isWanted ? cheapestOf(node.terms.map((term) => ofTerm(term, terms))) : null;
    case 'near':
      return isWanted ? { terms: [], rows: [node.row], cost: costOfNear } : null;
    default:
      return null;
  }
}

const ofTerm = (term: number, terms: Terms): Necessary => ({ terms: [term], rows: [], cost: terms.shareOf(term) });

function cheapestOf(each: readonly (Necessary | null)[]): Necessary | null {
  let cheapest: Necessary | null = null;
  for (const one of each) if (one !== null && (cheapest === null || one.cost < cheapest.cost)) cheapest = one;
  return cheapest;
}

function allOf(each: readonly (Necessary | null)[]): Necessary | null {
  const all = each.filter((one) => one !== null);
  if (all.length < each.length) return null;
  return {
    terms: [...new Set(all.flatMap(({ terms }) => terms))],
    rows: all.flatMap(({ rows }) => rows),
    cost: all.reduce((sum, { cost }) => sum + cost, 0),
  };
}
