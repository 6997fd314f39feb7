/** The constant of the paper: it keeps a first place in one ranking from deciding alone. */
const k = 60;

export interface FusedHit {
  readonly id: string;
  /** Sum of 1 / (k + rank) over the rankings that hold it. */
  readonly score: number;
  /** Its place in each ranking, from 1; null where the ranking does not hold it. In the order of the rankings given. */
  readonly ranks: readonly (number | null)[];
}

/**
 * Reciprocal rank fusion of several rankings, best first. Needs no scores that can be compared with each other, which
 * full text and vectors do not have. Ties are broken by id, so that the order is the same each time.
 *
 * Source: Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning
 * Methods", SIGIR 2009.
 *
 * @param rankings ids, best first, none twice
 */
export function fuseRankings(rankings: readonly (readonly string[])[]): readonly FusedHit[] {
  const ranks = new Map<string, (number | null)[]>();
  rankings.forEach((ranking, which) => {
    ranking.forEach((id, index) => {
      const ofId = ranks.get(id) ?? rankings.map(() => null);
      ofId[which] = index + 1;
      ranks.set(id, ofId);
    });
  });
  return [...ranks]
    .map(([id, ofId]) => ({ id, ranks: ofId, score: ofId.reduce((sum: number, rank) => sum + reciprocal(rank), 0) }))
    .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
}

function reciprocal(rank: number | null): number {
  return rank === null ? 0 : 1 / (k + rank);
}
