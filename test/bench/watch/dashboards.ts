import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { pino } from 'pino';
import { countTouched } from '../../../gateways/metrics/round.ts';
import { migrate } from '../../../gateways/migrate.ts';
import { openPostgres, typedQueries } from '../../../gateways/postgres.ts';
import { defaultOrganizationId } from '../../../gateways/schema.ts';
import { anomaliesOf, openAnalytics } from '../../../gateways/services/analytics/analytics.ts';
import type { TrendingThing } from '../../../gateways/services/analytics/input.ts';
import { trendsOf } from '../../../gateways/services/trending/trending.ts';
import { freePort } from '../../../infra/local/ports.ts';
import { postgresEngine } from '../../../infra/local/postgres.ts';
import { inStep, type Progress } from '../../../infra/local/progress.ts';
import { table, verdict } from '../markdown.ts';
import { quantile } from '../statistics.ts';
import { seedDashboards } from './dashboard-articles.ts';

export interface DashboardResult {
  readonly articles: number;
  readonly hours: number;
  readonly counts: number;
  /** Of the roller, to count all hours. */
  readonly countingSeconds: number;
  readonly queries: readonly DashboardQuery[];
}

interface DashboardQuery {
  readonly name: string;
  readonly rounds: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  /** Null: none is set. */
  readonly aimMs: number | null;
}

const dayMs = 86_400_000;
const noCache = { find: () => Promise.resolve({ hit: false as const, fill: () => Promise.resolve() }) };
const log = pino({ level: 'silent' });

/** What dashboards ask of the counts of so many articles, on a Postgres of the benchmark's own, without any cache of ours. */
export async function measureDashboards(
  progress: Progress,
  { articles, rounds }: { readonly articles: number; readonly rounds: number },
): Promise<DashboardResult> {
  const dataDir = mkdtempSync(join(tmpdir(), 'mimir-bench-'));
  const port = await freePort();
  const engine = postgresEngine({ dataDir, cacheDir: dataDir, port, signal: AbortSignal.timeout(60_000) });
  const server = await inStep(progress, 'starting Postgres', (step) => engine.start(step, AbortSignal.timeout(60_000)));
  const url = `postgres://${engine.user}:${engine.password()}@127.0.0.1:${port}/mimir`;
  const pool = openPostgres(url, { log, max: 4, statementTimeoutMs: 600_000 });
  try {
    await migrate(url, log);
    await inStep(progress, `making ${articles} articles`, () => seedDashboards(pool, articles));
    const startedAt = performance.now();
    const hours = await inStep(progress, 'counting', () => count(pool));
    const countingSeconds = (performance.now() - startedAt) / 1000;
    await pool.query('vacuum analyze');
    const { rows } = await pool.query<{ count: number }>('select count(*) as count from article_metrics');
    const queries = await inStep(progress, 'asking', () => ask(pool, rounds));
    return { articles, hours, counts: rows[0]?.count ?? 0, countingSeconds, queries };
  } finally {
    await pool.end();
    await server.kill();
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function count(pool: Pool): Promise<number> {
  const db = typedQueries(pool);
  let hours = 0;
  for (;;) {
    const round = await countTouched(db, { keptDays: 400, entitiesKeptDays: 35, maxHours: 100, now: Date.now });
    if (round.hours === 0) return hours;
    hours += round.hours;
  }
}

const ago = (days: number): string => new Date(Date.now() - days * dayMs).toISOString();

async function ask(pool: Pool, rounds: number): Promise<readonly DashboardQuery[]> {
  const db = typedQueries(pool);
  const analytics = openAnalytics({ db, listCache: noCache, organizationId: defaultOrganizationId, now: Date.now });
  const trends = (of: TrendingThing) => trendsOf(db, defaultOrganizationId, of, Date.now());
  const asked: readonly (readonly [name: string, aimMs: number | null, ask: () => Promise<unknown>])[] = [
    ['volume by topic, 30 days', 200, () => analytics.series({ of: 'category', window: 'day', from: ago(30) })],
    [
      'volume by topic, 30 days by hour',
      200,
      () => analytics.series({ of: 'category', window: 'hour', from: ago(30) }),
    ],
    [
      'volume of one topic, 30 days by hour',
      200,
      () => analytics.series({ of: 'category', value: 'sport', from: ago(30) }),
    ],
    ['volume of all, 7 days by hour', 200, () => analytics.series({ from: ago(7) })],
    ['20 sources with the most, 30 days', 200, () => analytics.series({ of: 'source', window: 'day', from: ago(30) })],
    ['volume by topic, the last hour by minute', 200, () => analytics.series({ of: 'category', window: 'minute' })],
    ['sentiment by topic, 30 days', 200, () => analytics.sentiment({ of: 'category', from: ago(30) })],
    ['top topics, 7 days', 200, () => analytics.top({ of: 'category' })],
    ['top names, one day', 200, () => analytics.top({ of: 'entity', from: ago(1) })],
    ['top names, 7 days', null, () => analytics.top({ of: 'entity' })],
    ['trending topics', 200, () => trends('category')],
    ['trending names', null, () => trends('entity')],
    ['anomalies', null, () => anomaliesOf(db, defaultOrganizationId, Date.now())],
  ];
  const results: DashboardQuery[] = [];
  for (const [name, aimMs, once] of asked) {
    await once();
    const times: number[] = [];
    const wanted = aimMs === null ? Math.ceil(rounds / 10) : rounds;
    for (let round = 0; round < wanted; round += 1) {
      const startedAt = performance.now();
      await once();
      times.push(performance.now() - startedAt);
    }
    const sorted = times.toSorted((a, b) => a - b);
    results.push({ name, rounds: wanted, p50Ms: quantile(sorted, 0.5), p95Ms: quantile(sorted, 0.95), aimMs });
  }
  return results;
}

/** As it stands in docs/benchmarks.md. */
export function dashboardsReport({ articles, hours, counts, countingSeconds, queries }: DashboardResult): string {
  return [
    `### Dashboards\n\n${articles} articles of 30 days, 200 sources; ${counts} counts of ${hours} hours, counted in ${countingSeconds.toFixed(0)} s. Without a cache of ours.`,
    table(
      ['', 'rounds', 'p50, ms', 'p95, ms', 'aim, ms', ''],
      queries.map(({ name, rounds, p50Ms, p95Ms, aimMs }) => [
        name,
        String(rounds),
        p50Ms.toFixed(1),
        p95Ms.toFixed(1),
        aimMs === null ? '' : String(aimMs),
        aimMs === null ? '' : verdict(p95Ms <= aimMs),
      ]),
    ),
  ].join('\n\n');
}
