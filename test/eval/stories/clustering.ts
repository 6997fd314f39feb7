/** What one gold story contributes to the figures; sums over stories give them. */
export interface StoryShare {
  readonly story: string;
  readonly items: number;
  /** Sums over the items: of their clusters' share that is theirs, and of their story's share that is with them. */
  readonly precision: number;
  readonly recall: number;
  /** Pairs within the story that are in one cluster, pairs within the story, and half the pairs across its clusters. */
  readonly truePairs: number;
  readonly goldPairs: number;
  readonly foundPairs: number;
}

/**
 * @param gold story of each item
 * @param found cluster of each item
 */
export function sharesOf(gold: readonly string[], found: readonly string[]): readonly StoryShare[] {
  const clusters = countsOf(found);
  const stories = Map.groupBy(
    gold.map((story, at) => ({ story, cluster: found[at] ?? '' })),
    ({ story }) => story,
  );
  return [...stories].map(([story, items]) => {
    let precision = 0;
    let recall = 0;
    let truePairs = 0;
    let foundPairs = 0;
    for (const [cluster, common] of countsOf(items.map((item) => item.cluster))) {
      const size = clusters.get(cluster) ?? common;
      precision += (common * common) / size;
      recall += (common * common) / items.length;
      truePairs += (common * (common - 1)) / 2;
      foundPairs += (common * (size - 1)) / 2;
    }
    const goldPairs = (items.length * (items.length - 1)) / 2;
    return { story, items: items.length, precision, recall, truePairs, goldPairs, foundPairs };
  });
}

export interface Scores {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** B-cubed: means over the items. Source: Bagga and Baldwin, Entity-based cross-document coreferencing, 1998. */
export function bCubed(shares: readonly StoryShare[]): Scores {
  const items = sum(shares, (share) => share.items);
  return scores(sum(shares, (share) => share.precision) / items, sum(shares, (share) => share.recall) / items);
}

/** Of all pairs of items, those in one cluster against those of one story. */
export function pairwise(shares: readonly StoryShare[]): Scores {
  const common = sum(shares, (share) => share.truePairs);
  return scores(common / sum(shares, (share) => share.foundPairs), common / sum(shares, (share) => share.goldPairs));
}

export function countsOf(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

const scores = (precision: number, recall: number): Scores => ({
  precision,
  recall,
  f1: (2 * precision * recall) / (precision + recall),
});
const sum = (shares: readonly StoryShare[], of: (share: StoryShare) => number) =>
  shares.reduce((total, share) => total + of(share), 0);
