import type { Outcome } from './calibration.ts';
import type { Method } from './method.ts';
import type { Series } from './series.ts';

/** What a method would have forecast at past origins. */
export interface Tried {
  /** Has seen all of the history. */
  readonly method: Method;
  /** By steps ahead, the first at index 0. */
  readonly outcomes: readonly (readonly Outcome[])[];
  /** Mean of the squared errors; infinite where nothing could be judged. */
  readonly squaredError: number;
}

/**
 * Walks over a history once and has each method forecast at rolling origins. At each a method knows what lies before it
 * and nothing else; steps that are not known are not judged.
 *
 * @param origins steps before which a forecast is made, ascending
 */
export function backtest(
  values: Series['values'],
  methods: readonly Method[],
  origins: readonly number[],
  horizon: number,
): readonly Tried[] {
  const outcomes = methods.map(() => Array.from({ length: horizon }, (): Outcome[] => []));
  let next = 0;
  values.forEach((value, at) => {
    if (at === origins[next]) {
      next += 1;
      methods.forEach((method, index) => foresee(values, at, method, outcomes[index] ?? []));
    }
    for (const method of methods) method.observe(value);
  });
  return methods.map((method, index) => {
    const own = outcomes[index] ?? [];
    return { method, outcomes: own, squaredError: squaredErrorOf(own.flat()) };
  });
}

function foresee(values: Series['values'], origin: number, method: Method, outcomes: readonly Outcome[][]): void {
  outcomes.forEach((ofStep, index) => {
    const actual = values[origin + index] ?? null;
    const expected = method.expect(index + 1);
    if (actual !== null && !Number.isNaN(expected)) ofStep.push({ expected, actual });
  });
}

function squaredErrorOf(outcomes: readonly Outcome[]): number {
  if (outcomes.length === 0) return Number.POSITIVE_INFINITY;
  return outcomes.reduce((sum, { expected, actual }) => sum + (actual - expected) ** 2, 0) / outcomes.length;
}
