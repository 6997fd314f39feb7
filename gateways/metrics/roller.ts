import { type Kysely, sql } from 'kysely';
import { Counter, Gauge, Histogram } from 'prom-client';
import { systemClock } from '../../streams/clock.ts';
import type { Runtime } from '../../streams/runtime.ts';
import type { Service, ServiceDefinition } from '../../streams/service.ts';
import { openPostgres, typedQueries } from '../postgres.ts';
import type { Database } from '../schema.ts';
import { watchPool } from '../serving/database-metrics.ts';
import { startLoop } from '../serving/loop.ts';
import { touchNextHours } from './audit.ts';
import { letGoOfOld } from '../retention/let-go.ts';
import { dropMonthsBefore, keptFromMs } from './partitions.ts';
import { countTouched, type RoundOptions } from './round.ts';

const hoursInRound = 24;
/** Between rounds at least, and as long as the last one took: half of a connection's time at most. */
const pauseMs = 2_000;
const auditEveryMs = 60_000;
const hoursInAudit = 4;
const tidyEveryMs = 3_600_000;
const dayMs = 86_400_000;

/** Counts what the stage `metrics` has marked. Any number may run beside each other. */
export const metricsRoller: ServiceDefinition = {
  name: 'metrics-roller',
  purpose: 'Counts articles by hour anew where they changed, and lets go of what is kept long enough.',
  open: (runtime) => Promise.resolve(openRoller(runtime)),
};

function openRoller(runtime: Runtime): Service {
  const { config } = runtime;
  const log = runtime.log.child({ service: 'metrics-roller' });
  const pool = openPostgres(config.databaseUrl, { log, max: 2 });
  const unwatch = watchPool(runtime.metrics, pool);
  const db = typedQueries(pool);
  const measured = measure(runtime, db);
  const options: RoundOptions = { ...config.metrics, maxHours: hoursInRound, now: Date.now };
  let auditedAt = 0;
  let tidiedAt = 0;

  const loop = startLoop({
    log,
    what: 'counting articles',
    async turn(signal) {
      const startedAt = Date.now();
      const { hours, changedCounts, isFull } = await countTouched(db, options);
      if (hours > 0) measured.counted(hours, changedCounts, (Date.now() - startedAt) / 1000);
      if (!isFull && startedAt - auditedAt >= auditEveryMs) {
        await touchNextHours(db, keptFromMs(startedAt, options.keptDays), hoursInAudit);
        auditedAt = startedAt;
      }
      if (!isFull && startedAt - tidiedAt >= tidyEveryMs) {
        await tidy(startedAt, signal);
        tidiedAt = startedAt;
      }
      await systemClock.sleep(Math.max(pauseMs, Date.now() - startedAt), signal).catch(() => undefined);
    },
  });

  async function tidy(nowMs: number, signal: AbortSignal): Promise<void> {
    const months = { article_metrics: options.keptDays, user_activity: config.retention.activityDays };
    for (const table of ['article_metrics', 'user_activity'] as const) {
      for (const name of await dropMonthsBefore(db, table, keptFromMs(nowMs, months[table])))
        log.info({ name }, 'a month was dropped');
    }
    for (const [table, rows] of await letGoOfOld(pool, config.retention, signal))
      log.info({ table, rows }, 'what was kept long enough was deleted');
    await dropEntitiesBefore(db, new Date(nowMs - options.entitiesKeptDays * dayMs));
  }

  return {
    health: () => Promise.resolve(loop.health('postgres')),
    async close() {
      await loop.stop();
      unwatch();
      await pool.end();
    },
  };
}

const entitiesInOneDelete = 20_000;

/** Some at a time: the next turn takes more. */
async function dropEntitiesBefore(db: Kysely<Database>, before: Date): Promise<void> {
  await sql`
    with old as (
      select m.ctid, m.tableoid from organizations o join article_metrics m on m.organization_id = o.id
      where m.metric_name = 'articles_by_entity' and m.time < ${before} limit ${entitiesInOneDelete}
    )
    delete from article_metrics m using old where m.ctid = old.ctid and m.tableoid = old.tableoid
  `.execute(db);
}

/**
 * - `mimir_metrics_hours_counted_total`, `mimir_metrics_changed_counts_total`, `mimir_metrics_round_seconds`
 * - `mimir_metrics_hours_waiting`, `mimir_metrics_oldest_wait_seconds`: touched and not counted yet
 */
function measure({ metrics, log }: Runtime, db: Kysely<Database>) {
  const registers = [metrics];
  const hoursCounted = new Counter({
    name: 'mimir_metrics_hours_counted_total',
    help: 'Hours whose articles were counted',
    registers,
  });
  const changed = new Counter({
    name: 'mimir_metrics_changed_counts_total',
    help: 'Counts that came out otherwise than before',
    registers,
  });
  const seconds = new Histogram({
    name: 'mimir_metrics_round_seconds',
    help: 'Time that a round of counting took',
    buckets: [0.01, 0.05, 0.2, 1, 5, 20, 60],
    registers,
  });
  const oldest = new Gauge({
    name: 'mimir_metrics_oldest_wait_seconds',
    help: 'Since when the hour that waits longest is touched; 0 where none waits',
    registers,
  });
  void new Gauge({
    name: 'mimir_metrics_hours_waiting',
    help: 'Hours that are touched and not counted yet',
    registers,
    async collect() {
      try {
        const { rows } = await sql<{ waiting: number; seconds: number }>`
          select count(*)::int as waiting,
                 coalesce(extract(epoch from clock_timestamp() - min(touched_at)), 0)::float8 as seconds
          from metric_touched
        `.execute(db);
        this.set(rows[0]?.waiting ?? 0);
        oldest.set(rows[0]?.seconds ?? 0);
      } catch (error) {
        log.debug({ err: error }, 'hours that wait cannot be counted');
      }
    },
  });
  return {
    counted(hours: number, counts: number, duration: number): void {
      hoursCounted.inc(hours);
      changed.inc(counts);
      seconds.observe(duration);
    },
  };
}
