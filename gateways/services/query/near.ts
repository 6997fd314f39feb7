import type { Near, Query, Range } from '../../../domain/query/ast.ts';
import type { Plan } from '../../../domain/query/plan.ts';
import { QuerySyntaxError } from '../../../domain/query/syntax-error.ts';
import { visibilitiesOf } from '../../../domain/visibility.ts';
import type { VectorFilter, VectorIndex } from '../../vector-index/port.ts';
import type { QueryEmbedder } from '../search/query-embedder.ts';
import { askVectors } from '../vector-faults.ts';

export interface NearPorts {
  readonly vectors: Pick<VectorIndex, 'query'>;
  readonly embedder: Pick<QueryEmbedder, 'embed'>;
  readonly organizationId: string;
}

/** More ids would make a statement of megabytes. */
const mostNear = 10_000;

/**
 * For every near of the plan the ids of all articles over its threshold, among those of the time that the plan as a
 * whole asks for.
 *
 * @throws TooManyNear, Unavailable while the model or the vector store is away
 */
export async function nearArticles(
  { vectors, embedder, organizationId }: NearPorts,
  plan: Plan,
  nowMs: number,
): Promise<ReadonlyMap<Near, readonly string[]>> {
  const found = new Map<Near, readonly string[]>();
  for (const near of nearsIn(plan)) {
    const { model, vector } = await embedder.embed(near.text);
    const filter = { ...publishedIn(plan, nowMs), visibilities: visibilitiesOf(organizationId), model };
    // Exact, as saved searches and rules are when an article comes: what an alert matches is what the same search finds.
    const hits = await askVectors(() =>
      vectors.query({ vector, limit: mostNear + 1, minScore: near.minScore, exact: true, filter }),
    );
    if (hits.length > mostNear) throw new TooManyNear(near);
    found.set(
      near,
      hits.map(({ articleId }) => articleId),
    );
  }
  return found;
}

/** More articles are near than can be asked for at once. */
export class TooManyNear extends QuerySyntaxError {
  constructor({ span, minScore }: Near) {
    const hint = `ask for more than @${minScore}, or narrow the time, as in published:>-30d`;
    super(`more than ${mostNear} articles are this near`, span, hint);
  }
}

export function nearsIn(plan: Plan | Query): readonly Near[] {
  if (plan.kind === 'and' || plan.kind === 'or') return plan.clauses.flatMap((clause) => nearsIn(clause));
  if (plan.kind === 'not') return nearsIn(plan.clause);
  return plan.kind === 'near' ? [plan] : [];
}

/** Wider by a millisecond than what is asked for: the condition on the articles is exact. */
export function publishedIn(plan: Plan, nowMs: number): VectorFilter {
  const clauses = plan.kind === 'and' ? plan.clauses : [plan];
  const ranges = clauses.filter((clause): clause is Range => clause.kind === 'range' && clause.field === 'published');
  const at = (bound: Range['from']) => (bound === null ? [] : [bound.relative ? nowMs + bound.value : bound.value]);
  const from = ranges.flatMap((range) => at(range.from));
  const to = ranges.flatMap((range) => at(range.to));
  return {
    ...(from.length === 0 ? {} : { publishedFrom: Math.max(...from) }),
    ...(to.length === 0 ? {} : { publishedTo: Math.min(...to) + 1 }),
  };
}
