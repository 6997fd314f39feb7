import type { RecentCollection } from '../schema.ts';

const minSeconds = 5 * 60;
const maxSeconds = 24 * 3600;
/** Fewer collections than this tell nothing. */
const enough = 4;
/** A publisher who posts ten things at once has changed the feed as often as one who posts four. */
const maxChangesAtOnce = 4;

/**
 * The interval at which about every collection brings one change, from the time that the latest collections span. A
 * quiet feed's interval doubles as the span grows; a busy one's shrinks within a few collections.
 *
 * @param recent the oldest first; of the first one nothing is known but its time
 * @param freshSeconds what the publisher asks: an answer stays fresh for so long
 * @returns seconds, between 5 minutes and a day; null while too little is known
 */
export function adaptiveSeconds(recent: readonly RecentCollection[], freshSeconds: number | null): number | null {
  const worked = recent.filter(({ failed }) => failed === null);
  const [first, ...others] = worked;
  const last = others.at(-1);
  if (first === undefined || last === undefined || worked.length < enough) return null;
  const changes = others.reduce((sum, one) => sum + Math.min(one.new, maxChangesAtOnce), 0);
  const fitting = (last.at - first.at) / 1000 / (changes + 1);
  return Math.round(Math.min(Math.max(fitting, freshSeconds ?? 0, minSeconds), maxSeconds));
}
