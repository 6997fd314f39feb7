import { type Kysely, sql } from 'kysely';
import { hostKey } from '../../domain/canonical-url.ts';
import { connectorSettings } from '../../domain/connectors.ts';
import { derivedId } from '../../domain/identity.ts';
import type { CollectRequest } from '../../schemas/types.ts';
import { passFailPoint } from '../../streams/fail-points.ts';
import type { Database } from '../schema.ts';
import { pauseMs } from '../feed-health/pauses.ts';
import { writeToOutbox } from '../services/outbox.ts';
import { delayMs } from '../services/sources/delay.ts';
import { latestTimeMs, nextTimeMs, type Plan, soonestTimeMs } from './next-time.ts';
import { type Pace, type PlannedFeed, plansOf } from './plan-feeds.ts';

export interface DueOptions extends Pace {
  /** Feeds at most. */
  readonly limit: number;
}

interface DueFeed extends PlannedFeed {
  readonly visibility: string;
  readonly url: string;
  readonly connector: string;
  readonly config: Record<string, unknown>;
  /** Sealed. */
  readonly credentials: string | null;
  readonly delay_ms: number;
  readonly failures: number;
  /** When it is or was due. */
  readonly due_at: Date;
  readonly next_due_at: Date;
  /** The database's clock. */
  readonly now: Date;
}

/** Connectors of what is sent to us. */
const notScheduled = connectorSettings.filter(({ scheduled }) => !scheduled).map(({ name }) => name);

/** What is written of a feed; its retry, if there was one, is used up. */
interface NextTime {
  readonly id: string;
  readonly next: number;
  readonly asked: boolean;
}

/**
 * Asks for the collection of the feeds that are due, and says when each is due next, in one transaction. Any number of
 * schedulers may do so at once: a feed that one has in hand is skipped by the others, and its next time is set when they
 * can see it again. The time is the database's, so that the schedulers' own clocks do not matter. However many due times
 * have passed since the last look, a feed is asked for once.
 *
 * @returns how many feeds were asked for
 */
export async function requestDueFeeds(db: Kysely<Database>, options: DueOptions): Promise<number> {
  return db.transaction().execute(async (transaction) => {
    const taken = await takeDue(transaction, options.limit);
    const plans = await plansOf(transaction, taken, options);
    const due: DueFeed[] = [];
    const times: NextTime[] = [];
    for (const feed of taken) {
      const plan = plans.get(feed.id);
      if (plan === undefined) continue;
      const isDue = feed.due_at <= feed.now;
      if (isDue) due.push(feed);
      times.push({ id: feed.id, asked: isDue, next: isDue ? nextOfDue(feed, plan) : mendedTime(feed, plan) });
    }
    await setTimes(transaction, times);
    await writeToOutbox(
      transaction,
      'collect-request',
      due.map((feed) => ({ key: hostKey(feed.url), value: requestOf(feed) })),
    );
    if (due.length > 0) passFailPoint('scheduler-claimed');
    return due.length;
  });
}

/** A feed that fails keeps its growing pause even where the outcome of this attempt never comes. */
function nextOfDue({ now, failures }: DueFeed, plan: Plan): number {
  const next = nextTimeMs(plan, now.getTime());
  return failures === 0 ? next : Math.max(next, now.getTime() + pauseMs(failures));
}

/**
 * For a feed that was asked for in what is now the future: the clock was turned back. What the schedule could have set
 * now stays; a time beyond that is set anew, to the feed's own place, so that thousands are not due at once.
 */
function mendedTime({ now, next_due_at }: DueFeed, plan: Plan): number {
  const isPlausible = next_due_at.getTime() <= latestTimeMs(plan, now.getTime());
  return isPlausible ? next_due_at.getTime() : soonestTimeMs(plan, now.getTime());
}

/** Those that are due, and those whose times were set by a clock that has been turned back. */
async function takeDue(transaction: Kysely<Database>, limit: number): Promise<readonly DueFeed[]> {
  const { rows } = await sql<DueFeed>`
    select id, visibility, url, connector, config, interval_seconds, adaptive_seconds, failures, next_due_at,
      coalesce(retry_at, next_due_at) as due_at, now() as now,
      (
        select credentials from sources
        where sources.feed_id = feeds.id and sources.enabled and credentials is not null
        order by updated_at desc limit 1
      ) as credentials,
      ${delayMs} as delay_ms
    from feeds
    where not paused
      and connector <> all(${notScheduled}::text[])
      and (
        coalesce(retry_at, next_due_at) <= now()
        or coalesce(retry_at, next_due_at) > now() + interval '32 days'
        or retry_at > now() + interval '25 hours'
        or last_requested_at > now() + interval '10 seconds'
      )
      and exists (select from sources where sources.feed_id = feeds.id and sources.enabled)
    order by coalesce(retry_at, next_due_at)
    limit ${limit}::integer
    for update skip locked
  `.execute(transaction);
  return rows;
}

async function setTimes(transaction: Kysely<Database>, times: readonly NextTime[]): Promise<void> {
  if (times.length === 0) return;
  await sql`
    update feeds set next_due_at = to_timestamp(given.next / 1000), retry_at = null,
      last_requested_at = case when asked then now() else least(last_requested_at, now()) end
    from json_to_recordset(${JSON.stringify(times)}::json) as given (id uuid, next float8, asked boolean)
    where feeds.id = given.id
  `.execute(transaction);
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
    credentials: feed.credentials,
    delay_ms: feed.delay_ms,
  };
}
