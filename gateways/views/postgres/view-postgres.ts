import { connectRedis } from '../../../streams/redis.ts';
import type { Runtime } from '../../../streams/runtime.ts';
import { done, type Stage, type StageDefinition } from '../../../streams/stage.ts';
import { inTransaction, openPostgres, stageError } from '../../postgres.ts';
import { measureFreshness, newestInPostgres } from '../freshness.ts';
import { endLists } from '../redis/list-cache.ts';
import { type PostgresViewTopic, writeToPostgres } from './write.ts';

/** The tables that lists, full-text search and single articles are read from. */
export const viewPostgres: StageDefinition<PostgresViewTopic, never> = {
  name: 'view-postgres',
  purpose: 'Keeps articles, their feeds, duplicates and the state of each feed in Postgres',
  inputs: ['article-enriched', 'article-duplicate', 'feed-status'],
  outputs: [],
  store: 'Postgres',
  open: (runtime) => Promise.resolve(openView(runtime)),
};

function openView({
  config,
  log,
  metrics,
}: Pick<Runtime, 'config' | 'log' | 'metrics'>): Stage<PostgresViewTopic, never> {
  const pool = openPostgres(config.databaseUrl, { log, max: 4 });
  const redis = connectRedis(config.redisUrl, log);
  measureFreshness(metrics, viewPostgres.name, () => newestInPostgres(pool));
  return {
    handler: {
      kind: 'batch',
      maxBatch: 100,
      async process(messages) {
        try {
          await inTransaction(pool, (client) => writeToPostgres(client, 'content', messages));
        } catch (error) {
          throw stageError(error);
        }
        // After the commit, or a reader could keep the old list under the new epoch. On a repeat the tables do not
        // change but the epoch does: the first attempt may have failed right here.
        if (messages.some((message) => message.topic !== 'feed-status')) {
          await endLists(redis, ['articles:list', 'search:results']);
        }
        return messages.map(() => done);
      },
    },
    async close() {
      redis.disconnect();
      await pool.end();
    },
  };
}
