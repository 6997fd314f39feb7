/** A hit of one ranking. */
export interface ScoredHit {
  readonly id: string;
  /** Greater than 0 for the best one; comparable within its ranking only. */
  readonly score: number;
}

export interface FusedHit {
  readonly id: string;
  /** 0 to 1: the mean over the rankings of its score by the best one's; 0 where a ranking does not hold it. */
  readonly score: number;
  /** Its place in each ranking, from 1; null where the ranking does not hold it. In the order of the rankings given. */
  readonly ranks: readonly (number | null)[];
}

/**
 * Convex combination of several rankings, best first: how far a hit is behind the best of its ranking counts, which
 * places alone do not tell. Ties are broken by id, so that the order is the same each time.
 *
 * Source: Bruch, Gai and Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval", ACM Transactions on
 * Information Systems 42 (2023): better than reciprocal ranks, and the weights hardly need tuning.
 *
 * @param rankings best first, no id twice
 */
export function fuseScores(rankings: readonly (readonly ScoredHit[])[]): readonly FusedHit[] {
  const fused = new Map<string, { score: number; readonly ranks: (number | null)[] }>();
  rankings.forEach((ranking, which) => {
    const best = ranking[0]?.score ?? 0;
    ranking.forEach(({ id, score }, index) => {
      const hit = fused.get(id) ?? { score: 0, ranks: rankings.map(() => null) };
      hit.ranks[which] = index + 1;
      if (best > 0) hit.score += score / best / rankings.length;
      fused.set(id, hit);
    });
  });
  return [...fused].map(([id, hit]) => ({ id, ...hit })).sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
}
