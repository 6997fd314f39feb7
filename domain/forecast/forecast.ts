import { backtest, type Tried } from './backtest.ts';
import { Calibration, type Outcome } from './calibration.ts';
import { candidates, coveredSeasons } from './candidates.ts';
import { narrowestInterval, quantileOf } from './interval.ts';
import type { Method } from './method.ts';
import { knownCount, seasonsOf, type Series, timeOf } from './series.ts';
import { standstills } from './standstill.ts';

export interface Forecast {
  readonly points: readonly ForecastPoint[];
  /** Share of what comes that the intervals should hold. */
  readonly level: number;
  readonly method: Method['name'];
  /** In steps; 1 where the history is too short for any. */
  readonly season: number;
  /** Steps of the history that are known, and those that stood still or are unknown. */
  readonly known: number;
  readonly unknown: number;
  /** Forecasts of the past that the choice and the intervals rest on; 0 where the history is too short. */
  readonly origins: number;
  /** Root mean square error in them, over that of the best seasonal naive method; null without any. */
  readonly ratio: number | null;
  /** All of this for a person. */
  readonly words: string;
}

export interface ForecastPoint {
  /** When the step begins, in milliseconds since 1970. */
  readonly time: number;
  /** As likely exceeded as not. A whole number. */
  readonly median: number;
  /** What to expect on average: these can be added up. */
  readonly mean: number;
  /** Whole numbers of 0 or more; both belong to the interval. */
  readonly low: number;
  readonly high: number;
}

export interface ForecastOptions {
  /** Default: 0.8. */
  readonly level?: number;
  /**
   * Whether long runs of zeros are judged by the series' own rhythm, and left out where the counting must have stood
   * still. Not where nulls say already what is unknown. Default: true.
   */
  readonly judgeSilence?: boolean;
}

/**
 * The counts to come after a series' last step: by the seasonal mean, the seasonal naive method or damped
 * Holt-Winters, whichever had the smallest squared error on rolling origins of the history; with intervals that are calibrated
 * on the errors made there. The same series gives the same forecast. Some milliseconds for 90 days of hours.
 *
 * @param horizon steps to forecast, 1 or more
 * @returns null where fewer than six steps are known
 * @throws RangeError for a horizon, a level or a value that cannot be
 */
export function forecast(given: Series, horizon: number, options: ForecastOptions = {}): Forecast | null {
  const { level = 0.8, judgeSilence = true } = options;
  refuse(given, horizon, level);
  const series = judgeSilence ? withoutStandstills(given) : given;
  const known = knownCount(series.values);
  if (known < leastKnown) return null;
  const seasons = coveredSeasons(series);
  const origins = originsOf(series, seasons[0] as number, horizon);
  const tried = backtest(series.values, candidates(series, seasons), origins, horizon);
  const best = bestOf(tried);
  const calibrations = calibrationsOf(best, series);
  const block = blockOf(series);
  const points = Array.from({ length: horizon }, (_, index): ForecastPoint => {
    const calibration = calibrations[Math.min(calibrations.length - 1, Math.floor(index / block))] as Calibration;
    return pointOf(timeOf(series, series.values.length + index), best.method.expect(index + 1), calibration, level);
  });
  const naive = Math.min(
    ...tried.filter(({ method }) => method.name === 'seasonal naive').map(({ squaredError }) => squaredError),
  );
  const isTried = Number.isFinite(best.squaredError);
  const found = {
    points,
    level,
    method: best.method.name,
    season: best.method.season,
    known,
    unknown: series.values.length - known,
    origins: isTried ? origins.length : 0,
    ratio: isTried && naive > 0 ? Math.sqrt(best.squaredError / naive) : null,
  };
  return { ...found, words: wordsOf(found, series, tried.length) };
}

const leastKnown = 6;
/** Of an interval's errors there should be so many; else those of all horizons serve. */
const leastOutcomes = 60;
/** Forecast steps of the past that are judged, at most: the latest. */
const maxJudged = 2_000;

