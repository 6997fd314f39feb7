/** Counts of whole hours that follow each other; the last one ends where the recent minutes begin. */
export type Hours = ArrayLike<number>;

/** What is usual for now, with how sure that is. */
export interface Baseline {
  /** Expected in an hour. */
  readonly perHour: number;
  /** Variance of the rate over the square of its mean: of its natural course, and for what is not known of it. It takes a while. */
  readonly spread: () => number;
  /** With what it was compared. */
  readonly against: Against;
}

export const comparisons = ['past weeks', 'past days', 'the hours before', 'others of its kind'] as const;
export type Against = (typeof comparisons)[number];

const day = 24;
const week = 168;
const maxWeeks = 4;
const maxDays = 7;
/** Hours that tell the present level. */
const levelHours = 6;
/** Articles by which a level is drawn towards the usual one. */
const levelShrinkage = 5;
/** Half of what the hours before say is of so many hours. */
const halfLife = 6;
/** Of an hour's neighbours in past weeks and days: seasons are smooth, and one hour is little. */
const kernel = [0.25, 0.5, 0.25];
/** How much rates wander where nothing is known, and how many hours that is worth. */
const usualSpread = 0.05;
const usualSpreadHours = 48;

export interface BaselineInput {
  readonly hours: Hours;
  /** Counted since the last of the hours, before the window in question. */
  readonly since: { readonly count: number; readonly hours: number };
  /** From the end of the last of the hours to the middle of the window. */
  readonly aheadHours: number;
  /** What members of the population have in an hour on average. */
  readonly population: number;
}

/**
 * The same hour of past weeks, where there are any; of past days, where there are two; else the hours before. Weeks and
 * days are brought to the level of the last hours. What little is known is drawn towards the population.
 */
export function baselineOf({ hours, since, aheadHours, population }: BaselineInput): Baseline {
  const now = hours.length + Math.floor(aheadHours);
  const prior = { shape: 0.5, hours: 0.5 / Math.max(population, 1e-3) };
  const season = hours.length >= week + day ? week : hours.length >= 2 * day ? day : undefined;
  const mostSeasons = season === week ? maxWeeks : maxDays;
  if (season === undefined) {
    const { count, weight } = faded(hours, since, now);
    const shape = prior.shape + count;
    const perHour = shape / (prior.hours + weight);
    return { perHour, spread: () => usualSpread + 1 / shape, against: 'the hours before' };
  }
  const usual = (at: number, smooth: boolean) => usualAt(hours, at, season, mostSeasons, smooth);
  const here = usual(now, true);
  const shape = prior.shape + here.count;
  const seasonal = shape / (prior.hours + here.hours);

  let actual = since.count;
  let expected = usual(now, false).mean * since.hours;
  for (let back = 1; back <= levelHours; back += 1) {
    const at = hours.length - back;
    actual += hours[at] ?? 0;
    expected += usual(at, false).mean;
  }
  const level = (actual + levelShrinkage) / (expected + levelShrinkage);
  const levelSpread = 1 / (actual + levelShrinkage);
  return {
    perHour: seasonal * level,
    spread: () => wandering(hours, season, mostSeasons) + 1 / shape + levelSpread,
    against: season === week ? 'past weeks' : 'past days',
  };
}

/** The hours before, the more the nearer they are. */
function faded(hours: Hours, since: BaselineInput['since'], now: number): { count: number; weight: number } {
  let { count, hours: weight } = since;
  for (let at = Math.max(0, hours.length - day); at < hours.length; at += 1) {
    const share = 0.5 ** ((now - at) / halfLife);
    count += share * (hours[at] ?? 0);
    weight += share;
  }
  return { count, weight };
}

/** Of a place in the season, over past seasons. */
function usualAt(
  hours: Hours,
  at: number,
  season: number,
  mostSeasons: number,
  smooth: boolean,
): { readonly count: number; readonly hours: number; readonly mean: number } {
  let count = 0;
  let weight = 0;
  for (let back = 1; back <= mostSeasons; back += 1) {
    const same = at - back * season;
    if (same < 0) break;
    for (let offset = -1; offset <= 1; offset += 1) {
      const place = same + offset;
      if ((!smooth && offset !== 0) || place < 0 || place >= hours.length) continue;
      const share = smooth ? (kernel[offset + 1] ?? 0) : 1;
      count += share * (hours[place] ?? 0);
      weight += share;
    }
  }
  return { count, hours: weight, mean: weight === 0 ? 0 : count / weight };
}

/** How much more the last week's hours differ from those of past seasons than chance alone would have it. */
function wandering(hours: Hours, season: number, mostSeasons: number): number {
  let excess = usualSpread * usualSpreadHours;
  let weight = usualSpreadHours;
  for (let at = Math.max(season, hours.length - week); at < hours.length; at += 1) {
    const { mean, hours: known } = usualAt(hours, at, season, mostSeasons, true);
    if (mean < 0.5) continue;
    const chance = mean + mean / known;
    // One great event of last week is no reason to miss the next one.
    const squared = Math.min(((hours[at] ?? 0) - mean) ** 2, 25 * chance);
    const share = Math.min(1, mean / 10);
    excess += (share * (squared - chance)) / (mean * mean);
    weight += share;
  }
  return Math.max(0.005, excess / weight);
}
