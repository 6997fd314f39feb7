import { knownCount, phaseOf, seasonsOf, type Series } from './series.ts';

/**
 * Steps in which the counting stood still, rather than that there was nothing to count: runs in which all of the series
 * are zero and that the rhythm of one of them makes implausible. Nights and weekends that are always empty stay zeros,
 * as do the pauses of a series that comes in bursts.
 *
 * @param together series that are counted by the same machinery; of one step, beginning and length
 * @returns for each step, whether it is unknown in all of them
 */
export function standstills(together: readonly Series[]): readonly boolean[] {
  const runs = zeroRuns(together);
  const unknown = Array.from({ length: together[0]?.values.length ?? 0 }, () => false);
  for (const series of together) {
    for (const [from, to] of implausibleRuns(series, runs)) unknown.fill(true, from, to);
  }
  return unknown;
}

/** From and to (exclusive). */
type Run = readonly [number, number];

const maxRounds = 8;
/** A run that would be empty once in 20,000 times (e to this). */
const implausible = 10;
/** Fewer counts tell no rhythm. */
const leastTotal = 20;

/**
 * What stood still lowers the rates that judge it and scatters the days. So the clearest runs are found first, by chance
 * alone, and then the others, by the scatter of what is left.
 */
function implausibleRuns(series: Series, runs: readonly Run[]): readonly Run[] {
  let found: readonly Run[] = [];
  const spans = [1, stepsADay[series.step]];
  let sizes = spans.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < maxRounds; round += 1) {
    const rates = expectedOf(series, found);
    if (rates === null) return [];
    const next = runs.filter((run) =>
      spans.every((span, index) => surpriseOf(rates, span, sizes[index] as number, run) > implausible),
    );
    if (round > 0 && next.length === found.length && next.every((run, at) => run === found[at])) break;
    found = next;
    sizes = spans.map((span) => sizeOf(series, found, span));
  }
  return found;
}

/** Nulls inside a run do not end it. */
function zeroRuns(together: readonly Series[]): readonly Run[] {
  const runs: Run[] = [];
  const [first, ...others] = together;
  let from = -1;
  first?.values.forEach((value, at) => {
    const isEmpty = (value ?? 0) === 0 && others.every(({ values }) => (values[at] ?? 0) === 0);
    if (isEmpty && from < 0) from = at;
    if (isEmpty) return;
    if (from >= 0) runs.push([from, at]);
    from = -1;
  });
  if (from >= 0) runs.push([from, first?.values.length ?? 0]);
  return runs;
}

const stepsADay = { hour: 24, day: 1 } as const;

/** Rates by day of the week times hour of the day, so that few weeks are enough; null where too little was counted. */
function expectedOf(series: Series, without: readonly Run[]): Float64Array | null {
  const { step } = series;
  const inner = stepsADay[step];
  const season = seasonsOf[step].at(-1) as number;
  const phase = phaseOf(series, season);
  const values = valuesWithout(series, without);
  const [byDay, byHour, all] = [new Rates(season / inner), new Rates(inner), new Rates(1)];
  values.forEach((value, at) => {
    if (value === null) return;
    const slot = (phase + at) % season;
    byDay.add(Math.floor(slot / inner), value);
    byHour.add(slot % inner, value);
    all.add(0, value);
  });
  if (all.rate(0) * knownCount(values) < leastTotal) return null;
  return Float64Array.from(values, (_, at) => {
    const slot = (phase + at) % season;
    return (byDay.rate(Math.floor(slot / inner)) * byHour.rate(slot % inner)) / all.rate(0);
  });
}

/**
 * The size of a negative binomial distribution of the counts of spans about their expectations, by moments: how much they
 * scatter beyond chance. Infinite where they do not.
 *
 * @param span in steps
 */
function sizeOf(series: Series, without: readonly Run[], span: number): number {
  const rates = expectedOf(series, without);
  if (rates === null) return Number.POSITIVE_INFINITY;
  const values = valuesWithout(series, without);
  let [excess, squares] = [0, 0];
  for (let from = 0; from + span <= values.length; from += span) {
    let [count, expected] = [0, 0];
    for (let at = from; at < from + span; at += 1) {
      const value = values[at] ?? null;
      if (value === null) continue;
      count += value;
      expected += rates[at] as number;
    }
    excess += (count - expected) ** 2 - expected;
    squares += expected * expected;
  }
  return excess <= 0 || squares === 0 ? Number.POSITIVE_INFINITY : squares / excess;
}

/** The negative logarithm of the chance that a run is empty, where the counts of a span go up and down together. */
function surpriseOf(rates: Float64Array, span: number, size: number, [from, to]: Run): number {
  let surprise = 0;
  for (let at = from; at < to; at += span) {
    const expected = rates.subarray(at, Math.min(to, at + span)).reduce((sum, rate) => sum + rate, 0);
    surprise += Number.isFinite(size) ? size * Math.log1p(expected / size) : expected;
  }
  return surprise;
}

function valuesWithout({ values }: Series, runs: readonly Run[]): Series['values'] {
  const left = [...values];
  for (const [from, to] of runs) left.fill(null, from, to);
  return left;
}

/** Means by slot. */
class Rates {
  private readonly sums: Float64Array;
  private readonly counts: Float64Array;

  constructor(slots: number) {
    this.sums = new Float64Array(slots);
    this.counts = new Float64Array(slots);
  }

  add(slot: number, value: number): void {
    this.sums[slot] = (this.sums[slot] as number) + value;
    this.counts[slot] = (this.counts[slot] as number) + 1;
  }

  rate(slot: number): number {
    return this.counts[slot] === 0 ? 0 : (this.sums[slot] as number) / (this.counts[slot] as number);
  }
}
