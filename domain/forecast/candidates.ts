import { holtWinters, type Smoothing } from './holt-winters.ts';
import type { Method } from './method.ts';
import { seasonalMean } from './seasonal-mean.ts';
import { seasonalNaive } from './seasonal-naive.ts';
import { knownCount, phaseOf, seasonsOf, type Series } from './series.ts';

/** A season is used where the history covers it twice. */
const timesCovered = 2;

/** The seasons that a history covers, the shortest first; without any, one of a single step: there is none. */
export function coveredSeasons(series: Series): readonly number[] {
  const known = knownCount(series.values);
  const covered = seasonsOf[series.step].filter((season) => known >= season * timesCovered);
  return covered.length === 0 ? [1] : covered;
}

/** The methods that are tried on a history, none of which has seen anything yet; the first where none can be tried. */
export function candidates(series: Series, seasons: readonly number[]): readonly Method[] {
  return seasons.flatMap((season, index) => {
    const phase = phaseOf(series, season);
    const inner = seasons[index - 1] ?? null;
    return [
      ...memories.map((memory) => seasonalMean(season, inner, phase, memory)),
      seasonalNaive(season, phase),
      ...smoothingsOf(series.step).map((smoothing) => holtWinters(season, phase, smoothing)),
    ];
  });
}

/** In seasons: a few, for what changes, and many, for what does not. */
const memories = [3, 10];

/** A step of days brings as much news of level and season as many hours. */
const speeds = {
  hour: { levels: [0.03, 0.1], trend: 0.1, seasons: [0.05, 0.15] },
  day: { levels: [0.1, 0.3], trend: 0.2, seasons: [0.1, 0.3] },
} as const;

function smoothingsOf(step: Series['step']): readonly Smoothing[] {
  const { levels, trend, seasons } = speeds[step];
  return levels.flatMap((level) => seasons.map((season) => ({ level, trend: level * trend, season, damping: 0.98 })));
}
