import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import { Counter, type Registry } from 'prom-client';
import { ensureMonth } from '../../metrics/partitions.ts';
import type { Database } from '../../schema.ts';

/** What somebody did. It holds no text that a person wrote: what was searched for is his own. */
export interface Activity {
  /** For example `search` or `source.created`. */
  readonly action: string;
  readonly resource_type: string;
  readonly resource_id: string | null;
  /** Numbers and words of ours. */
  readonly metadata: Readonly<Record<string, number | string | boolean>>;
}

/** Notes what people do, off their way: nobody waits for it, and nobody's request fails by it. */
export interface ActivityRecorder {
  record(activity: Activity): void;
  /** Writes what is left, once. */
  close(): Promise<void>;
}

interface Ports {
  readonly db: Kysely<Database>;
  readonly organizationId: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Logger;
  readonly metrics: Registry;
}

const flushEveryMs = 2_000;
/** Held at most, while Postgres is away or slow; further ones are counted as lost. */
const maxHeld = 2_000;
const inOneInsert = 500;

export function openActivityRecorder({ db, organizationId, now, log, metrics }: Ports): ActivityRecorder {
  let held: { readonly time: Date; readonly activity: Activity }[] = [];
  let timer: NodeJS.Timeout | undefined;
  let flushing: Promise<void> = Promise.resolve();
  const name = 'mimir_activity_lost_total';
  const lost =
    (metrics.getSingleMetric(name) as Counter | undefined) ??
    new Counter({ name, help: 'Actions of people that could not be noted', registers: [metrics] });

  const later = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      flushing = flush();
    }, flushEveryMs).unref();
  };

  async function flush(): Promise<void> {
    const batch = held.slice(0, inOneInsert);
    if (batch.length === 0) return;
    try {
      await write(batch);
      held = held.slice(batch.length);
    } catch (error) {
      log.warn({ err: error, held: held.length }, 'what people did cannot be noted for now');
    }
    if (held.length > 0) later();
  }

  async function write(batch: typeof held): Promise<void> {
    await db.transaction().execute(async (transaction) => {
      for (const month of new Set(batch.map(({ time }) => time.toISOString().slice(0, 7)))) {
        await ensureMonth(transaction, 'user_activity', new Date(`${month}-01T00:00:00Z`));
      }
      await transaction
        .insertInto('user_activity')
        .values(
          batch.map(({ time, activity: { metadata, ...activity } }) => ({
            ...activity,
            time,
            organization_id: organizationId,
            user_id: null,
            metadata: JSON.stringify(metadata),
          })),
        )
        .execute();
    });
  }

  return {
    record(activity) {
      if (held.length >= maxHeld) {
        lost.inc();
        return;
      }
      held.push({ time: new Date(now()), activity });
      later();
    },
    async close() {
      clearTimeout(timer);
      await flushing;
      await flush();
      clearTimeout(timer);
    },
  };
}
