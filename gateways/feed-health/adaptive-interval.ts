import type { RecentCollection } from '../schema.ts';
import { type Listing, turnoverSeconds } from './turnover.ts';

const minSeconds = 5 * 60;
const maxSeconds = 24 * 3600;
/** Fewer collections than this tell nothing. */
const enough = 4;
/** A publisher who posts ten things at once has changed the feed as often as one who posts four. */
const maxChangesAtOnce = 4;
/** So often is a feed asked while it turns over once: a collection may come late, or fail. */
const perTurnover = 3;
/** For feeds that lose entries in between at any longer interval. */
const minBusySeconds = 5;
/** For those of which no dates say that they do. */
const minUndatedSeconds = 60;

/**
 * The interval at which about every collection brings one change, from the time that the latest collections span. A
 * quiet feed's interval doubles as the span grows; a busy one's shrinks within a few collections. A feed that shows its
 * newest entries only for a short time is asked as often as it takes to see them all.
 *
 * @param recent the oldest first; of the first one nothing is known but its time
 * @param listing what the latest collection showed
 * @param freshSeconds what the publisher asks: an answer stays fresh for so long
 * @returns seconds, between 5 and a day; null while too little is known
 */
export function adaptiveSeconds(
  recent: readonly RecentCollection[],
  listing: Listing,
  freshSeconds: number | null,
): number | null {
  const worked = recent.filter(({ failed }) => failed === null);
  const byChanges = secondsByChanges(worked);
  const turnover = turnoverSeconds(worked, listing);
  const bySight = turnover === null ? null : Math.max(turnover / perTurnover, floorOf(listing));
  const isBusy = bySight !== null && bySight < (byChanges ?? minSeconds);
  const fitting = isBusy ? bySight : byChanges;
  return fitting === null ? null : Math.round(Math.min(Math.max(fitting, freshSeconds ?? 0), maxSeconds));
}

const floorOf = ({ spanSeconds }: Listing): number => (spanSeconds === null ? minUndatedSeconds : minBusySeconds);

function secondsByChanges(worked: readonly RecentCollection[]): number | null {
  const [first, ...others] = worked;
  const last = others.at(-1);
  if (first === undefined || last === undefined || worked.length < enough) return null;
  const changes = others.reduce((sum, one) => sum + Math.min(one.new, maxChangesAtOnce), 0);
  return Math.max((last.at - first.at) / 1000 / (changes + 1), minSeconds);
}
