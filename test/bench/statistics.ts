/** The middle of some rounds, with how far they lie apart. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly rounds: number;
}

/** @throws Error where there is nothing to sum up */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const [min, max] = [sorted[0], sorted.at(-1)];
  if (min === undefined || max === undefined) throw new Error('no round was valid');
  return { median: quantile(sorted, 0.5), min, max, rounds: sorted.length };
}

/** @param sorted ascending, not empty; between two values it is interpolated */
export function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(place)] ?? 0, sorted[Math.ceil(place)] ?? 0];
  return below + (above - below) * (place - Math.floor(place));
}

/** Each round begins with another contender, so that none always runs in the wake of the same one. */
export function rotated<T>(all: readonly T[], round: number): readonly T[] {
  const at = all.length === 0 ? 0 : round % all.length;
  return [...all.slice(at), ...all.slice(0, at)];
}
