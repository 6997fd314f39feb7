import { meanOf, type Score } from './scores.ts';

const resamples = 2_000;

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * The interval in which F1 lies with 95 % confidence, by drawing as many pages anew, with repeats, 2,000 times. The draws
 * are the same for every run.
 */
export function f1Interval(scores: readonly Score[]): Interval {
  const random = generator(1);
  const drawn = Array.from({ length: resamples }, () =>
    meanOf(scores.map(() => scores[Math.floor(random() * scores.length)] as Score)),
  );
  const sorted = drawn.map(({ f1 }) => f1).sort((a, b) => a - b);
  return { low: sorted[Math.floor(resamples * 0.025)] ?? 0, high: sorted[Math.ceil(resamples * 0.975) - 1] ?? 0 };
}

/** Mulberry32: equally likely numbers from 0 to 1. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
