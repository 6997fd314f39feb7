import { Cron } from 'croner';
import type { ReportKind } from './report.ts';

/** Milliseconds since 1970; `to` is exclusive. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Period extends Span {
  readonly timeZone: string;
}

const dayMs = 86_400_000;
const daysOf = { daily: 1, weekly: 7 } as const;

/**
 * The last whole day, or seven of them, that are over at a time. Days begin at the midnights of the time zone, and have
 * 23 or 25 hours where its clocks change.
 */
export function periodBefore(kind: ReportKind, atMs: number, timeZone: string): Period {
  const midnights = midnightsBefore(atMs, daysOf[kind] + 1, timeZone);
  return { fromMs: midnights[0] as number, toMs: midnights.at(-1) as number, timeZone };
}

/** The beginnings of a period's days. */
export function daysIn({ fromMs, toMs, timeZone }: Period): readonly number[] {
  return [fromMs, ...midnightsBetween(fromMs, toMs, timeZone)];
}

/** The same number of days before a period, or so many times as many. */
export function before(period: Period, times = 1): Period {
  const days = daysIn(period).length * times;
  const midnights = midnightsBefore(period.fromMs, days + 1, period.timeZone);
  return { fromMs: midnights[0] as number, toMs: period.fromMs, timeZone: period.timeZone };
}

/** The days that follow a period. */
export function daysAfter({ toMs, timeZone }: Period, count: number): readonly number[] {
  const days = [toMs];
  while (days.length < count) days.push(next(midnight(timeZone), days.at(-1) as number));
  return days;
}

/** When a report is due: at an hour of each day, or of one day of the week (1 is Monday). */
export function dueAfter(
  { kind, hour, weekday, timeZone }: { kind: ReportKind; hour: number; weekday: number; timeZone: string },
  afterMs: number,
): number {
  const days = kind === 'daily' ? '*' : String(weekday % 7);
  return next(new Cron(`0 0 ${hour} * * ${days}`, { timezone: timeZone, paused: true }), afterMs);
}

/** @returns whether there is such a time zone */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

const midnight = (timeZone: string): Cron => new Cron('0 0 0 * * *', { timezone: timeZone, paused: true });

function next(cron: Cron, afterMs: number): number {
  const time = cron.nextRun(new Date(afterMs));
  if (time === null) throw new RangeError('there is no such time');
  return time.getTime();
}

/** The last so many midnights at or before a time, the earliest first. */
function midnightsBefore(atMs: number, count: number, timeZone: string): readonly number[] {
  return midnightsBetween(atMs - (count + 2) * dayMs, atMs + 1, timeZone).slice(-count);
}

/** After `fromMs` and before `toMs`. */
function midnightsBetween(fromMs: number, toMs: number, timeZone: string): readonly number[] {
  const cron = midnight(timeZone);
  const midnights: number[] = [];
  for (let time = next(cron, fromMs); time < toMs; time = next(cron, time)) midnights.push(time);
  return midnights;
}
