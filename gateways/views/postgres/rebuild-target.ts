import { connectRedis } from '../../../streams/redis.ts';
import type { Runtime } from '../../../streams/runtime.ts';
import type { Message } from '../../../streams/stage.ts';
import { openSchemaRebuild } from '../rebuild-schema.ts';
import type { RebuildTarget } from '../rebuild-target.ts';
import { endLists } from '../redis/list-cache.ts';
import { type PostgresViewTopic, writeToPostgres } from './write.ts';

export async function openPostgresRebuild({ config, log }: Pick<Runtime, 'config' | 'log'>): Promise<RebuildTarget> {
  const redis = connectRedis(config.redisUrl, log);
  try {
    const target = await openSchemaRebuild(config.databaseUrl, log, {
      view: 'view-postgres',
      schema: 'content',
      write: (client, schema, messages) =>
        writeToPostgres(client, schema, messages as readonly Message<PostgresViewTopic>[]),
      finish: () => endLists(redis, ['articles:list', 'search:results']),
    });
    return {
      ...target,
      async [Symbol.asyncDispose]() {
        await target[Symbol.asyncDispose]();
        redis.disconnect();
      },
    };
  } catch (error) {
    redis.disconnect();
    throw error;
  }
}
