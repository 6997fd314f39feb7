import { Counts } from './counts.ts';

/** What a method expected of a step, and what came. */
export interface Outcome {
  readonly expected: number;
  readonly actual: number;
}

/** How outcomes of the past lay about what was expected of them, for steps to come. */
export class Calibration {
  private readonly factor: number;
  private readonly size: number;
  private readonly reached: Float64Array;

  /** @param outcomes at least one */
  constructor(outcomes: readonly Outcome[]) {
    this.factor = factorOf(outcomes);
    const scaled = outcomes.map(({ expected, actual }) => ({ expected: expected * this.factor, actual }));
    this.size = sizeOf(scaled);
    this.reached = reachedOf(scaled, this.size);
  }

  /** The mean of what is to come, as it is without what the method is off by as a rule. */
  mean(expected: number): number {
    return expected * this.factor;
  }

  /** How likely each of 0, 1, 2 … or fewer are, in steps of `unit`, until what is left does not matter. */
  cumulated(expected: number): { readonly unit: number; readonly shares: readonly number[] } {
    const mean = this.mean(expected);
    const unit = Math.max(1, Math.floor(mean / finestShare));
    const shares = new Counts(mean, this.size).cumulated(unit).map((share) => this.corrected(share));
    return { unit, shares };
  }

  /** The share of past outcomes that lay in this share of their distributions. */
  private corrected(share: number): number {
    const place = share * bins;
    const bin = Math.min(bins - 1, Math.floor(place));
    const before = this.reached[bin] as number;
    return before + ((this.reached[bin + 1] as number) - before) * Math.min(1, place - bin);
  }
}

const bins = 256;
/** Past outcomes correct the expectation by these factors at most, and as if so many counts had been right before. */
const factorLimits = [0.5, 2] as const;
const factorPrior = 10;
const leastSize = 0.02;
/** Counts in the thousands are told to a four-hundredth. */
const finestShare = 400;

function factorOf(outcomes: readonly Outcome[]): number {
  let [came, expected] = [factorPrior, factorPrior];
  for (const outcome of outcomes) {
    came += outcome.actual;
    expected += outcome.expected;
  }
  return Math.min(factorLimits[1], Math.max(factorLimits[0], came / expected));
}

/**
 * The size of a negative binomial distribution that scatters about what was expected as the outcomes did, by moments.
 * Infinite where they scatter no more than by chance.
 */
function sizeOf(outcomes: readonly Outcome[]): number {
  let [excess, squares] = [0, 0];
  for (const { expected, actual } of outcomes) {
    excess += (actual - expected) ** 2 - expected;
    squares += expected * expected;
  }
  return excess <= 0 || squares === 0 ? Number.POSITIVE_INFINITY : Math.max(leastSize, squares / excess);
}

/**
 * For shares of a distribution, which share of the outcomes lay in it: the conformal correction of the model. A count
 * covers a span of its distribution, over which it is spread evenly (Czado, Gneiting and Held, Predictive model
 * assessment for count data, 2009). One outcome more is spread over all, since the next may lie outside of what was.
 */
function reachedOf(outcomes: readonly Outcome[], size: number): Float64Array {
  const shares = new Float64Array(bins + 1);
  spread(shares, 0, 1);
  for (const { expected, actual } of outcomes) {
    const counts = new Counts(expected, size);
    const atMost = counts.atMost(actual);
    spread(shares, actual === 0 ? 0 : counts.atMost(actual - 1), atMost);
  }
  let total = 0;
  return shares.map((share) => (total += share) / (outcomes.length + 1));
}

/** Bin 0 is left empty, so that the running total at a bin is what lies below it. */
function spread(shares: Float64Array, from: number, to: number): void {
  const first = Math.min(bins - 1, Math.floor(from * bins));
  const last = Math.max(first, Math.min(bins - 1, Math.ceil(to * bins) - 1));
  for (let bin = first; bin <= last; bin += 1) {
    const overlap = Math.min(to, (bin + 1) / bins) - Math.max(from, bin / bins);
    const share = first === last ? 1 : overlap / (to - from);
    shares[bin + 1] = (shares[bin + 1] as number) + share;
  }
}
