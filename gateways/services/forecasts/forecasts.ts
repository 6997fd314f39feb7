import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import { type Forecast as Found, forecast } from '../../../domain/forecast/forecast.ts';
import { type Counted, countsBetween, type Hours } from '../../reports/counts-between.ts';
import { daysAfter, daysIn } from '../../reports/period.ts';
import { predictionKey, type ReportCache } from '../../reports/report-cache.ts';
import type { Database } from '../../schema.ts';
import { collectingSince, hoursOf } from '../analytics/hours.ts';
import { namesOf } from '../analytics/labels.ts';
import { checked } from '../checked.ts';
import { type ForecastInput, forecastSchema, usualHorizon } from './input.ts';
import { reading } from '../postgres-faults.ts';

/** What is forecast of an organisation's articles. Times are ISO 8601 texts in UTC. */
export interface VolumeForecast {
  readonly of: string;
  /** Null: of all articles. */
  readonly value: string | null;
  readonly name: string;
  readonly step: 'hour' | 'day';
  readonly level: number;
  /** The step that is under way is the first of them. */
  readonly points: readonly ForecastStep[];
  /** Null where nothing could be forecast: the history is too short. */
  readonly method: string | null;
  /** How it was forecast and on what, for people. */
  readonly words: string;
  /** Steps of the history that are known, and those in which the counting stood still. */
  readonly known: number;
  readonly unknown: number;
  /** Root mean square error of past forecasts over that of the best seasonal naive method; null where none was made. */
  readonly ratio: number | null;
  readonly made_at: string;
}

export interface ForecastStep {
  readonly time: string;
  readonly median: number;
  /** Can be added up over steps. */
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** Throws Invalid for arguments that cannot be used, Unavailable while Postgres is away. */
export type Forecasts = (input: ForecastInput) => Promise<VolumeForecast>;

interface Ports {
  readonly db: Kysely<Database>;
  readonly organizationId: string;
  readonly cache: ReportCache;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const historyMs = { hour: 60 * dayMs, day: 182 * dayMs } as const;

/** Forecasts of counts by hour, from article_metrics. One holds until the next step begins, an hour at most. */
export function openForecasts({ db, organizationId, cache, now }: Ports): Forecasts {
  return (input) =>
    reading(async () => {
      const { horizon, ...asked } = checked(forecastSchema, input);
      const nowMs = now();
      const order = { ...asked, horizon: horizon ?? usualHorizon(asked.step), hour: Math.floor(nowMs / hourMs) };
      const key = predictionKey(modelOf(organizationId, order));
      const cached = await cache.find(key);
      if (cached !== null) return cached as VolumeForecast;
      const made = await predict(db, organizationId, order, nowMs);
      await cache.fill(key, made);
      return made;
    });
}

type Order = Omit<ReturnType<typeof forecastSchema.parse>, 'horizon'> & { readonly horizon: number };

const modelOf = (organizationId: string, order: Order): string => {
  const hash = createHash('sha256')
    .update(JSON.stringify([organizationId, order]))
    .digest('hex')
    .slice(0, 24);
  return `volume:${order.of}:${order.step}:${hash}`;
};

async function predict(
  db: Kysely<Database>,
  organizationId: string,
  order: Order,
  nowMs: number,
): Promise<VolumeForecast> {
  const { of, value, step, level, horizon, time_zone: timeZone } = order;
  // The hour, or day, that is under way is not over: it is the first that is forecast.
  const thisHour = Math.floor(nowMs / hourMs) * hourMs;
  const thisDay = daysIn({ fromMs: nowMs - 2 * dayMs, toMs: nowMs + 1, timeZone }).at(-1) as number;
  const toMs = step === 'hour' ? thisHour : thisDay;
  const span = {
    fromMs: Math.floor((toMs - historyMs[step]) / hourMs) * hourMs,
    toMs: Math.ceil(toMs / hourMs) * hourMs,
  };
  const hours = async (thing: string, key: string): Promise<Hours> => {
    const found = await hoursOf(db, organizationId, { of: thing, values: [key], ...span });
    return { fromMs: span.fromMs, counts: found.get(key) ?? [] };
  };
  const all = await hours('all', '');
  const own = of === 'all' ? all : await hours(of, value ?? '');
  const sinceMs = Math.max(span.fromMs, (await collectingSince(db)) ?? toMs);
  const starts = (
    step === 'hour' ? hoursFrom(span.fromMs, toMs) : daysIn({ fromMs: span.fromMs, toMs, timeZone }).slice(1)
  ).filter((start) => start >= sinceMs);
  const counted: Counted = { own, all };
  const series = countsBetween(step, counted, [...starts, toMs]);
  const found = series === null ? null : forecast(series, horizon, { level, judgeSilence: false });
  const names = value === undefined || of === 'all' ? null : await namesOf(db, organizationId, of, [value]);
  const days = step === 'day' ? daysAfter({ fromMs: toMs, toMs, timeZone }, horizon) : null;
  return {
    of,
    value: value ?? null,
    name: value === undefined ? 'all articles' : (names?.get(value) ?? value),
    step,
    level,
    points: pointsOf(found, (at) => days?.[at] ?? toMs + at * hourMs),
    method: found?.method ?? null,
    words: found?.words ?? 'Nothing can be forecast: less than six steps of the history are known.',
    known: found?.known ?? 0,
    unknown: found?.unknown ?? 0,
    ratio: found?.ratio ?? null,
    made_at: new Date(nowMs).toISOString(),
  };
}

const hoursFrom = (fromMs: number, toMs: number): readonly number[] =>
  Array.from({ length: Math.round((toMs - fromMs) / hourMs) }, (_, at) => fromMs + at * hourMs);

function pointsOf(found: Found | null, timeOf: (at: number) => number): readonly ForecastStep[] {
  return (found?.points ?? []).map(({ median, mean, low, high }, at) => ({
    time: new Date(timeOf(at)).toISOString(),
    median,
    mean: Math.round(mean * 1000) / 1000,
    low,
    high,
  }));
}
