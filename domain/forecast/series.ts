/** Counts of steps that follow each other without a break. */
export interface Series {
  readonly step: Step;
  /** When the first step begins, in milliseconds since 1970. */
  readonly startMs: number;
  /** What was counted in each step; null where it is not known. Fractions are allowed, values below 0 are not. */
  readonly values: readonly (number | null)[];
}

export type Step = 'hour' | 'day';

export const stepMs = { hour: 3_600_000, day: 86_400_000 } as const satisfies Record<Step, number>;

/** Seasons in steps, the shortest first. */
export const seasonsOf = { hour: [24, 168], day: [7] } as const satisfies Record<Step, readonly number[]>;

/** When a step of a series begins, in milliseconds since 1970; steps after its end count on. */
export const timeOf = ({ startMs, step }: Pick<Series, 'startMs' | 'step'>, at: number): number =>
  startMs + at * stepMs[step];

/** The place of a step in a season of so many steps. Seasons of all series of a step begin together. */
export function phaseOf({ startMs, step }: Pick<Series, 'startMs' | 'step'>, season: number): number {
  const steps = Math.floor(startMs / stepMs[step]);
  return ((steps % season) + season) % season;
}

export const knownCount = (values: Series['values']): number =>
  values.reduce<number>((count, value) => (value === null ? count : count + 1), 0);

/**
 * Gathers counts by the beginnings of their steps; steps between the first and the last that are not given count 0.
 *
 * @param counts by milliseconds since 1970, at beginnings of steps; at least one
 */
export function seriesOf(step: Step, counts: ReadonlyMap<number, number>): Series {
  const times = [...counts.keys()];
  const startMs = times.reduce((first, time) => Math.min(first, time));
  const endMs = times.reduce((last, time) => Math.max(last, time));
  const values = Array.from({ length: (endMs - startMs) / stepMs[step] + 1 }, () => 0);
  for (const [time, count] of counts) values[(time - startMs) / stepMs[step]] = count;
  return { step, startMs, values };
}
