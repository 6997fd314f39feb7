import type { Query } from '../../../domain/query/ast.ts';
import type { LeftOut, Plan } from '../../../domain/query/plan.ts';
import type { ResolvedName } from './names.ts';

/** A query that can be run: its names are known and something is left to look for. */
export interface ReadQuery {
  /** As it was written. */
  readonly text: string;
  /** The argument that held it, for faults that are found while it runs. */
  readonly field: string;
  /** With ids in place of names. */
  readonly query: Query;
  readonly names: readonly ResolvedName[];
  /** Without what rules have dropped, unless the query asks for that. */
  readonly plan: Plan;
  readonly leftOut: readonly LeftOut[];
}
