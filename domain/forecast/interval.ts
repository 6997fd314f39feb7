export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * The narrowest interval of counts that holds the level, or as nearly as whole counts allow: of two widths the one whose
 * share is nearer to it. Where counts are high and scatter evenly it leaves out as much below as above; where most are
 * zero it begins with zero.
 *
 * @param cumulated how likely each of 0, 1, 2 … or fewer are; ascending
 * @param level 0 to 1, without both
 */
export function narrowestInterval(cumulated: readonly number[], level: number): Interval {
  const shareOf = (low: number, high: number): number =>
    (cumulated[high] ?? 1) - (low === 0 ? 0 : (cumulated[low - 1] ?? 1));
  let best = { low: 0, high: cumulated.length - 1 };
  let high = 0;
  for (let low = 0; low < cumulated.length; low += 1) {
    while (high < cumulated.length && shareOf(low, high) < level) high += 1;
    if (high >= cumulated.length) break;
    const width = high - low - (best.high - best.low);
    if (width < 0 || (width === 0 && shareOf(low, high) > shareOf(best.low, best.high))) best = { low, high };
  }
  const without = [
    { low: best.low, high: best.high - 1 },
    { low: best.low + 1, high: best.high },
  ].filter((one) => one.low <= one.high);
  const over = shareOf(best.low, best.high) - level;
  for (const one of without) if (level - shareOf(one.low, one.high) < over) return one;
  return best;
}

/** The smallest count that is not exceeded with this probability. */
export function quantileOf(cumulated: readonly number[], probability: number): number {
  const count = cumulated.findIndex((share) => share >= probability);
  return count < 0 ? cumulated.length - 1 : count;
}
