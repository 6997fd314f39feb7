import { setTimeout as sleep } from 'node:timers/promises';
import { partsOf } from '../../domain/query/document.ts';
import { connectRedis } from '../../streams/redis.ts';
import type { Service, ServiceDefinition } from '../../streams/service.ts';
import { openPostgres, typedQueries } from '../postgres.ts';
import { channels } from '../services/notifications.ts';
import { documentsOf } from '../services/query/documents.ts';
import { watchPool } from '../serving/database-metrics.ts';
import { openListener } from '../serving/listener.ts';
import { startLoop } from '../serving/loop.ts';
import { openVectorIndex } from '../vector-index/open.ts';
import { NearTexts } from '../watch/near-texts.ts';
import { applierName, applyNextBatch } from './apply-rules.ts';
import { LiveRules } from './live-rules.ts';

const lookEveryMs = 3_000;
/** Between two batches: what comes now is not to wait for what came before. */
const pauseMs = 20;

/** Works off what was asked for by `apply`. Any number may run; each run is taken further by one at a time. */
export const ruleApplier: ServiceDefinition = {
  name: applierName,
  purpose: 'Applies the rules of organisations to the articles of before.',
  async open(runtime): Promise<Service> {
    const { config, metrics } = runtime;
    const log = runtime.log.child({ service: applierName });
    const vectors = await openVectorIndex(config.vectors, { log });
    const pool = openPostgres(config.databaseUrl, { log, max: 2 });
    const unwatch = watchPool(metrics, pool);
    const redis = connectRedis(config.redisUrl, log);
    const nearTexts = new NearTexts(runtime);
    const rules = new LiveRules({ nearVectors: (query) => nearTexts.vectorsOf(query), log });
    const listener = openListener(config.databaseUrl, channels.ruleRuns, log);
    const asksForVectors = () => rules.book.rules.some(({ query }) => partsOf(query).has('vector'));
    const ports = {
      db: typedQueries(pool),
      redis,
      rules,
      documents: (transaction: Parameters<typeof documentsOf>[0], ids: readonly string[]) =>
        documentsOf(transaction, asksForVectors() ? vectors : { fetch: () => Promise.resolve([]) }, ids),
      now: Date.now,
      log,
    };
    const loop = startLoop({
      log,
      what: 'applying rules to history',
      async turn(signal) {
        if (await applyNextBatch(ports)) await sleep(pauseMs);
        else await listener.wait(lookEveryMs, signal);
      },
    });
    return {
      health: () => Promise.resolve(loop.health('postgres')),
      async close() {
        await loop.stop();
        await listener[Symbol.asyncDispose]();
        unwatch();
        redis.disconnect();
        await Promise.all([pool.end(), nearTexts.close(), vectors[Symbol.asyncDispose]()]);
      },
    };
  },
};
