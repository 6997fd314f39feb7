import type { PoolClient } from 'pg';
import type { Config } from '../../streams/config.ts';
import { beforeAlertsGo, holdRaising } from './alerts-let-go.ts';

/** A table that would grow without end, and what of it is let go of. */
export interface KeptTable {
  /** Its primary key is the uuid `id`. */
  readonly table: string;
  /** An expression over its row `t`: from when on the days are counted; null keeps the row. */
  readonly time: string;
  /** An expression over `t`: the row is needed no more. */
  readonly condition: string;
  readonly days: (kept: Config['retention']) => number;
  /** Called first in the transaction. */
  readonly begin?: (client: PoolClient) => Promise<void>;
  /** Called in the same transaction before the rows are deleted. */
  readonly before?: (client: PoolClient, ids: readonly string[]) => Promise<void>;
}

/** An alert's delivery waits until a notification holds it, and then until that has arrived or was given up. */
const waitsForDelivery = `exists (
  select from alert_deliveries d left join notifications n on n.id = d.notification_id
  where d.alert_id = t.id and n.delivered_at is null and n.given_up_at is null)`;

export const keptTables: readonly KeptTable[] = [
  {
    table: 'alerts',
    time: 't.raised_at',
    // An event that lasts is known by its row; without it, it would begin again.
    condition: `(t.article_id is not null or t.over_at is not null) and not ${waitsForDelivery}`,
    days: ({ alertsDays }) => alertsDays,
    begin: holdRaising,
    before: beforeAlertsGo,
  },
  {
    table: 'notifications',
    // What neither arrived nor was given up has no such time, and stays.
    time: 'coalesce(t.delivered_at, t.given_up_at)',
    condition: 'true',
    days: ({ notificationsDays }) => notificationsDays,
    // Left behind without their notification they would count as waiting, and be sent again.
    async before(client, ids) {
      await client.query('delete from alert_deliveries where notification_id = any($1::uuid[])', [ids]);
    },
  },
  {
    table: 'reports',
    time: 't.generated_at',
    condition: 'true',
    days: ({ reportsDays }) => reportsDays,
  },
  {
    table: 'rule_runs',
    time: 'coalesce(t.finished_at, t.requested_at)',
    condition: `t.state in ('done', 'cancelled', 'failed')`,
    days: ({ ruleRunsDays }) => ruleRunsDays,
  },
];
