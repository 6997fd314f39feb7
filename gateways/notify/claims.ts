import type { Pool, PoolClient } from 'pg';
import { inTransaction } from '../postgres.ts';
import type { DeliveryResult } from './channels/adapter.ts';

/** A channel that this process alone sends to until `claimedUntil`. */
export interface ClaimedChannel {
  readonly id: string;
  readonly organization_id: string;
  readonly name: string;
  readonly kind: string;
  readonly address: string | null;
  /** Sealed. */
  readonly secret: string | null;
  /** As Postgres writes it: what tells this claim from another. */
  readonly claimed_until: string;
}

export interface WaitingNotification {
  readonly id: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly created_at: Date;
}

/** A try ends within 20 s; a process that died with a claim holds its channel up for no longer than this. */
const claimSeconds = 30;
/** Channels of one organisation that are sent to at once: however many of them hang, the others' turn comes. */
const maxOfOrganization = 4;
const isWaiting = 'n.delivered_at is null and n.given_up_at is null';

/** Takes channels for which something waits and whose time has come, those that have waited longest first. */
export async function claimChannels(pool: Pool, most: number): Promise<readonly ClaimedChannel[]> {
  const { rows } = await pool.query<ClaimedChannel>(
    `with open as (
       select c.id, c.organization_id, coalesce(c.retry_at, c.created_at) as since,
         row_number() over (partition by c.organization_id order by coalesce(c.retry_at, c.created_at)) as place
       from notification_channels c
       where c.enabled and (c.retry_at is null or c.retry_at <= now())
         and (c.claimed_until is null or c.claimed_until < now())
         and exists (select from notifications n where n.channel_id = c.id and ${isWaiting})),
     busy as (
       select organization_id, count(*) as channels from notification_channels where claimed_until >= now() group by 1),
     picked as (
       select id from notification_channels
       where id in (
         select open.id from open left join busy using (organization_id)
         where place + coalesce(busy.channels, 0) <= ${maxOfOrganization} order by since limit $1)
         and (claimed_until is null or claimed_until < now())
       for update skip locked)
     update notification_channels c set claimed_until = now() + interval '${claimSeconds} seconds'
     from picked where c.id = picked.id
     returning c.id, c.organization_id, c.name, c.kind, c.address, c.secret, c.claimed_until::text`,
    [most],
  );
  return rows;
}

/** The one whose turn it is. */
export async function nextNotification(pool: Pool, channelId: string): Promise<WaitingNotification | undefined> {
  const { rows } = await pool.query<WaitingNotification>(
    `select n.id, n.type, n.data, n.created_at from notifications n
     where n.channel_id = $1 and ${isWaiting} order by n.number limit 1`,
    [channelId],
  );
  return rows[0];
}

const firstPauseSeconds = 5;
const longestPauseSeconds = 3_600;
/** After this a notification that does not arrive makes way for the next. */
const patience = '3 days';

/**
 * Notes what became of a try.
 *
 * @returns the claim as it goes on; undefined where the channel is left: it failed, or somebody else has it now
 */
export function noteResult(
  pool: Pool,
  channel: Pick<ClaimedChannel, 'id' | 'claimed_until'>,
  notificationId: string,
  result: DeliveryResult,
): Promise<string | undefined> {
  return inTransaction(pool, async (client) => {
    if (result.kind === 'delivered') {
      await client.query(
        'update notifications set delivered_at = now(), attempts = attempts + 1, last_error = null where id = $1',
        [notificationId],
      );
      return claimAfter(
        client,
        channel,
        `failures = 0, failing_since = null, retry_at = null, last_error = null, delivered_at = now(),
         claimed_until = now() + interval '${claimSeconds} seconds'`,
        [],
      );
    }
    await client.query(
      `update notifications set attempts = attempts + 1, last_error = $2,
         given_up_at = case when created_at < now() - interval '${patience}' then now() end where id = $1`,
      [notificationId, result.reason],
    );
    const askedSeconds = result.kind === 'failed' ? Math.ceil((result.retryAfterMs ?? 0) / 1000) : 0;
    await claimAfter(
      client,
      channel,
      `failures = failures + 1, failing_since = coalesce(failing_since, now()), last_error = $3, enabled = enabled and $4,
       retry_at = now() + greatest($5, least(${longestPauseSeconds}, ${firstPauseSeconds} * 2 ^ least(failures, 20)))
         * interval '1 second',
       claimed_until = null`,
      [result.reason, result.kind !== 'gone', askedSeconds],
    );
    return undefined;
  });
}

/** Gives the channel back as it is. */
export async function releaseClaim(
  pool: Pool,
  { id, claimed_until }: Pick<ClaimedChannel, 'id' | 'claimed_until'>,
): Promise<void> {
  await pool.query('update notification_channels set claimed_until = null where id = $1 and claimed_until::text = $2', [
    id,
    claimed_until,
  ]);
}

async function claimAfter(
  client: PoolClient,
  { id, claimed_until }: Pick<ClaimedChannel, 'id' | 'claimed_until'>,
  changes: string,
  values: readonly unknown[],
): Promise<string | undefined> {
  // Whose claim has run out says nothing of the channel any more.
  const { rows } = await client.query<{ claimed_until: string }>(
    `update notification_channels set ${changes} where id = $1 and claimed_until::text = $2
     returning claimed_until::text`,
    [id, claimed_until, ...values],
  );
  return rows[0]?.claimed_until;
}
