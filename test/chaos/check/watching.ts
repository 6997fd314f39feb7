import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Pool } from 'pg';
import { verifyCounts } from '../../../gateways/metrics/verify.ts';
import { typedQueries } from '../../../gateways/postgres.ts';
import type { Config } from '../../../streams/config.ts';
import { townIn } from '../article-plan.ts';
import { lastOf, type Ledger } from '../ledger.ts';
import type { Received, Watched } from '../watching.ts';
import type { Report } from './findings.ts';

export interface AlertFound {
  readonly id: string;
  readonly saved_search_id: string;
  readonly article_id: string;
}

/** Alerts and what was told of them, reports, and counts. */
export async function checkWatching(
  pool: Pool,
  config: Pick<Config, 'metrics'>,
  ledger: Pick<Ledger, 'articles'>,
  watched: Watched,
  report: Report,
): Promise<void> {
  const { rows } = await pool.query<AlertFound>(
    `select id, saved_search_id, article_id from alerts where kind = 'saved_search'`,
  );
  checkAlerts(rows, ledger, watched, report);
  if (watched.received !== null) {
    const received = await readReceived(watched.received);
    checkTold(rows, received, report);
    checkReports(received, watched, report);
  }
  const { differing } = await verifyCounts(typedQueries(pool), { ...config.metrics, now: Date.now });
  for (const { hour, counts } of differing) report('wrong-content', 'article_metrics', hour, `${counts} counts differ`);
}

/** Each article in whose title the town is raises one alert, and no other does. */
export function checkAlerts(
  alerts: readonly AlertFound[],
  { articles }: Pick<Ledger, 'articles'>,
  { searches }: Pick<Watched, 'searches'>,
  report: Report,
): void {
  const where = 'alerts';
  for (const { id: search, town } of searches) {
    const missing = new Set(
      [...articles].filter(([, versions]) => townIn(lastOf(versions).title) === town).map(([id]) => id),
    );
    const expected = new Set(missing);
    for (const { id, article_id } of alerts.filter(({ saved_search_id }) => saved_search_id === search)) {
      if (!expected.has(article_id)) report('unseen', where, article_id, `alert ${id}: not of ${town}`);
      else if (!missing.delete(article_id)) report('duplicate', where, article_id, `alert ${id} of ${town}`);
    }
    for (const id of missing) report('lost', where, id, `is of ${town}, and raised no alert`);
  }
}

/** Each alert is in one notification, which may have come several times under its one id. */
export function checkTold(
  alerts: readonly Pick<AlertFound, 'id'>[],
  received: readonly Received[],
  report: Report,
): void {
  const where = 'webhook';
  const told = new Map<string, Set<string>>(alerts.map(({ id }) => [id, new Set()]));
  for (const { id, alerts: ids } of received.filter(({ type }) => type === 'alert.raised')) {
    for (const alert of ids) {
      const notifications = told.get(alert);
      if (notifications === undefined) report('unseen', where, alert, `notification ${id} tells of no known alert`);
      else notifications.add(id);
    }
  }
  for (const [alert, { size }] of told) {
    if (size === 0) report('lost', where, alert, 'was told to nobody');
    else if (size > 1) report('duplicate', where, alert, `is in ${size} notifications`);
  }
}

/** Each schedule tells of the report of a day once; around midnight there are two days. */
export function checkReports(
  received: readonly Received[],
  { scheduleIds }: Pick<Watched, 'scheduleIds'>,
  report: Report,
): void {
  const where = 'reports';
  const notifications = new Map<string, Set<string>>();
  for (const { id, report: made } of received) {
    if (made !== null) notifications.set(made, (notifications.get(made) ?? new Set()).add(id));
  }
  for (const [id, { size }] of notifications) {
    if (size > scheduleIds.length) report('duplicate', where, id, `${size} times by ${scheduleIds.length} schedules`);
  }
  const sum = [...notifications.values()].reduce((all, { size }) => all + size, 0);
  if (sum < scheduleIds.length) report('lost', where, 'report', `told ${sum} times by ${scheduleIds.length} schedules`);
}

async function readReceived(path: string): Promise<readonly Received[]> {
  const text = existsSync(path) ? await readFile(path, 'utf8') : '';
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Received);
}
