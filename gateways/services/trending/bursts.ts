import { type Against, type Baseline, baselineOf, type Hours } from './baseline.ts';
import { tailProbability } from './surprise.ts';

/** An article of the last hours with what it counts for. */
export interface RecentArticle {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Each once. */
  readonly keys: readonly string[];
}

export interface BurstInput {
  readonly nowMs: number;
  /** Where the history's hours end and the recent articles begin: an hour or two before now, later only without history. */
  readonly recentFromMs: number;
  readonly articles: readonly RecentArticle[];
  /** By key; of a key without any there is no history. */
  readonly history: ReadonlyMap<string, Hours>;
  /** Of all articles together, as long as it is known. It says how long the history is. */
  readonly total: Hours;
  /** How many keys there are that could burst. */
  readonly candidates: number;
  /**
   * Where keys come and go, as stories do: what those have in an hour that have any, and its spread. Nothing is taken for
   * a burst that would be usual for any of them.
   */
  readonly floor?: { readonly perHour: number; readonly spread: number };
  /** Minutes that are looked at, up to now; default 5, 10, 20 and 60. */
  readonly windows?: readonly number[];
}

export interface Burst {
  readonly key: string;
  /** Articles in the window. */
  readonly count: number;
  readonly expected: number;
  readonly windowMinutes: number;
  /** Of so many or more by chance. */
  readonly probability: number;
  readonly against: Against;
  /** Others that have risen as far as they go together with this one. */
  readonly with: readonly string[];
}

const minuteMs = 60_000;
const hourMs = 3_600_000;
const usualWindows = [5, 10, 20, 60];
/** False bursts a day over all keys that are borne, if counts behave as they are modelled. */
const falseADay = 0.01;
/** Looks that tell something new: the shortest windows of a day. */
const looksADay = 288;
/** Fewer are never a burst. */
export const leastCount = 5;
const leastRatio = 2;
/** Nothing is judged against less. */
const leastPastHours = 0.25;
/** Articles by which a rise of all is drawn towards none. */
const tideShrinkage = 10;

/**
 * Keys that come more often now than is usual for them, the most surprising first. Each key is judged in windows of 5 to
 * 60 minutes against its own past, at a probability that bounds false bursts over all keys, windows and looks of a day.
 * What rises with everything else (a feed that catches up, a day on which more happens) is none; what rises only in the
 * articles of a greater burst is named with that.
 */
export function bursts(input: BurstInput): readonly Burst[] {
  const { candidates, windows = usualWindows } = input;
  const limit = falseADay / (looksADay * windows.length * Math.max(1, candidates));
  const found = new Map<string, Judged>();
  for (const minutes of windows) {
    for (const judged of judgeWindow(input, minutes)) {
      if (judged.probability > limit) continue;
      const before = found.get(judged.key);
      if (before === undefined || judged.probability < before.probability) found.set(judged.key, judged);
    }
  }
  return withoutCompanions([...found.values()], limit);
}

interface Judged extends Omit<Burst, 'with'> {
  readonly variance: number;
  readonly articles: ReadonlySet<RecentArticle>;
}

function judgeWindow(input: BurstInput, minutes: number): readonly Judged[] {
  const { nowMs, recentFromMs, articles, total, history } = input;
  const fromMs = nowMs - minutes * minuteMs;
  if (total.length + (fromMs - recentFromMs) / hourMs < leastPastHours) return [];
  const inWindow = new Map<string, RecentArticle[]>();
  const before = new Map<string, number>();
  let all = 0;
  let allBefore = 0;
  for (const article of articles) {
    if (article.at >= nowMs) continue;
    const isInWindow = article.at >= fromMs;
    if (isInWindow) all += 1;
    else allBefore += 1;
    for (const key of article.keys) {
      if (!isInWindow) before.set(key, (before.get(key) ?? 0) + 1);
      else if (inWindow.get(key)?.push(article) === undefined) inWindow.set(key, [article]);
    }
  }
  const perHour = (sumOf(total) + allBefore) / (total.length + (fromMs - recentFromMs) / hourMs);
  const baseOf = (hours: Hours, count: number, population: number): Baseline =>
    baselineOf({
      hours,
      since: { count, hours: (fromMs - recentFromMs) / hourMs },
      aheadHours: ((fromMs + nowMs) / 2 - recentFromMs) / hourMs,
      population,
    });
  const ofAll = (baseOf(total, allBefore, perHour).perHour * minutes) / 60;
  const nothing = new Float64Array(total.length);
  return [...inWindow].flatMap(([key, carrying]): Judged[] => {
    const count = carrying.length;
    if (count < leastCount) return [];
    const own = baseOf(history.get(key) ?? nothing, before.get(key) ?? 0, perHour / Math.max(1, input.candidates));
    const base = raised(own, input.floor);
    const plain = (base.perHour * minutes) / 60;
    // How far the others have risen; that they have fallen makes nothing a burst.
    const others = Math.max(0, ofAll - plain);
    const tide = Math.max(1, (all - count + tideShrinkage) / (others + tideShrinkage));
    const expected = Math.max(plain * tide, 1e-3);
    if (count < leastRatio * expected) return [];
    const variance = expected + expected * expected * base.spread();
    const probability = tailProbability(count, expected, variance);
    const { against } = base;
    return [
      { key, count, expected, windowMinutes: minutes, probability, against, variance, articles: new Set(carrying) },
    ];
  });
}

function raised(base: Baseline, floor: BurstInput['floor']): Baseline {
  if (floor === undefined || base.perHour >= floor.perHour) return base;
  return { perHour: floor.perHour, spread: () => floor.spread, against: 'others of its kind' };
}

/** Each burst takes its excess along: what is surprising no more without it, has only gone along. */
function withoutCompanions(found: readonly Judged[], limit: number): readonly Burst[] {
  const bursting: (Judged & { readonly companions: string[] })[] = [];
  for (const judged of found.toSorted((a, b) => a.probability - b.probability || b.count - a.count)) {
    const leader = bursting.find((other) => isExplained(judged, other, limit));
    if (leader === undefined) bursting.push({ ...judged, companions: [] });
    else leader.companions.push(judged.key);
  }
  return bursting.map(({ companions, articles: _articles, variance: _variance, ...burst }) => ({
    ...burst,
    with: companions,
  }));
}

function isExplained(judged: Judged, by: Judged, limit: number): boolean {
  let shared = 0;
  for (const article of judged.articles) if (by.articles.has(article)) shared += 1;
  const excess = Math.max(0, 1 - by.expected / by.count);
  const left = judged.count - shared * excess;
  return left < leastCount || tailProbability(left, judged.expected, judged.variance) > limit;
}

function sumOf(values: Hours): number {
  let sum = 0;
  for (let at = 0; at < values.length; at += 1) sum += values[at] ?? 0;
  return sum;
}
