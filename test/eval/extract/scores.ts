import { bootstrap, type Interval } from '../frame/bootstrap.ts';

/** How much of a text was found, and how much of what was found belongs to it. Each 0 to 1. */
export interface Score {
  readonly precision: number;
  readonly recall: number;
}

/** Of many pages: precision and recall are means over pages, F1 is their harmonic mean. */
export interface Scores extends Score {
  readonly f1: number;
}

/**
 * Compares two texts by their shingles: every run of `size` words, counted as often as it occurs. A word is a run of
 * letters, digits and underscores; its case counts, all other characters do not. A text of fewer words than a shingle is
 * one shingle of all of them. As published by Scrapinghub's article-extraction-benchmark, where size is 4.
 */
export function shingleScore(expected: string, found: string, size: number): Score {
  const [wanted, got] = [shingles(expected, size), shingles(found, size)];
  let common = 0;
  for (const [shingle, count] of got.counts) common += Math.min(count, wanted.counts.get(shingle) ?? 0);
  return { precision: common / got.total, recall: common / wanted.total };
}

export function meanOf(scores: readonly Score[]): Scores {
  const precision = mean(scores.map((score) => score.precision));
  const recall = mean(scores.map((score) => score.recall));
  return { precision, recall, f1: harmonicMean({ precision, recall }) };
}

/** The interval in which F1 lies with 95 % confidence, by bootstrap over pages. */
export function f1Interval(scores: readonly Score[]): Interval {
  return bootstrap(scores, (drawn) => meanOf(drawn).f1);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function harmonicMean({ precision, recall }: Score): number {
  return precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
}

function shingles(
  text: string,
  size: number,
): { readonly counts: ReadonlyMap<string, number>; readonly total: number } {
  const words = text.match(/[\p{L}\p{N}_]+/gu) ?? [];
  const total = Math.max(1, words.length - size + 1);
  const counts = new Map<string, number>();
  for (let start = 0; start < total; start += 1) {
    const shingle = words.slice(start, start + size).join(' ');
    counts.set(shingle, (counts.get(shingle) ?? 0) + 1);
  }
  return { counts, total };
}
