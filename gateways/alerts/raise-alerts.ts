import { CompiledQuery, type Kysely } from 'kysely';
import type { PoolClient } from 'pg';
import { derivedId } from '../../domain/identity.ts';
import type { Alert } from '../../schemas/types.ts';
import { storable } from '../article-record.ts';
import { holdDeleting, isNotLetGo } from '../retention/alerts-let-go.ts';
import type { Database } from '../schema.ts';
import type { AlertKind } from '../services/alerts/alert-input.ts';
import { channels } from '../services/notifications.ts';

/** What raises an alert: an article that matches, or something that has begun. */
export interface Cause {
  readonly organization_id: string;
  readonly kind: AlertKind;
  /** What it is about: id of the saved search, of the rule, of the source, name of the stage. Holds no space. */
  readonly subject: string;
  /** Which time of several: the article's id, or when it began. Another one is another alert. */
  readonly window: string;
  readonly title: string;
  readonly saved_search_id?: string;
  readonly article_id?: string;
  /** The parts of the query that matched. */
  readonly matched?: readonly string[];
  readonly facts?: Readonly<Record<string, unknown>>;
  readonly channel_ids: readonly string[];
}

/** The same cause has the same id, whoever asks and however often. */
export const alertIdOf = ({ organization_id, kind, subject, window }: Omit<Cause, 'title' | 'channel_ids'>): string =>
  derivedId('alert', organization_id, kind, subject, window);

/** What statements run on: a connection within the caller's transaction. */
export type Statements = Pick<PoolClient, 'query'>;

/** The same for a transaction of typed queries. */
export function statementsOf(transaction: Kysely<Database>): Statements {
  const query = async (text: string, values: readonly unknown[] = []) => {
    const { rows } = await transaction.executeQuery(CompiledQuery.raw(text, [...values]));
    return { rows };
  };
  return { query } as unknown as Statements;
}

interface AlertRow {
  readonly id: string;
  readonly organization_id: string;
  readonly kind: string;
  readonly subject: string;
  readonly title: string;
  readonly saved_search_id: string | null;
  readonly article_id: string | null;
  readonly matched: readonly string[];
  readonly facts: Readonly<Record<string, unknown>>;
  readonly raised_at: Date;
  readonly over_at: Date | null;
}

/**
 * Raises each cause once, within the caller's transaction: the alert, its record for the streams, and what is to be
 * delivered. A cause that was raised before changes nothing, also where its alert has been let go of since; where it was
 * over it is open again, and nobody is told.
 *
 * @returns ids of those that are new
 */
export async function raiseAlerts(client: Statements, causes: readonly Cause[]): Promise<readonly string[]> {
  if (causes.length === 0) return [];
  const byId = new Map(causes.map((cause) => [alertIdOf(cause), cause]));
  const rows = [...byId]
    // In one order, so that two who raise the same wait for each other and never in a circle.
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, { window: _window, channel_ids: _channels, ...cause }]) => ({
      saved_search_id: null,
      article_id: null,
      matched: [],
      facts: {},
      ...cause,
      id,
    }));
  await holdDeleting(client);
  const { rows: raised } = await client.query<AlertRow>(
    `insert into alerts (id, organization_id, kind, subject, title, saved_search_id, article_id, matched, facts)
     select id, organization_id, kind, subject, title, saved_search_id, article_id, matched, facts
     from json_to_recordset($1::json) as given (id uuid, organization_id uuid, kind text, subject text, title text,
       saved_search_id uuid, article_id uuid, matched text[], facts jsonb)
     where exists (select from organizations where organizations.id = given.organization_id)
       and ${isNotLetGo('given.article_id')}
     on conflict (id) do nothing
     returning *`,
    [JSON.stringify(rows.map(storable))],
  );
  if (raised.length < rows.length) await open(client, [...byId.keys()]);
  await tellStreams(client, raised);
  await deliver(
    client,
    raised.flatMap(({ id, kind, saved_search_id }) =>
      (byId.get(id)?.channel_ids ?? []).map((channel_id) => ({
        alert_id: id,
        channel_id,
        lane: saved_search_id ?? kind,
        saved_search_id,
      })),
    ),
  );
  return raised.map(({ id }) => id);
}

/** What was over and has come back. */
async function open(client: Statements, ids: readonly string[]): Promise<void> {
  const { rows } = await client.query<AlertRow>(
    'update alerts set over_at = null where id = any($1::uuid[]) and over_at is not null returning *',
    [ids],
  );
  await tellStreams(client, rows);
}

/**
 * Says that causes of a kind are over: all that are open and not among `lasting`.
 *
 * @param lasting ids of the alerts whose causes last
 */
export async function endAlerts(client: Statements, kind: string, lasting: readonly string[]): Promise<void> {
  const { rows } = await client.query<AlertRow>(
    `update alerts set over_at = now()
     where kind = $1 and over_at is null and article_id is null and not (id = any($2::uuid[])) returning *`,
    [kind, lasting],
  );
  await tellStreams(client, rows);
}

async function tellStreams(client: Statements, alerts: readonly AlertRow[]): Promise<void> {
  if (alerts.length === 0) return;
  const records = alerts.map((alert): { key: string; payload: Alert } => ({
    key: alert.id,
    payload: {
      alert_id: alert.id,
      organization_id: alert.organization_id,
      kind: alert.kind,
      subject: alert.subject,
      title: alert.title,
      saved_search_id: alert.saved_search_id,
      article_id: alert.article_id,
      matched: alert.matched,
      facts: JSON.stringify(alert.facts),
      raised_at: alert.raised_at.getTime(),
      over_at: alert.over_at?.getTime() ?? null,
    },
  }));
  await client.query(
    `insert into outbox (topic, key, payload)
     select 'alert', key, payload from json_to_recordset($1::json) as given (key text, payload jsonb) order by key`,
    [JSON.stringify(records)],
  );
  await client.query('select pg_notify($1, $2)', [channels.outbox, '']);
}

interface Delivery {
  readonly alert_id: string;
  readonly channel_id: string;
  readonly lane: string;
  readonly saved_search_id: string | null;
}

async function deliver(client: Statements, deliveries: readonly Delivery[]): Promise<void> {
  if (deliveries.length === 0) return;
  const given = JSON.stringify(deliveries);
  const type = '(alert_id uuid, channel_id uuid, lane text, saved_search_id uuid)';
  // Channels that have gone meanwhile, or were never the organisation's, get nothing.
  await client.query(
    `insert into alert_deliveries (alert_id, channel_id, lane)
     select alert_id, channel_id, lane from json_to_recordset($1::json) as given ${type}
     join alerts on alerts.id = alert_id
     join notification_channels c on c.id = channel_id and c.organization_id = alerts.organization_id and c.enabled
     order by 1, 2`,
    [given],
  );
  // The lane is held until the commit: whoever gathers its alerts meanwhile leaves it aside.
  await client.query(
    `insert into alert_lanes as known (channel_id, lane, saved_search_id, waiting_since)
     select distinct d.channel_id, d.lane, given.saved_search_id, now()
     from json_to_recordset($1::json) as given ${type} join alert_deliveries d using (alert_id, channel_id)
     order by 1, 2
     on conflict (channel_id, lane) do update set waiting_since = coalesce(known.waiting_since, now())`,
    [given],
  );
  await client.query('select pg_notify($1, $2)', [channels.notifications, '']);
}
