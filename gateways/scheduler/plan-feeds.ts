import { type Kysely, sql } from 'kysely';
import type { Database } from '../schema.ts';
import type { Plan, Wish } from './next-time.ts';

export interface Pace {
  /** For feeds of which nobody wishes anything. */
  readonly defaultIntervalSeconds: number;
  /** Whether such a feed is collected as often as it changes, once that is known; not unless told. */
  readonly adaptive?: boolean;
}

export interface PlannedFeed {
  readonly id: string;
  /** Of the feed itself, whoever follows it. */
  readonly interval_seconds: number | null;
  readonly adaptive_seconds: number | null;
}

/** What is wanted of each feed by those who follow it and have not switched it off; feeds without any are left out. */
export async function plansOf(
  db: Kysely<Database>,
  feeds: readonly PlannedFeed[],
  { defaultIntervalSeconds, adaptive = false }: Pace,
): Promise<ReadonlyMap<string, Plan>> {
  const { rows } = await sql<Wish & { readonly feed_id: string }>`
    select feed_id, interval_seconds, cron, time_zone, frequency from sources
    where feed_id = any(${feeds.map(({ id }) => id)}::uuid[]) and enabled
  `.execute(db);
  const wishes = Map.groupBy(rows, (row) => row.feed_id);
  return new Map(
    feeds.flatMap((feed) => {
      const wanted: readonly Wish[] | undefined = wishes.get(feed.id);
      if (wanted === undefined) return [];
      const { interval_seconds } = feed;
      const own = { interval_seconds, cron: null, time_zone: null, frequency: null };
      const plan: Plan = {
        feedId: feed.id,
        wishes: interval_seconds === null ? wanted : [...wanted, own],
        otherwiseSeconds: (adaptive ? feed.adaptive_seconds : null) ?? defaultIntervalSeconds,
      };
      return [[feed.id, plan] as const];
    }),
  );
}
