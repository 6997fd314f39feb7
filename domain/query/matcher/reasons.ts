import type { Query, Span } from '../ast.ts';
import type { Plan } from '../plan.ts';
import { printQuery } from '../print.ts';
import type { Compiled } from './compiled.ts';

/** A clause that an article was selected for. */
export interface MatchedClause {
  /** In the text that was parsed. */
  readonly span: Span;
  /** The clause as it would be written: `"climate change"`, `language:en`, `-sport`. */
  readonly words: string;
}

/**
 * Why an article is selected: the words, values and so on that hold, without those of alternatives that do not. Of a NOT,
 * the NOT itself. What was added to a query without standing in its text is no reason.
 *
 * @param node compiled of the plan
 */
export function reasonsFor(plan: Plan, node: Compiled, holds: (node: Compiled) => boolean): readonly MatchedClause[] {
  const reasons: MatchedClause[] = [];
  collect(plan, node, holds, reasons);
  return reasons;
}

function collect(plan: Plan, node: Compiled, holds: (node: Compiled) => boolean, reasons: MatchedClause[]): void {
  if (plan.kind === 'and' || plan.kind === 'or') {
    const nodes = 'clauses' in node ? node.clauses : [];
    for (const [at, clause] of plan.clauses.entries()) {
      const compiled = nodes[at];
      if (compiled !== undefined && (plan.kind === 'and' || holds(compiled))) collect(clause, compiled, holds, reasons);
    }
    return;
  }
  if (plan.span.end > plan.span.start) reasons.push({ span: plan.span, words: printQuery(queryOf(plan)) });
}

/** What was left out of the plan is left out of the words too. */
function queryOf(plan: Plan): Query {
  switch (plan.kind) {
    case 'and':
    case 'or':
      return { ...plan, clauses: plan.clauses.map(queryOf) };
    case 'not':
      return { ...plan, clause: queryOf(plan.clause) };
    case 'pattern':
      return plan.clause;
    default:
      return plan;
  }
}
