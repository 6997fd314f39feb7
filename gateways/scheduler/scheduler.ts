import { systemClock } from '../../streams/clock.ts';
import type { Service, ServiceDefinition } from '../../streams/service.ts';
import { openPostgres, typedQueries } from '../postgres.ts';
import { channels } from '../services/notifications.ts';
import { watchPool } from '../serving/database-metrics.ts';
import { openListener } from '../serving/listener.ts';
import { startLoop } from '../serving/loop.ts';
import { requestDueFeeds } from './due-feeds.ts';

/** How long a feed that is due waits at most while schedulers live, in milliseconds. */
const lookEveryMs = 3_000;
/** Feeds in one transaction. */
const batchSize = 200;
/** Between two full ones: after hours of standstill everything is due, and the outbox should not get it all at once. */
const betweenBatchesMs = 250;

/** Exactly one request for each due time of each feed, however many schedulers run. */
export const scheduler: ServiceDefinition = {
  name: 'scheduler',
  purpose: 'Asks for the collection of feeds that are due.',
  async open(runtime): Promise<Service> {
    const { config, metrics } = runtime;
    const log = runtime.log.child({ service: 'scheduler' });
    const pool = openPostgres(config.databaseUrl, { log, max: 2 });
    const unwatch = watchPool(metrics, pool);
    const db = typedQueries(pool);
    const listener = openListener(config.databaseUrl, channels.feedsDue, log);
    const options = { ...config.collect.pace, limit: batchSize };

    const loop = startLoop({
      log,
      what: 'looking for feeds that are due',
      async turn(signal) {
        const count = await requestDueFeeds(db, options);
        if (count > 0) log.info({ feeds: count }, 'asked for feeds that are due');
        if (count < batchSize) await listener.wait(lookEveryMs, signal);
        else await systemClock.sleep(betweenBatchesMs, signal).catch(() => undefined);
      },
    });

    return {
      health: () => Promise.resolve(loop.health('postgres')),
      async close() {
        await loop.stop();
        await listener[Symbol.asyncDispose]();
        unwatch();
        await pool.end();
      },
    };
  },
};