function refuse({ values }: Series, horizon: number, level: number): void {
  if (!Number.isInteger(horizon) || horizon < 1) throw new RangeError(`a horizon of ${horizon} steps cannot be`);
  if (!(level > 0 && level < 1)) throw new RangeError(`a level of ${level} does not lie between 0 and 1`);
  const wrong = values.find((value) => value !== null && !(value >= 0 && Number.isFinite(value)));
  if (wrong !== undefined) throw new RangeError(`${wrong} is no count`);
}

function withoutStandstills(series: Series): Series {
  const unknown = standstills([series]);
  return { ...series, values: series.values.map((value, at) => (unknown[at] === true ? null : value)) };
}

const blockOf = ({ step }: Series): number => seasonsOf[step][0];

/** Every day for hours, every step for days: origins lie in the season where the end of the history lies. */
function originsOf({ values, step }: Series, season: number, horizon: number): readonly number[] {
  const stride = step === 'hour' ? 24 : 1;
  const least = Math.max(2 * season, Math.min(14 * stride, Math.floor(values.length / 2)));
  const most = Math.max(1, Math.floor(maxJudged / horizon));
  const origins: number[] = [];
  for (let origin = values.length - stride; origin >= least && origins.length < most; origin -= stride)
    origins.unshift(origin);
  return origins;
}

function bestOf(tried: readonly Tried[]): Tried {
  return tried.reduce((best, one) => (one.squaredError < best.squaredError ? one : best));
}

/** One for each block of horizons: a day of hours, a week of days. */
function calibrationsOf({ outcomes, method }: Tried, series: Series): readonly Calibration[] {
  const all = outcomes.flat();
  if (all.length === 0) return [new Calibration(unjudged(method, series))];
  const block = blockOf(series);
  const blocks = Array.from({ length: Math.ceil(outcomes.length / block) }, (_, index) =>
    outcomes.slice(index * block, (index + 1) * block).flat(),
  );
  return blocks.map((own) => new Calibration(own.length < leastOutcomes ? all : own));
}

/** Without a backtest: the history itself beside what is expected now. */
function unjudged(method: Method, { values }: Series): readonly Outcome[] {
  const known = values.filter((value) => value !== null);
  return known.map((actual, at) => ({ expected: method.expect(at + 1), actual }));
}

function pointOf(time: number, expected: number, calibration: Calibration, level: number): ForecastPoint {
  const { unit, shares } = calibration.cumulated(expected);
  const middle = quantileOf(shares, 0.5);
  const { low, high } = narrowestInterval(shares, level);
  return {
    time,
    median: middle * unit + Math.floor(unit / 2),
    mean: calibration.mean(expected),
    low: Math.min(low, middle) * unit,
    high: (Math.max(high, middle) + 1) * unit - 1,
  };
}

function wordsOf(found: Omit<Forecast, 'words'>, { step }: Series, tried: number): string {
  const { method, season, known, unknown, origins, ratio } = found;
  const name =
    season === 1 ? withoutSeason[method] : `${capital(method)} over the ${seasonWords[season] ?? `${season} steps`}`;
  const why =
    origins === 0
      ? 'without a trial, since the history is short'
      : `the best of ${tried} that were tried on ${origins} past ${origins === 1 ? 'forecast' : 'forecasts'}` +
        (ratio === null ? '' : ` (error ${ratio.toFixed(2)} of the naive method's)`);
  const left = unknown === 0 ? '' : `; ${unknown} in which nothing was counted are left out`;
  return `${name}, ${why}. History: ${known} ${step}s${left}.`;
}

const seasonWords: Readonly<Record<number, string>> = {
  7: 'days of the week',
  24: 'hours of the day',
  168: 'hours of the week',
};
const withoutSeason: Readonly<Record<Method['name'], string>> = {
  'seasonal mean': 'The mean',
  'seasonal naive': 'The last count',
  'damped Holt-Winters': 'Smoothing with a damped trend',
};
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
