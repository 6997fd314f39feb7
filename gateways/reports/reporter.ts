import { openEmbedder } from '../../domain/embedding/embedder.ts';
import type { Service, ServiceDefinition } from '../../streams/service.ts';
import { connectRedis } from '../../streams/redis.ts';
import { openPostgres, typedQueries } from '../postgres.ts';
import { openQueryEmbedder, type QueryEmbedder } from '../services/search/query-embedder.ts';
import { watchPool } from '../serving/database-metrics.ts';
import { startLoop } from '../serving/loop.ts';
import { systemClock } from '../../streams/clock.ts';
import { openVectorIndex } from '../vector-index/open.ts';
import { reportCache } from './report-cache.ts';
import { runDue } from './run-due.ts';

/** How long a report that is due waits at most while reporters live, in milliseconds. */
const lookEveryMs = 10_000;

/** Any number may run: each schedule is locked while its report is made. */
export const reporter: ServiceDefinition = {
  name: 'reports',
  purpose: 'Makes reports when their schedules say so, and has them sent.',
  async open(runtime): Promise<Service> {
    const { config, metrics } = runtime;
    const log = runtime.log.child({ service: 'reports' });
    const pool = openPostgres(config.databaseUrl, { log, max: 2 });
    const unwatch = watchPool(metrics, pool);
    const vectors = await openVectorIndex(config.vectors, { log });
    let opened: QueryEmbedder | undefined;
    const embedder: Pick<QueryEmbedder, 'embed'> = {
      // Loaded when the first saved search asks for meaning, which few do.
      embed(text) {
        opened ??= openQueryEmbedder(() => openEmbedder({ modelDir: config.embedding.modelDir, threads: 1, log }), log);
        return opened.embed(text);
      },
    };
    const redis = connectRedis(config.redisUrl, log);
    const ports = { db: typedQueries(pool), vectors, embedder, cache: reportCache(redis, log), now: Date.now };

    const loop = startLoop({
      log,
      what: 'making reports that are due',
      async turn(signal) {
        const made = await runDue(ports);
        if (made === null) await systemClock.sleep(lookEveryMs, signal).catch(() => undefined);
        else if (made.fault === null) log.info({ schedule: made.name, report: made.reportId }, 'made a report');
        else log.warn({ schedule: made.name, fault: made.fault }, 'a report could not be made');
      },
    });

    return {
      health: () => Promise.resolve(loop.health('postgres')),
      async close() {
        await loop.stop();
        unwatch();
        redis.disconnect();
        await Promise.all([pool.end(), opened?.close(), vectors[Symbol.asyncDispose]()]);
      },
    };
  },
};
