import type { Series } from '../../domain/forecast/series.ts';
import { standstills } from '../../domain/forecast/standstill.ts';

const hourMs = 3_600_000;

/** Counts of hours, the first of which begins at `fromMs`. */
export interface Hours {
  readonly fromMs: number;
  readonly counts: readonly number[];
}

/** What is counted, beside all that the organisation follows: both over the same hours. */
export interface Counted {
  readonly own: Hours;
  readonly all: Hours;
}

/** An hour belongs to where it begins: in a zone that is half an hour off, the border lies within one. */
export function countBetween({ fromMs, counts }: Hours, from: number, to: number): number {
  const first = Math.max(0, Math.ceil((from - fromMs) / hourMs));
  return counts.slice(first, Math.max(first, Math.ceil((to - fromMs) / hourMs))).reduce((sum, count) => sum + count, 0);
}

/**
 * Counts between borders that follow each other, as a series. A step is unknown where all that the organisation follows
 * stood still for more than half of it.
 *
 * @returns null without two borders
 */
export function countsBetween(step: Series['step'], { own, all }: Counted, borders: readonly number[]): Series | null {
  const [startMs] = borders;
  if (startMs === undefined || borders.length < 2) return null;
  const still = standstills([{ step: 'hour', startMs: all.fromMs, values: all.counts }]);
  const values = borders.slice(0, -1).map((start, at) => {
    const end = borders[at + 1] ?? start;
    const hours = still.slice(Math.ceil((start - all.fromMs) / hourMs), Math.ceil((end - all.fromMs) / hourMs));
    return hours.filter(Boolean).length * 2 > hours.length ? null : countBetween(own, start, end);
  });
  return { step, startMs, values };
}
