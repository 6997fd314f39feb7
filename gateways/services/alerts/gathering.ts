import { z } from 'zod';
import { time } from '../articles/query.ts';
import type { AlertKind } from './alert-input.ts';

export const digests = ['none', 'hourly', 'daily'] as const;

/** How alerts are gathered into notifications: those of a saved search, or of a kind. */
export interface Gathering {
  readonly throttle_minutes: number | null;
  readonly digest: string;
  readonly snoozed_until: string | null;
}

export const gatheringFields = {
  throttle_minutes: z
    .int({ error: 'should be a whole number' })
    .min(1, { error: 'should be 1 at least' })
    .max(10_080, { error: 'should be 10080 at most: a week' })
    .nullable()
    .meta({ description: 'At most one notification in so many minutes; what is held back goes with the next' }),
  digest: z
    .enum(digests, { error: `should be one of ${digests.join(', ')}` })
    .meta({ description: 'Gathered into one notification an hour or a day (UTC)' }),
  snoozed_until: time.nullable().meta({ description: 'Nothing is notified before; what is held back goes then' }),
};

/** Kinds of alerts that stand for themselves; those of saved searches are gathered as each search says. */
export type GatheredKind = Exclude<AlertKind, 'saved_search'>;

const eachAtOnce: Gathering = { throttle_minutes: null, digest: 'none', snoozed_until: null };
/** One outage begins many events: a source's each, a stage's each. */
const onceAnHour: Gathering = { ...eachAtOnce, throttle_minutes: 60 };

/** How alerts of a kind are gathered where their organisation has not said it. */
export const defaultGathering: Readonly<Record<GatheredKind, Gathering>> = {
  high_score: eachAtOnce,
  volume_anomaly: onceAnHour,
  activity_anomaly: onceAnHour,
  source_failing: onceAnHour,
  source_silent: onceAnHour,
  dead_letters: onceAnHour,
  stage_lag: onceAnHour,
  rule: eachAtOnce,
};

const kinds = Object.keys(defaultGathering) as readonly GatheredKind[];

/** Something of each kind, under the kind's name. */
export const ofEachKind = <Value>(valueOf: (kind: GatheredKind) => Value): Record<GatheredKind, Value> =>
  Object.fromEntries(kinds.map((kind) => [kind, valueOf(kind)])) as Record<GatheredKind, Value>;
