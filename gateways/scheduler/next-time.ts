import { createHash } from 'node:crypto';
import { Cron } from 'croner';

/** Runs a day. */
export const runsOfFrequency = { daily: 1, '2x': 2, '3x': 3, '4x': 4, hourly: 24 } as const;
export type Frequency = keyof typeof runsOfFrequency;

const daySeconds = 24 * 3600;

/** When a source wants to be collected; at most one of interval, cron and frequency, or none: when it suits the feed. */
export interface Wish {
  readonly interval_seconds: number | null;
  /** Five fields. */
  readonly cron: string | null;
  /** IANA name; UTC where it is null. */
  readonly time_zone: string | null;
  readonly frequency: string | null;
}

export interface Plan {
  /** Decides the feed's place within an interval. */
  readonly feedId: string;
  /** Of all who follow it: the soonest counts. */
  readonly wishes: readonly Wish[];
  /** For wishes of none. */
  readonly otherwiseSeconds: number;
}

/**
 * Each feed has a place of its own within its interval, derived from its id, so that feeds which were added together
 * are not collected together for ever, and no second is crowded. The next time is the first of these places at least
 * half an interval from now. A cron expression names a minute; the second within it is the feed's place.
 *
 * @param nowMs of the clock that all schedulers share; milliseconds since 1970
 */
export function nextTimeMs({ feedId, wishes, otherwiseSeconds }: Plan, nowMs: number): number {
  const place = placeOf(feedId);
  return Math.min(...wishes.map((wish) => nextOf(wish, otherwiseSeconds, place, nowMs, 'half an interval')));
}

/** As nextTimeMs, without keeping a distance from a collection before: after the clock was turned back there is none. */
export function soonestTimeMs({ feedId, wishes, otherwiseSeconds }: Plan, nowMs: number): number {
  const place = placeOf(feedId);
  return Math.min(...wishes.map((wish) => nextOf(wish, otherwiseSeconds, place, nowMs, 'none')));
}

/**
 * No next time that was set by this plan lies beyond; one that does was set before the clock was turned back. A time of
 * day that has been served is not served again because the clock passes it twice, hence the second one to come.
 */
export function latestTimeMs({ feedId, wishes, otherwiseSeconds }: Plan, nowMs: number): number {
  const place = placeOf(feedId);
  const latest = wishes.map((wish) => {
    if (wish.cron === null) return nowMs + 2_000 * secondsOf(wish, otherwiseSeconds);
    const next = nextOf(wish, otherwiseSeconds, place, nowMs, 'none');
    return nextOf(wish, otherwiseSeconds, place, next, 'none');
  });
  return Math.min(...latest);
}

/** @throws Error in the words of the library, for what is no cron expression of five fields or no time zone */
export function cronOf(expression: string, timeZone: string | null): Cron {
  return new Cron(expression, { timezone: timeZone ?? 'UTC', mode: '5-part', paused: true });
}

function nextOf(
  wish: Wish,
  otherwiseSeconds: number,
  place: number,
  nowMs: number,
  distance: 'half an interval' | 'none',
): number {
  if (wish.cron !== null) return nextOfCron(wish.cron, wish.time_zone, place, nowMs);
  const seconds = secondsOf(wish, otherwiseSeconds);
  const earliest = distance === 'none' ? Math.floor(nowMs / 1000) + 1 : Math.ceil(nowMs / 1000 + seconds / 2);
  return (earliest + (((((place % seconds) - earliest) % seconds) + seconds) % seconds)) * 1000;
}

/**
 * A local time that does not exist is served when the clocks have been put forward, one that exists twice the first
 * time. The place within the minute may be later than now while the minute itself has passed.
 */
function nextOfCron(expression: string, timeZone: string | null, place: number, nowMs: number): number {
  const placeMs = (place % 60) * 1000;
  const next = cronOf(expression, timeZone).nextRun(new Date(nowMs - placeMs));
  // An expression that never comes is refused when it is given.
  return next === null ? nowMs + daySeconds * 1000 : next.getTime() + placeMs;
}

function secondsOf({ interval_seconds, frequency }: Wish, otherwiseSeconds: number): number {
  if (interval_seconds !== null) return interval_seconds;
  return frequency === null ? otherwiseSeconds : daySeconds / runsOfFrequency[frequency as Frequency];
}

/** The same as the first 32 bits of md5 in Postgres. */
function placeOf(feedId: string): number {
  return createHash('md5').update(feedId).digest().readUInt32BE(0);
}
