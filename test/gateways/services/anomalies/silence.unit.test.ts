import { describe, expect, test } from 'vitest';
import { judgeSilence } from '../../../../gateways/services/anomalies/silence.ts';

const weeks = 4;
const hours = weeks * 168;

/** Counts by hour, nothing in the last ones. */
function counts(of: (hour: number) => number, quiet: number): readonly number[] {
  return Array.from({ length: hours }, (_, hour) => (hour < hours - quiet ? of(hour) : 0));
}

const hourly = (): number => 3;
const byDay = (hour: number): number => (hour % 24 >= 8 && hour % 24 < 20 ? 4 : 0);
/** Ten on one hour of the week. */
const weekly = (hour: number): number => (hour % 168 === 9 ? 10 : 0);
const rare = (hour: number): number => (hour % 100 === 0 ? 1 : 0);

const firstSilent = (sources: number): number => {
  for (let quiet = 1; quiet < 100; quiet += 1)
    if (
      judgeSilence(
        counts(() => 1, quiet),
        sources,
      ) !== null
    )
      return quiet;
  return 100;
};

describe('a source', () => {
  test.each([
    { rhythm: 'three an hour', of: hourly, quiet: 2, isSilent: false },
    { rhythm: 'three an hour', of: hourly, quiet: 5, isSilent: true },
    { rhythm: 'by day only', of: byDay, quiet: 12, isSilent: false },
    { rhythm: 'by day only', of: byDay, quiet: 30, isSilent: true },
    { rhythm: 'once a week', of: weekly, quiet: 150, isSilent: false },
    { rhythm: 'so seldom that nobody knows', of: rare, quiet: 300, isSilent: false },
  ])('with $rhythm that has been quiet for $quiet hours: silent is $isSilent', ({ of, quiet, isSilent }) => {
    expect(judgeSilence(counts(of, quiet), 100) !== null).toBe(isSilent);
  });

  test('that never had anything is not silent', () => {
    expect(
      judgeSilence(
        counts(() => 0, 0),
        1,
      ),
    ).toBeNull();
  });

  test('among many has to be quiet for longer than alone', () => {
    expect(firstSilent(10_000)).toBeGreaterThan(firstSilent(1));
  });
});
