import type { Pool, PoolClient } from 'pg';
import { v7 } from 'uuid';
import { inTransaction } from '../postgres.ts';
import { defaultGathering } from '../services/alerts/gathering.ts';

/** Alerts that one notification tells whole; of further ones it tells how many they are. */
const maxTold = 50;
const maxLanes = 100;
/** Notifications made of one lane at once, where each alert has its own. */
const maxSingle = 500;

interface Lane {
  readonly channel_id: string;
  readonly organization_id: string;
  readonly lane: string;
  readonly saved_search_id: string | null;
  readonly search_name: string | null;
  /** Told together, not one by one. */
  readonly is_gathered: boolean;
  readonly digest: string | null;
}

/** How a lane is gathered: as its saved search says, or the organisation of the kind, or else the default of the kind. */
const gatheringOfLane = `
  select 1 as place, name, throttle_minutes, digest, snoozed_until from saved_searches where id = l.saved_search_id
  union all
  select 2, null, throttle_minutes, digest, snoozed_until from alert_kind_settings
  where organization_id = c.organization_id and kind = l.lane
  union all
  select 3, null, throttle_minutes, digest, snoozed_until
  from json_to_recordset($1::json)
    as defaults (kind text, throttle_minutes integer, digest text, snoozed_until timestamptz)
  where kind = l.lane
  order by place limit 1`;

/**
 * A lane is due when it is not snoozed, its digest's hour or day (UTC) is over, and its last notification lies far enough
 * back. Saved searches that are gone hold nothing back any more.
 */
const dueLanes = `
  select l.channel_id, c.organization_id, l.lane, l.saved_search_id, s.name as search_name, s.digest,
    coalesce(s.digest <> 'none' or s.throttle_minutes is not null or s.snoozed_until > l.waiting_since, false) as is_gathered
  from alert_lanes l join notification_channels c on c.id = l.channel_id
  left join lateral (${gatheringOfLane}) s on true
  where l.waiting_since is not null and c.enabled
    and now() >= greatest(
      l.waiting_since,
      s.snoozed_until,
      case s.digest
        when 'hourly' then date_trunc('hour', l.waiting_since, 'UTC') + interval '1 hour'
        when 'daily' then date_trunc('day', l.waiting_since, 'UTC') + interval '1 day'
      end,
      l.notified_at + s.throttle_minutes * interval '1 minute')
  order by l.waiting_since limit ${maxLanes}
  for update of l skip locked`;

const defaults = JSON.stringify(Object.entries(defaultGathering).map(([kind, gathering]) => ({ kind, ...gathering })));

/**
 * Makes notifications of the alerts that are due, in one transaction: an alert is in one notification of each channel,
 * whatever process gathers and whenever it dies.
 *
 * @returns how many lanes were due
 */
export function gatherDue(pool: Pool): Promise<number> {
  return inTransaction(pool, async (client) => {
    const { rows: lanes } = await client.query<Lane>(dueLanes, [defaults]);
    for (const lane of lanes) await gatherLane(client, lane);
    return lanes.length;
  });
}

interface AlertRow {
  readonly id: string;
  readonly kind: string;
  readonly subject: string;
  readonly title: string;
  readonly saved_search_id: string | null;
  readonly article_id: string | null;
  readonly matched: readonly string[];
  readonly facts: object;
  readonly raised_at: Date;
}

async function gatherLane(client: PoolClient, lane: Lane): Promise<void> {
  const { channel_id, is_gathered } = lane;
  const most = is_gathered ? maxTold : maxSingle;
  const { rows } = await client.query<AlertRow & { readonly total: number }>(
    `select a.id, a.kind, a.subject, a.title, a.saved_search_id, a.article_id, a.matched, a.facts, a.raised_at,
       count(*) over () as total
     from alert_deliveries d join alerts a on a.id = d.alert_id
     where d.channel_id = $1 and d.lane = $2 and d.notification_id is null
     order by a.raised_at, a.id limit ${most}`,
    [channel_id, lane.lane],
  );
  const alerts = rows.map(({ total: _total, ...alert }) => alert);
  const total = rows[0]?.total ?? 0;
  if (is_gathered && total > 0) {
    const id = await addNotification(client, lane, alerts, total);
    await client.query(
      'update alert_deliveries set notification_id = $3 where channel_id = $1 and lane = $2 and notification_id is null',
      [channel_id, lane.lane, id],
    );
  }
  if (!is_gathered) {
    for (const alert of alerts) {
      const id = await addNotification(client, lane, [alert], 1);
      await client.query('update alert_deliveries set notification_id = $3 where channel_id = $1 and alert_id = $2', [
        channel_id,
        alert.id,
        id,
      ]);
    }
  }
  // What was too many for one time waits on.
  await client.query(
    `update alert_lanes set notified_at = now(), waiting_since = case when exists (
       select from alert_deliveries d where d.channel_id = $1 and d.lane = $2 and d.notification_id is null
     ) then waiting_since end
     where channel_id = $1 and lane = $2`,
    [channel_id, lane.lane],
  );
}

function titleOf({ search_name }: Lane, alerts: readonly AlertRow[], count: number): string {
  const [first] = alerts;
  const what = search_name ?? first?.kind.replaceAll('_', ' ') ?? '';
  return count === 1 ? `${what}: ${first?.title ?? ''}` : `${what}: ${count} alerts`;
}

/** @returns its id */
async function addNotification(
  client: PoolClient,
  lane: Lane,
  alerts: readonly AlertRow[],
  count: number,
): Promise<string> {
  const { channel_id, organization_id, saved_search_id, search_name, digest } = lane;
  const id = v7();
  const data = {
    title: titleOf(lane, alerts, count),
    organization_id,
    saved_search: saved_search_id === null ? null : { id: saved_search_id, name: search_name },
    digest: digest ?? 'none',
    count,
    held_back: count - 1,
    alerts,
  };
  await client.query(
    'insert into notifications (id, channel_id, organization_id, type, data) values ($1, $2, $3, $4, $5)',
    [id, channel_id, organization_id, 'alert.raised', JSON.stringify(data)],
  );
  return id;
}
