import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PoolClient } from 'pg';
import { messageOf } from '../../streams/errors.ts';
import type { Runtime } from '../../streams/runtime.ts';
import type { HealthReport, Service, ServiceDefinition } from '../../streams/service.ts';
import { inTransaction, openPostgres } from '../postgres.ts';
import { startLoop } from '../serving/loop.ts';
import { lookouts } from './lookouts.ts';
import { alertIdOf, type Cause, endAlerts, raiseAlerts } from './raise-alerts.ts';
import type { Lookout, LookoutPorts, Standing } from './standing.ts';

const restMs = 5_000;

/** @param stages whose lag is watched */
export function lookoutOver(stages: LookoutPorts['stages']): ServiceDefinition {
  return {
    name: 'lookout',
    purpose: 'Raises alerts for what happens to sources, stages and volumes, and says when it is over.',
    open: (runtime) => Promise.resolve(openLookout(runtime, stages)),
  };
}

function openLookout(runtime: Runtime, stages: LookoutPorts['stages']): Service {
  const log = runtime.log.child({ service: 'lookout' });
  const pool = openPostgres(runtime.config.databaseUrl, { log, max: 2 });
  const ports = { kafka: runtime.kafka, config: runtime.config, pool, stages, now: Date.now };
  const faults = new Map<string, string>();
  const lookedAt = new Map<string, number>();
  const loop = startLoop({
    log,
    what: 'looking out for events',
    async turn(signal) {
      for (const lookout of lookouts) {
        if (signal.aborted) return;
        // By a clock that nobody sets.
        const at = performance.now();
        if (at - (lookedAt.get(lookout.kind) ?? Number.NEGATIVE_INFINITY) < lookout.everyMs) continue;
        lookedAt.set(lookout.kind, at);
        try {
          await lookOnce(lookout, ports);
          faults.delete(lookout.kind);
        } catch (error) {
          // What cannot be seen now is neither begun nor over, and holds up no other.
          if (!faults.has(lookout.kind)) log.warn({ err: error, kind: lookout.kind }, 'cannot be looked at now');
          faults.set(lookout.kind, messageOf(error));
        }
      }
      await sleep(restMs, undefined, { signal }).catch(() => undefined);
    },
  });
  return {
    health(): Promise<HealthReport> {
      const detail = loop.fault() ?? [...faults.values()][0];
      const dependencies = { lookout: detail === undefined ? healthy : { status: 'unhealthy' as const, detail } };
      return Promise.resolve({ status: detail === undefined ? 'healthy' : 'degraded', dependencies });
    },
    async close() {
      await loop.stop();
      await pool.end();
    },
  };
}

const healthy = { status: 'healthy' } as const;

/** Longest that a look may take; the lock of a process that hangs goes to another after this. */
const longestLook = '10min';

/** Raises what has begun and ends what is over, once, however many processes look. */
export async function lookOnce(lookout: Lookout, ports: LookoutPorts): Promise<void> {
  await inTransaction(ports.pool, async (client) => {
    // Locked before it is looked, or a view that has become old would end what another has raised since. Who comes
    // meanwhile leaves it to the one that looks, and looks again when its turn comes.
    const { rows } = await client.query<{ is_mine: boolean }>('select pg_try_advisory_xact_lock($1) as is_mine', [
      lockOf(lookout.kind),
    ]);
    if (rows[0]?.is_mine !== true) return;
    await client.query(`set local idle_in_transaction_session_timeout = '${longestLook}'`);
    await settle(client, lookout.kind, await lookout.look(ports), ports.now());
  });
}

interface OpenAlert {
  readonly id: string;
  readonly organization_id: string;
  readonly subject: string;
}

async function settle(client: PoolClient, kind: string, standings: readonly Standing[], nowMs: number): Promise<void> {
  const { rows: open } = await client.query<OpenAlert>(
    'select id, organization_id, subject from alerts where kind = $1 and over_at is null and article_id is null',
    [kind],
  );
  const { rows: settings } = await client.query<{ organization_id: string; channel_ids: readonly string[] }>(
    'select organization_id, channel_ids from alert_settings',
  );
  const channelsOf = new Map(settings.map(({ organization_id, channel_ids }) => [organization_id, channel_ids]));
  const lasting: string[] = [];
  const begun: Cause[] = [];
  for (const standing of standings) {
    const known = open.find(
      ({ organization_id, subject }) =>
        organization_id === standing.organization_id && subject === standing.subject && standing.window === undefined,
    );
    if (known !== undefined) {
      lasting.push(known.id);
      continue;
    }
    const window = standing.window ?? new Date(nowMs).toISOString();
    const cause = { ...standing, window, channel_ids: channelsOf.get(standing.organization_id) ?? [] };
    lasting.push(alertIdOf(cause));
    begun.push(cause);
  }
  await raiseAlerts(client, begun);
  await endAlerts(client, kind, lasting);
}

/** A number of the kind's own, the same in every process. */
const lockOf = (kind: string): number => createHash('sha256').update(`lookout ${kind}`).digest().readInt32BE(0);
