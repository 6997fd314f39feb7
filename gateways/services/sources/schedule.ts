import { z } from 'zod';
import { cronOf, type Frequency, runsOfFrequency, type Wish } from '../../scheduler/next-time.ts';
import { Invalid } from '../faults.ts';
import { storableText } from '../text-schema.ts';

export const frequencies = Object.keys(runsOfFrequency) as readonly Frequency[];
const minIntervalSeconds = 60;
const maxIntervalSeconds = 31 * 24 * 3600;

const intervalWords = `should be a number of seconds between ${minIntervalSeconds} and ${maxIntervalSeconds} (31 days)`;
const fields = {
  interval_seconds: z
    .int({ error: intervalWords })
    .min(minIntervalSeconds, { error: intervalWords })
    .max(maxIntervalSeconds, { error: intervalWords })
    .nullable()
    .meta({ description: 'At most one of interval_seconds, cron and frequency; none: as often as the feed changes' }),
  cron: storableText(255)
    .trim()
    .nullable()
    .meta({ description: 'Five fields: minute, hour, day, month, weekday', example: '30 6 * * 1-5' }),
  time_zone: storableText(64)
    .trim()
    .nullable()
    .meta({ description: 'Of cron; UTC unless given', example: 'Europe/Berlin' }),
  frequency: z
    .enum(frequencies, { error: `should be one of ${frequencies.join(', ')}` })
    .nullable()
    .meta({ description: 'Times a day; hourly is 24' }),
};

/** When a source is to be collected: to be spread into the schemas of sources. */
export const newScheduleFields = {
  interval_seconds: fields.interval_seconds.default(null),
  cron: fields.cron.default(null),
  time_zone: fields.time_zone.default(null),
  frequency: fields.frequency.default(null),
};
export const scheduleChangeFields = fields;

/** What a change may say of it. */
type ScheduleChanges = { readonly [F in keyof Wish]?: Wish[F] | undefined };

/**
 * The schedule after a change: who names one of interval, cron and frequency has left the others.
 *
 * @throws Invalid for two of them at once, for what is no cron expression or time zone, and for a cron that never comes
 */
export function scheduleAfter(before: Wish, changes: ScheduleChanges): Wish {
  const named = (['interval_seconds', 'cron', 'frequency'] as const).filter((kind) => (changes[kind] ?? null) !== null);
  const [kind, second] = named;
  if (second !== undefined) throw new Invalid(fault(second, `should not be given beside ${String(kind)}`));
  const kept = kind === undefined ? before : nothing;
  const { interval_seconds = kept.interval_seconds, cron = kept.cron, frequency = kept.frequency } = changes;
  const zone =
    changes.time_zone === undefined ? (kind === 'cron' ? before.time_zone : kept.time_zone) : changes.time_zone;
  if (cron === null) {
    if ((changes.time_zone ?? null) !== null) throw new Invalid(fault('time_zone', 'should be given beside cron only'));
    return { interval_seconds, cron, frequency, time_zone: null };
  }
  refuseBadCron(cron, zone);
  return { interval_seconds, cron, frequency, time_zone: zone };
}

const nothing: Wish = { interval_seconds: null, cron: null, time_zone: null, frequency: null };

/** @throws Invalid */
export const newSchedule = (given: Wish): Wish => scheduleAfter(nothing, given);

export function saysWhen(changes: ScheduleChanges): boolean {
  return Object.keys(fields).some((field) => changes[field as keyof Wish] !== undefined);
}

function refuseBadCron(cron: string, timeZone: string | null): void {
  if (timeZone !== null && !isTimeZone(timeZone)) {
    throw new Invalid(fault('time_zone', 'should be a time zone by its IANA name, for example Europe/Berlin'));
  }
  let comes: boolean;
  try {
    comes = /^\S+(?:\s+\S+){4}$/.test(cron) && cronOf(cron, timeZone).nextRun() !== null;
  } catch {
    comes = false;
  }
  if (comes) return;
  const detail =
    'should be five fields (minute, hour, day, month, weekday) that name a time which comes, for example 30 6 * * 1-5';
  throw new Invalid(fault('cron', detail));
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function fault(field: string, detail: string): { field: string; code: string; detail: string } {
  return { field, code: 'invalid_schedule', detail };
}
