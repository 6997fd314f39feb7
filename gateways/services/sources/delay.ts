import { sql } from 'kysely';

/** Milliseconds of rest that a row of feeds gets after a request: the longest that its sources ask for. */
export const delayMs = sql<number>`(
  select coalesce(max(delay_seconds), 0) * 1000 from sources where sources.feed_id = feeds.id and sources.enabled
)`;
