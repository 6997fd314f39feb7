const resamples = 1_000;

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * The interval in which a figure lies with 95 % confidence, by drawing as many samples anew, with repeats. The draws
 * are the same for every run.
 *
 * @param statistic of a drawn set; it gets samples more than once. NaN, where a draw says nothing, is left out
 */
export function bootstrap<Sample>(
  samples: readonly Sample[],
  statistic: (drawn: readonly Sample[]) => number,
  rounds = resamples,
): Interval {
  const random = generator(1);
  const figures = Array.from({ length: rounds }, () =>
    statistic(samples.map(() => samples[Math.floor(random() * samples.length)] as Sample)),
  )
    .filter((figure) => !Number.isNaN(figure))
    .toSorted((a, b) => a - b);
  return {
    low: figures[Math.floor(figures.length * 0.025)] ?? Number.NaN,
    high: figures[Math.ceil(figures.length * 0.975) - 1] ?? Number.NaN,
  };
}

/** Mulberry32: equally likely numbers from 0 to 1, the same for the same seed. */
export function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
