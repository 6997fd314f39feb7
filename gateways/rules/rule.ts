import type { Query } from '../../domain/query/ast.ts';
import type { RuleActions } from '../schema.ts';

/** A rule of an organisation, ready to be judged. */
export interface Rule {
  readonly id: string;
  readonly name: string;
  readonly revision: number;
  readonly query: Query;
  readonly actions: RuleActions;
  /** Of the tags that it adds, as queries compare them. */
  readonly tagKeys: readonly string[];
  /** Milliseconds since 1970: channels are told only of articles that were collected since. */
  readonly liveSince: number;
}

/** The enabled rules of an organisation, in the order in which they are judged. */
export interface RuleSet {
  readonly organizationId: string;
  /** Grows with every change. */
  readonly revision: number;
  /** When it was changed last, in milliseconds since 1970: a database that was set back may give a revision twice. */
  readonly updatedAt: number;
  readonly rules: readonly Rule[];
}

/** Whether what the query selects depends on what rules did before. */
export function asksForMarks(query: Query): boolean {
  switch (query.kind) {
    case 'and':
    case 'or':
      return query.clauses.some(asksForMarks);
    case 'not':
      return asksForMarks(query.clause);
    case 'value':
      return query.field === 'tag' || query.field === 'priority' || (query.field === 'is' && query.value === 'dropped');
    case 'range':
      return query.field === 'priority';
    default:
      return false;
  }
}
