import { type Kysely, sql } from 'kysely';
import { hostKey } from '../../domain/canonical-url.ts';
import { derivedId } from '../../domain/identity.ts';
import type { CollectRequest } from '../../schemas/types.ts';
import { passFailPoint } from '../../streams/fail-points.ts';
import type { Database } from '../schema.ts';
import { writeToOutbox } from '../services/outbox.ts';

export interface DueOptions {
  /** For feeds without an interval of their own. */
  readonly defaultIntervalSeconds: number;
  /** Feeds at most. */
  readonly limit: number;
}

interface DueFeed {
  readonly id: string;
  readonly visibility: string;
  readonly url: string;
  readonly connector: string;
  readonly config: Record<string, unknown>;
  /** When it was due. */
  readonly due_at: Date;
  /** The database's clock. */
  readonly now: Date;
}

/**
 * Asks for the collection of the feeds that are due, and says when each is due next, in one transaction. Any number of
 * schedulers may do so at once: a feed that one has in hand is skipped by the others, and its next time is set when they
 * can see it again. The time is the database's, so that the schedulers' own clocks do not matter.
 *
 * @returns how many feeds were asked for
 */
export async function requestDueFeeds(db: Kysely<Database>, options: DueOptions): Promise<number> {
  return db.transaction().execute(async (transaction) => {
    const feeds = await takeDue(transaction, options);
    await writeToOutbox(
      transaction,
      'collect-request',
      feeds.map((feed) => ({ key: hostKey(feed.url), value: requestOf(feed) })),
    );
    if (feeds.length > 0) passFailPoint('scheduler-claimed');
    return feeds.length;
  });
}

/**
 * Each feed has a place of its own within its interval, derived from its id, so that feeds which were added together
 * are not collected together for ever. The next time is the first of these places at least half an interval from now.
 *
 * A next time that lies more than two intervals ahead was set before the clock was turned back: such a feed is due.
 */
async function takeDue(
  transaction: Kysely<Database>,
  { defaultIntervalSeconds, limit }: DueOptions,
): Promise<readonly DueFeed[]> {
  const { rows } = await sql<DueFeed>`
    with due as (
      select id, next_due_at as due_at, coalesce(interval_seconds, ${defaultIntervalSeconds}::integer) as seconds
      from feeds
      where (
          next_due_at <= now()
          or next_due_at > now() + 2 * coalesce(interval_seconds, ${defaultIntervalSeconds}::integer) * interval '1 second'
        )
        and exists (select from sources where sources.feed_id = feeds.id and sources.enabled)
      order by next_due_at
      limit ${limit}::integer
      for update skip locked
    ), placed as (
      select *,
        ('x' || left(md5(id::text), 8))::bit(32)::bigint % seconds as place,
        ceil(extract(epoch from now()) + seconds / 2.0)::bigint as earliest
      from due
    )
    update feeds
    set next_due_at = to_timestamp(earliest + (((place - earliest) % seconds) + seconds) % seconds),
      last_requested_at = now()
    from placed
    where feeds.id = placed.id
    returning feeds.id, visibility, url, connector, config, due_at, now() as now
  `.execute(transaction);
  return rows;
}

function requestOf(feed: DueFeed): CollectRequest {
  return {
    request_id: derivedId('collect', feed.id, feed.due_at.toISOString()),
    kind: 'feed',
    reason: 'schedule',
    feed_id: feed.id,
    connector: feed.connector,
    config: JSON.stringify(feed.config),
    url: feed.url,
    visibility: feed.visibility,
    requested_at: feed.now.getTime(),
    entry: null,
    credentials: null,
  };
}
