import type { FeedStatus } from '../../schemas/types.ts';
import type { RecentCollection } from '../schema.ts';

/** What a feed showed when it was collected. */
export interface Listing {
  readonly entries: number;
  /** From its oldest entry's date to its newest's; null where they have none. */
  readonly spanSeconds: number | null;
  /** From its newest entry's date to the collection. */
  readonly ageSeconds: number | null;
}

/** Shorter lists are replaced as a whole by habit: without dates their turnover is no hurry. */
const minEntries = 10;
/** Whose newest entry is so new may be in the midst of something, however far the others lie apart. */
const justNowSeconds = 60;

export function listingOf(status: FeedStatus, entriesBefore: number): Listing {
  const { checked_at, entry_count, newest_at, oldest_at } = status;
  return {
    entries: entry_count > 0 ? entry_count : entriesBefore,
    spanSeconds: newest_at === null || oldest_at === null ? null : (newest_at - oldest_at) / 1000,
    ageSeconds: newest_at === null ? null : (checked_at - newest_at) / 1000,
  };
}

/**
 * The time after which a feed shows none of the entries that it shows now. Entries that were only edited count as new
 * ones, so where there are dates, they have to agree.
 *
 * @param worked collections that went well, the oldest first
 * @returns null where nothing is known of it, or nothing new comes
 */
export function turnoverSeconds(
  worked: readonly RecentCollection[],
  { entries, spanSeconds, ageSeconds }: Listing,
): number | null {
  const [first, ...others] = worked;
  const [before, last] = [worked.at(-2), worked.at(-1)];
  if (first === undefined || before === undefined || last === undefined) {
    // One look: a feed is busy if its newest entry is as new as its others are near each other.
    if (spanSeconds === null || ageSeconds === null) return null;
    return ageSeconds <= Math.max(spanSeconds, justNowSeconds) ? Math.max(spanSeconds, ageSeconds) : null;
  }
  if (spanSeconds === null && entries < minEntries) return null;
  const sinceBefore = (last.at - before.at) / 1000;
  // Nobody knows how many came and went unseen: not even half of the time was short enough.
  if (last.new >= entries) return spanSeconds ?? sinceBefore / 2;
  const count = others.reduce((sum, one) => sum + one.new, 0);
  if (count === 0) return null;
  const byCount = (entries * (last.at - first.at)) / 1000 / count;
  return Math.max(byCount, spanSeconds ?? 0);
}

/** True where entries may have come and gone between the collection before and this one. */
export function hasGap({ entry_count, new_entry_count }: FeedStatus): boolean {
  return entry_count >= minEntries && new_entry_count >= entry_count;
}
