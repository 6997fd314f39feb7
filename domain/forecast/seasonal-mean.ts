import { type Method, RunningMean } from './method.ts';

/**
 * The mean of the same time of past seasons, with older ones counting less. A slot that has been seen seldom is drawn
 * towards what the seasons inside it say (an hour of the week towards that hour of any day, times how busy that day of
 * the week is): the posterior mean of a Poisson rate under a gamma prior.
 *
 * @param inner a season that the season is a multiple of; null where there is none
 * @param memory in seasons: one as far back as this counts 1/e
 */
export function seasonalMean(season: number, inner: number | null, phase: number, memory: number): Method {
  const own = new DecayingSlots(season, Math.exp(-1 / memory));
  const days = inner === null ? null : new DecayingSlots(season / inner, Math.exp(-1 / (memory * inner)));
  const hours = inner === null ? null : new DecayingSlots(inner, Math.exp(-inner / (memory * season)));
  const mean = new RunningMean();
  let slot = phase;

  function rate(at: number): number {
    if (Number.isNaN(mean.value)) return Number.NaN;
    if (days === null || hours === null || inner === null) return own.mean(at, mean.value, priorWeight);
    const hour = hours.mean(at % inner, mean.value, priorWeight);
    const day = days.mean(Math.floor(at / inner), mean.value, priorWeight);
    const prior = mean.value === 0 ? 0 : (hour * day) / mean.value;
    return own.mean(at, prior, priorWeight);
  }

  return {
    name: 'seasonal mean',
    season,
    observe(value) {
      if (value !== null) {
        own.add(slot, value);
        mean.add(value);
        if (inner !== null) {
          hours?.add(slot % inner, value);
          days?.add(Math.floor(slot / inner), value);
        }
      }
      slot = (slot + 1) % season;
    },
    expect: (ahead) => rate((slot + ahead - 1) % season),
  };
}

/** A prior counts as so many observations. */
const priorWeight = 1;

/** Sums by slot that fade with each observation of the slot. */
class DecayingSlots {
  private readonly sums: Float64Array;
  private readonly weights: Float64Array;
  private readonly keep: number;

  constructor(slots: number, keep: number) {
    this.sums = new Float64Array(slots);
    this.weights = new Float64Array(slots);
    this.keep = keep;
  }

  add(slot: number, value: number): void {
    this.sums[slot] = (this.sums[slot] as number) * this.keep + value;
    this.weights[slot] = (this.weights[slot] as number) * this.keep + 1;
  }

  mean(slot: number, prior: number, weight: number): number {
    return ((this.sums[slot] as number) + prior * weight) / ((this.weights[slot] as number) + weight);
  }
}
