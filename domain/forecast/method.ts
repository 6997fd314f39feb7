/**
 * A way to forecast, fed step by step. It can be asked after every step, so that one walk over a history makes the
 * forecasts of every origin of a backtest.
 */
export interface Method {
  readonly name: 'seasonal mean' | 'seasonal naive' | 'damped Holt-Winters';
  /** In steps. */
  readonly season: number;
  /** The next step's count; null where it is not known. */
  observe(value: number | null): void;
  /**
   * The number to expect.
   *
   * @param ahead 1 is the step after the last observed one
   * @returns 0 or more; NaN before anything was observed
   */
  expect(ahead: number): number;
}

/** The mean of all that was observed, for a slot of which nothing is known. */
export class RunningMean {
  private sum = 0;
  private count = 0;

  add(value: number): void {
    this.sum += value;
    this.count += 1;
  }

  get value(): number {
    return this.count === 0 ? Number.NaN : this.sum / this.count;
  }
}
