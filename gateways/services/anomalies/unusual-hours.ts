import { forecast } from '../../../domain/forecast/forecast.ts';
import { tailProbability } from '../trending/surprise.ts';

export interface UnusualHour {
  /** Place in the counts. */
  readonly at: number;
  readonly direction: 'high' | 'low';
  readonly count: number;
  readonly expected: number;
  /** The forecast's intervals. */
  readonly interval80: Interval;
  readonly interval99: Interval;
  /** Of what is so far off, or further, by chance. */
  readonly probability: number;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Standard deviations on both sides of the mean that hold 99 %. */
const deviationsOf99 = 2.576;

/**
 * Hours at the end of a series that lie outside of what its own past foresees at 99 %.
 *
 * @param counts hours that follow each other
 * @param judged how many of the last ones; they are foreseen from those before them
 * @param startMs when the first hour begins
 * @returns null where the past is too short
 */
export function unusualHours(
  counts: readonly number[],
  judged: number,
  startMs: number,
): readonly UnusualHour[] | null {
  const past = { step: 'hour', startMs, values: counts.slice(0, -judged) } as const;
  if (past.values.length < leastHours) return null;
  const narrow = forecast(past, judged, { level: 0.8 });
  const wide = forecast(past, judged, { level: 0.99 });
  if (narrow === null || wide === null) return null;
  return wide.points.flatMap((point, index): UnusualHour[] => {
    const at = counts.length - judged + index;
    const count = counts[at] ?? 0;
    if (count >= point.low && count <= point.high) return [];
    const expected = Math.max(point.mean, 0.01);
    const deviation = (point.high - point.low) / (2 * deviationsOf99);
    const variance = Math.max(expected, deviation * deviation);
    const isHigh = count > point.high;
    const close = narrow.points[index] ?? point;
    return [
      {
        at,
        direction: isHigh ? 'high' : 'low',
        count,
        expected: point.mean,
        interval80: { low: close.low, high: close.high },
        interval99: { low: point.low, high: point.high },
        probability: isHigh
          ? tailProbability(count, expected, variance)
          : Math.max(Number.MIN_VALUE, 1 - tailProbability(count + 1, expected, variance)),
      },
    ];
  });
}

/** Two weeks, so that an hour of a week was seen before. */
const leastHours = 14 * 24;
