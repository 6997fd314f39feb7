/**
 * Counts about an expected number that scatter more than by chance alone: the negative binomial distribution with
 * variance mean + mean² / size. An infinite size is Poisson's. Means above some sixty are taken by an
 * approximation.
 */
export class Counts {
  private readonly mean: number;
  private readonly size: number;

  constructor(mean: number, size: number) {
    this.mean = mean;
    this.size = size;
  }

  /** How likely `count` or fewer are; `count` may have a fraction. */
  atMost(count: number): number {
    if (count < 0) return 0;
    if (this.mean <= 0) return 1;
    if (this.mean > exactBelow) return normalCdf(this.score(count + 0.5));
    const { mean, size } = this;
    const share = mean / (mean + size);
    let chance = this.chanceOfNone();
    let total = chance;
    for (let below = 0; below + 1 <= count && total < almostAll; below += 1) {
      chance *= Number.isFinite(size) ? (share * (size + below)) / (below + 1) : mean / (below + 1);
      total += chance;
    }
    return Math.min(1, total);
  }

  /**
   * How likely each of 0, 1, 2 … or fewer are, until what is left does not matter.
   *
   * @param unit of so many counts each: with 10, how likely are up to 9, up to 19 …
   */
  cumulated(unit = 1): readonly number[] {
    const { mean, size } = this;
    if (mean <= 0) return [1];
    const totals: number[] = [];
    if (mean > exactBelow) {
      for (let total = 0; total < almostAll && totals.length < maxCounts;) {
        total = normalCdf(this.score((totals.length + 1) * unit - 0.5));
        totals.push(total);
      }
      return totals;
    }
    const share = mean / (mean + size);
    let chance = this.chanceOfNone();
    let total = 0;
    for (let count = 0; total < almostAll && count < maxCounts; count += 1) {
      total += chance;
      totals.push(Math.min(1, total));
      chance *= Number.isFinite(size) ? (share * (size + count)) / (count + 1) : mean / (count + 1);
    }
    return totals;
  }

  private chanceOfNone(): number {
    const { mean, size } = this;
    return Number.isFinite(size) ? Math.exp(-size * Math.log1p(mean / size)) : Math.exp(-mean);
  }

  /** Of about normal scatter: by cube roots of a gamma distribution with this mean and variance (Wilson and Hilferty). */
  private score(count: number): number {
    const shape = 1 / (1 / this.mean + 1 / this.size);
    return (Math.cbrt(count / this.mean) - 1 + 1 / (9 * shape)) * 3 * Math.sqrt(shape);
  }
}

/** Above this mean the sum over single counts is not worth its time. */
const exactBelow = 60;
const almostAll = 1 - 1e-6;
const maxCounts = 20_000;

/** Abramowitz and Stegun, 26.2.17; off by 1e-7 at most. */
function normalCdf(score: number): number {
  const t = 1 / (1 + 0.231_641_9 * Math.abs(score));
  const tail =
    (Math.exp(-(score * score) / 2) / Math.sqrt(2 * Math.PI)) *
    t *
    (0.319_381_53 + t * (-0.356_563_782 + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))));
  return score > 0 ? 1 - tail : tail;
}
