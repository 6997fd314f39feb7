import { forecast } from '../../../domain/forecast/forecast.ts';
import { seasonalNaive } from '../../../domain/forecast/seasonal-naive.ts';
import { phaseOf, seasonsOf, type Series, stepMs } from '../../../domain/forecast/series.ts';
import { standstills } from '../../../domain/forecast/standstill.ts';
import type { NamedSeries } from './input.ts';

/** One forecast of one series, judged by what came; sums over the steps that are known. */
export interface Judged {
  readonly name: string;
  readonly steps: number;
  readonly total: number;
  /** Absolute errors of the median and of the mean; squared ones of the mean. */
  readonly error: number;
  readonly meanError: number;
  readonly squared: number;
  /** Absolute and squared errors of the seasonal naive methods, by season in the order of `seasonsOf`. */
  readonly naive: readonly { readonly error: number; readonly squared: number }[];
  readonly covered: number;
  readonly width: number;
  readonly method: string;
  /** Mean absolute error of the shortest season's naive method within the first history. */
  readonly scale: number;
  readonly isLate: boolean;
  readonly ms: number;
}

const protocol = {
  hour: { horizon: 24, stride: 24, history: 14 * 24 },
  day: { horizon: 7, stride: 1, history: 28 },
} as const;

/**
 * Forecasts a day (of hours) or a week (of days) ahead from rolling origins at each midnight, when two (four) weeks of
 * the history are known. A forecast knows what lies before its origin alone, also of what stood still.
 *
 * @param everything all series of the file: what stands still in the sum of those of a step is unknown in each
 */
export function judge(
  { name, series }: NamedSeries,
  everything: readonly NamedSeries[],
  level: number,
): readonly Judged[] {
  const { horizon, stride, history } = protocol[series.step];
  const together = alignedTo(series, everything);
  const isUnknown = unknownIn(series, together, series.values.length);
  const judged: Omit<Judged, 'isLate'>[] = [];
  const origins = originsOf(series, isUnknown, stride, history);
  const scale = scaleOf(series, isUnknown, origins[0] ?? 0);
  for (const origin of origins) {
    const targets = Array.from({ length: horizon }, (_, ahead) => origin + ahead).filter(
      (at) => at < series.values.length && isUnknown[at] === false,
    );
    if (targets.length === 0) continue;
    const known = maskedHistory(series, together, origin);
    const begun = performance.now();
    const found = forecast(known, horizon, { level });
    const ms = performance.now() - begun;
    if (found === null) continue;
    const naive = seasonsOf[series.step].map((season) => naiveErrors(known, season, series, targets));
    const sums = { error: 0, meanError: 0, squared: 0, covered: 0, width: 0, total: 0 };
    for (const at of targets) {
      const point = found.points[at - origin];
      const actual = series.values[at] ?? 0;
      if (point === undefined) continue;
      sums.total += actual;
      sums.error += Math.abs(actual - point.median);
      sums.meanError += Math.abs(actual - point.mean);
      sums.squared += (actual - point.mean) ** 2;
      sums.covered += actual >= point.low && actual <= point.high ? 1 : 0;
      sums.width += point.high - point.low;
    }
    judged.push({ name, steps: targets.length, ...sums, naive, method: `${found.method} ${found.season}`, scale, ms });
  }
  return judged.map((one, at) => ({ ...one, isLate: at >= judged.length / 2 }));
}

function originsOf(series: Series, isUnknown: readonly boolean[], stride: number, history: number): readonly number[] {
  const midnight = (stride - phaseOf(series, stride)) % stride;
  const origins: number[] = [];
  let known = 0;
  for (let at = 0; at < series.values.length; at += 1) {
    if ((at - midnight) % stride === 0 && known >= history) origins.push(at);
    if (isUnknown[at] === false) known += 1;
  }
  return origins;
}

/** All series of the file of the same step, cut and filled up to where this one lies. */
function alignedTo(series: Series, everything: readonly NamedSeries[]): readonly Series[] {
  return everything
    .filter(({ series: other }) => other.step === series.step)
    .map(({ series: other }) => {
      const shift = Math.round((series.startMs - other.startMs) / stepMs[series.step]);
      return { ...series, values: series.values.map((_, at) => other.values[at + shift] ?? 0) };
    });
}

/** What stands still in the series, or in all of them together, as seen before a step. */
function unknownIn(series: Series, together: readonly Series[], end: number): readonly boolean[] {
  const before = (one: Series): Series => ({ ...one, values: one.values.slice(0, end) });
  const own = standstills([before(series)]);
  const all = standstills(together.map(before));
  return own.map((is, at) => is || all[at] === true);
}

function maskedHistory(series: Series, together: readonly Series[], origin: number): Series {
  const isUnknown = unknownIn(series, together, origin);
  return {
    ...series,
    values: series.values.slice(0, origin).map((value, at) => (isUnknown[at] === true ? null : value)),
  };
}

function naiveErrors(
  known: Series,
  season: number,
  series: Series,
  targets: readonly number[],
): Judged['naive'][number] {
  const method = seasonalNaive(season, phaseOf(known, season));
  for (const value of known.values) method.observe(value);
  const errors = targets.map((at) => Math.abs((series.values[at] ?? 0) - method.expect(at - known.values.length + 1)));
  return { error: errors.reduce((sum, one) => sum + one, 0), squared: errors.reduce((sum, one) => sum + one * one, 0) };
}

function scaleOf(series: Series, isUnknown: readonly boolean[], end: number): number {
  const [season] = seasonsOf[series.step];
  let [sum, count] = [0, 0];
  for (let at = season; at < end; at += 1) {
    if (isUnknown[at] === true || isUnknown[at - season] === true) continue;
    sum += Math.abs((series.values[at] ?? 0) - (series.values[at - season] ?? 0));
    count += 1;
  }
  return count === 0 ? 0 : sum / count;
}
