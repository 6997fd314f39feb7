import type { Pool, PoolClient } from 'pg';
import type { FeedStatus } from '../../schemas/types.ts';
import type { Runtime } from '../../streams/runtime.ts';
import { done, drop, type Message, type Outcome, type Stage, type StageDefinition } from '../../streams/stage.ts';
import { storable } from '../article-record.ts';
import { inTransaction, openPostgres, stageError } from '../postgres.ts';
import { judge, movesTo, type Standing } from './judge.ts';
import { moveFeed } from './move-feed.ts';

/**
 * Keeps in the table feeds how each feed stands and when it is asked next: the scheduler reads it, and people see it.
 * Not a view: what follows from a status (a retry, a pause, a move) cannot be thrown away and made again.
 */
export const feedHealth: StageDefinition<'feed-status', never> = {
  name: 'feed-health',
  purpose: 'Judges how each feed stands, when it is tried again and whether it has moved',
  inputs: ['feed-status'],
  outputs: [],
  store: 'Postgres',
  async open({ config, log }: Runtime): Promise<Stage<'feed-status', never>> {
    const pool = openPostgres(config.databaseUrl, { log, max: 2 });
    const { adaptive } = config.collect.pace;
    return {
      handler: { kind: 'batch', maxBatch: 100, process: (messages) => takeIn(pool, messages, adaptive) },
      close: () => pool.end(),
    };
  },
};

type In = Message<'feed-status'>;

async function takeIn(pool: Pool, messages: readonly In[], adaptive: boolean): Promise<readonly Outcome<never>[]> {
  try {
    const news = await inTransaction(pool, (client) => writeHealth(client, messages, adaptive));
    return messages.map((message) => (news.has(message) ? done : drop('not-newer-or-unknown-feed')));
  } catch (error) {
    throw stageError(error);
  }
}

interface FeedRow extends Standing {
  readonly id: string;
  readonly url: string;
  readonly visibility: string;
}

/** @returns the messages that changed something; feeds that nobody follows any more have no row */
async function writeHealth(client: PoolClient, messages: readonly In[], adaptive: boolean): Promise<ReadonlySet<In>> {
  const { rows } = await client.query<FeedRow & { readonly now: number }>(
    `select id, url, visibility, health, health_reason, paused, failures, entry_count, recent, adaptive_seconds,
       fresh_seconds, moved_to, moved_times, ${['checked_at', 'retry_at', 'failing_since', 'worked_at', 'now()'].map(inMs).join(', ')}
     from feeds where id = any($1::uuid[]) order by id for update`,
    [[...new Set(messages.map(({ key }) => key))]],
  );
  const feeds = new Map<string, FeedRow>(rows.map((row) => [row.id, row]));
  const nowMs = rows[0]?.now ?? 0;
  const news = new Set<In>();
  for (const message of messages) {
    const feed = feeds.get(message.key);
    const status: FeedStatus | null = message.value;
    if (feed === undefined || status === null) continue;
    const standing = judge(feed, status, feed, nowMs);
    if (standing === null) continue;
    feeds.set(feed.id, { ...feed, ...standing });
    news.add(message);
  }
  const changed = [...feeds.values()].filter((feed) => rows.every((row) => row !== feed));
  if (changed.length > 0) {
    await update(client, changed);
    if (adaptive) await hasten(client, changed);
  }
  for (const feed of changed) {
    const url = movesTo(feed, feed);
    if (url !== null) await moveFeed(client, feed, url);
  }
  return news;
}

/**
 * A feed that turns over sooner than was known when it was asked for is asked again in time, where anybody follows it
 * without a wish of his own. Otherwise the scheduler's time stays: an interval that has grown counts from the next one.
 */
async function hasten(client: PoolClient, feeds: readonly FeedRow[]): Promise<void> {
  await client.query(
    `update feeds set next_due_at = now() + adaptive_seconds * interval '1 second'
     where id = any($1::uuid[]) and next_due_at > now() + adaptive_seconds * interval '1 second'
       and exists (
         select from sources where feed_id = feeds.id and enabled and num_nonnulls(interval_seconds, cron, frequency) = 0
       )`,
    [feeds.map(({ id }) => id)],
  );
}

/** Milliseconds since 1970, as a number. */
function inMs(column: string): string {
  return `(extract(epoch from ${column}) * 1000)::float8 as ${column === 'now()' ? 'now' : column}`;
}

async function update(client: PoolClient, feeds: readonly FeedRow[]): Promise<void> {
  await client.query(
    `update feeds set health = given.health, health_reason = given.health_reason, paused = given.paused,
       failures = given.failures, entry_count = given.entry_count, recent = given.recent,
       adaptive_seconds = given.adaptive_seconds, fresh_seconds = given.fresh_seconds, moved_to = given.moved_to,
       moved_times = given.moved_times, checked_at = to_timestamp(given.checked_at / 1000),
       retry_at = to_timestamp(given.retry_at / 1000), failing_since = to_timestamp(given.failing_since / 1000),
       worked_at = to_timestamp(given.worked_at / 1000)
     from json_to_recordset($1::json) as given (id uuid, health text, health_reason text, paused boolean,
       failures integer, entry_count integer, recent jsonb, adaptive_seconds integer, fresh_seconds integer,
       moved_to text, moved_times integer, checked_at float8, retry_at float8, failing_since float8, worked_at float8)
     where feeds.id = given.id`,
    [JSON.stringify(feeds.map(storable))],
  );
}
