/** Judged documents of a query: id → grade, greater is better; those without a grade are not relevant. */
export type Grades = ReadonlyMap<string, number>;

/**
 * Normalised discounted cumulative gain of the first `depth` hits, 0 to 1. The gain is the grade and the discount
 * log2(rank + 1), as trec_eval's ndcg_cut has them.
 *
 * @param hits document ids, best first, none twice
 */
export function ndcg(hits: readonly string[], grades: Grades, depth: number): number {
  const ideal = [...grades.values()].toSorted((a, b) => b - a);
  const best = gain(ideal.slice(0, depth));
  return best === 0 ? 0 : gain(hits.slice(0, depth).map((id) => grades.get(id) ?? 0)) / best;
}

/** The share of the relevant documents that is among the first `depth` hits. */
export function recall(hits: readonly string[], grades: Grades, depth: number): number {
  const relevant = [...grades].filter(([, grade]) => grade > 0).map(([id]) => id);
  const found = new Set(hits.slice(0, depth));
  return relevant.length === 0 ? 0 : relevant.filter((id) => found.has(id)).length / relevant.length;
}

function gain(grades: readonly number[]): number {
  return grades.reduce((sum, grade, index) => sum + grade / Math.log2(index + 2), 0);
}
