import { type Method, RunningMean } from './method.ts';

/** As many as at the same time of the last season of which it is known. */
export function seasonalNaive(season: number, phase: number): Method {
  const last = new Float64Array(season).fill(Number.NaN);
  const mean = new RunningMean();
  let slot = phase;
  return {
    name: 'seasonal naive',
    season,
    observe(value) {
      if (value !== null) {
        last[slot] = value;
        mean.add(value);
      }
      slot = (slot + 1) % season;
    },
    expect(ahead) {
      const value = last[(slot + ahead - 1) % season] as number;
      return Number.isNaN(value) ? mean.value : value;
    },
  };
}
