import type { Method } from './method.ts';

export interface Smoothing {
  readonly level: number;
  readonly trend: number;
  readonly season: number;
  readonly damping: number;
}

/**
 * Holt and Winters' method with additive seasons and a damped trend (Hyndman and Athanasopoulos, Forecasting:
 * Principles and Practice, 8.3), on square roots: a count's scatter grows with it, its root's does not. A step that is
 * not known leaves the state as it is, but for the trend that goes on.
 */
export function holtWinters(season: number, phase: number, smoothing: Smoothing): Method {
  const { level: alpha, trend: beta, season: gamma, damping: phi } = smoothing;
  const seasonal = new Float64Array(season);
  /** Mean squared errors of roots: what a root's square lacks of the count's mean. */
  const scatter = new Float64Array(season);
  let anywhere = 0;
  const seen = new Float64Array(season);
  let level = Number.NaN;
  let trend = 0;
  let count = 0;
  let slot = phase;

  function observe(value: number): void {
    const root = Math.sqrt(value);
    count += 1;
    if (Number.isNaN(level)) {
      level = root;
      seen[slot] = 1;
      return;
    }
    const before = level;
    const error = root - (level + phi * trend + (seasonal[slot] as number));
    // As the mean of what was seen at first, then as smoothed.
    const times = (seen[slot] = (seen[slot] as number) + 1);
    const pull = Math.max(alpha, 1 / (count + 1));
    level += phi * trend + pull * error;
    trend = phi * trend + beta * (level - before - phi * trend);
    seasonal[slot] = (seasonal[slot] as number) + Math.max(gamma, 1 / (times + 0.5)) * (1 - pull) * error;
    anywhere += Math.max(0.02, 1 / count) * (error * error - anywhere);
    if (times === 1) scatter[slot] = anywhere;
    scatter[slot] =
      (scatter[slot] as number) + Math.max(gamma, 1 / (times + 1)) * (error * error - (scatter[slot] as number));
  }

  return {
    name: 'damped Holt-Winters',
    season,
    observe(value) {
      if (value !== null) observe(value);
      else trend *= phi;
      slot = (slot + 1) % season;
    },
    expect(ahead) {
      if (Number.isNaN(level)) return Number.NaN;
      const damped = phi === 1 ? ahead : (phi * (1 - phi ** ahead)) / (1 - phi);
      const at = (slot + ahead - 1) % season;
      const root = Math.max(0, level + damped * trend + (seasonal[at] as number));
      return root * root + (scatter[at] as number);
    },
  };
}
