import { type Kysely, sql } from 'kysely';
import { type Forecast, forecast } from '../../domain/forecast/forecast.ts';
import type { Database } from '../schema.ts';
import { collectingSince, hoursOf } from '../services/analytics/hours.ts';
import { TooManyNear } from '../services/query/near.ts';
import { countBetween, countsBetween } from './counts-between.ts';
import { before, daysAfter, daysIn, type Period, type Span } from './period.ts';
import type { ExpectedStep, ReportKind, Volume } from './report.ts';
import { articlesIn, type Scope } from './scope.ts';

const hourMs = 3_600_000;
/** How far a forecast looks back, in periods: 60 days of hours, half a year of days. */
const historyPeriods = { daily: 60, weekly: 26 } as const;
const stepsAhead = { daily: 24, weekly: 7 } as const;

/** How many articles a period had, what had been forecast of it, and what is forecast to follow. */
export async function volumeOf(
  db: Kysely<Database>,
  scope: Scope,
  { kind, period }: { readonly kind: ReportKind; readonly period: Period },
): Promise<Volume> {
  const history = before(period, historyPeriods[kind]);
  const fromMs = Math.floor(history.fromMs / hourMs) * hourMs;
  const everything = { fromMs, toMs: Math.ceil(period.toMs / hourMs) * hourMs };
  const all = {
    fromMs,
    counts: (await hoursOf(db, scope.organizationId, { of: 'all', values: [''], ...everything })).get('') ?? [],
  };
  const own = scope.conditionIn === null ? all : { fromMs, counts: await hoursOfScope(db, scope, everything) };
  const sinceMs = await collectingSince(db);
  const steps = kind === 'daily' ? hoursIn(period) : daysIn(period);
  const previous = before(period);
  const knownFrom = Math.max(history.fromMs, sinceMs ?? period.toMs);
  const expect = (toMs: number, count: number): Forecast | null => {
    const starts = (kind === 'daily' ? hoursIn : daysIn)({ ...period, fromMs: history.fromMs, toMs }).filter(
      (start) => start >= knownFrom,
    );
    const step = kind === 'daily' ? 'hour' : 'day';
    const series = countsBetween(step, { own, all }, [...starts, toMs]);
    return series === null ? null : forecast(series, count, { judgeSilence: false });
  };
  const then = expect(period.fromMs, steps.length);
  const ahead = expect(period.toMs, stepsAhead[kind]);
  const ends = [...steps.slice(1), period.toMs];
  return {
    total: countBetween(own, period.fromMs, period.toMs),
    previous: countBetween(own, previous.fromMs, previous.toMs),
    step: kind === 'daily' ? 'hour' : 'day',
    steps: steps.map((start, at) => ({
      time: iso(start),
      count: countBetween(own, start, ends[at] ?? period.toMs),
      expected: expectedAt(then, at),
    })),
    forecast: ahead === null ? null : { steps: stepsOf(ahead, kind, period), method: ahead.words },
    expected: then === null ? null : { mean: then.points.reduce((sum, { mean }) => sum + mean, 0) },
  };
}

const iso = (ms: number): string => new Date(ms).toISOString();

const hoursIn = ({ fromMs, toMs }: Period): readonly number[] =>
  Array.from({ length: Math.round((toMs - fromMs) / hourMs) }, (_, at) => fromMs + at * hourMs);

function expectedAt(found: Forecast | null, at: number): Omit<ExpectedStep, 'time'> | null {
  const point = found?.points[at];
  return point === undefined ? null : { mean: rounded(point.mean), low: point.low, high: point.high };
}

function stepsOf({ points }: Forecast, kind: ReportKind, period: Period): readonly ExpectedStep[] {
  const days = kind === 'daily' ? null : daysAfter(period, points.length);
  return points.map(({ mean, low, high }, at) => ({
    time: iso(days?.[at] ?? period.toMs + at * hourMs),
    mean: rounded(mean),
    low,
    high,
  }));
}

const rounded = (value: number): number => Math.round(value * 100) / 100;

/** The counts of a span's hours: of its halves where more articles are near to a search than can be asked for at once. */
async function hoursOfScope(db: Kysely<Database>, scope: Scope, span: Span): Promise<readonly number[]> {
  const hours = Math.round((span.toMs - span.fromMs) / hourMs);
  try {
    return await countHours(db, scope, span, hours);
  } catch (error) {
    if (!(error instanceof TooManyNear) || hours < 2) throw error;
    const middleMs = span.fromMs + Math.floor(hours / 2) * hourMs;
    return [
      ...(await hoursOfScope(db, scope, { fromMs: span.fromMs, toMs: middleMs })),
      ...(await hoursOfScope(db, scope, { fromMs: middleMs, toMs: span.toMs })),
    ];
  }
}

async function countHours(db: Kysely<Database>, scope: Scope, span: Span, hours: number): Promise<readonly number[]> {
  const { rows } = await sql<{ at: number; count: number }>`
    select floor(extract(epoch from a.published_date - ${new Date(span.fromMs)}::timestamptz) / 3600)::int as at,
           count(*)::int as count
    from ${await articlesIn(scope, span)} a group by 1
  `.execute(db);
  const counts = Array.from({ length: hours }, () => 0);
  for (const { at, count } of rows) counts[at] = count;
  return counts;
}
