import { connectRedis } from '../../../streams/redis.ts';
import type { Message } from '../../../streams/stage.ts';
import { openSchemaRebuild } from '../rebuild-schema.ts';
import type { RebuildRuntime, RebuildTarget } from '../rebuild-target.ts';
import { beginChange, type ViewChange } from '../redis/view-change.ts';
import { placeOf } from './positions.ts';
import { standingOfPostgres } from './standing.ts';
import { viewPostgres } from './view-postgres.ts';
import { type PostgresViewTopic, writeToPostgres } from './write.ts';

/**
 * The new tables hold exactly what the topics hold up to where the live ones stand, no more: a row that the live view
 * has not written yet might still be cached in its older version.
 */
export async function openPostgresRebuild({ config, log, kafka }: RebuildRuntime): Promise<RebuildTarget> {
  const redis = connectRedis(config.redisUrl, log);
  let change: ViewChange | undefined;
  try {
    const rebuild = await openSchemaRebuild(config.databaseUrl, log, {
      schema: 'content',
      write: (client, schema, messages) =>
        writeToPostgres(client, schema, messages as readonly Message<PostgresViewTopic>[]),
      standing: (client) => standingOfPostgres(kafka, client, viewPostgres.inputs),
      confirm: async () => change?.confirm(),
    });
    return {
      write: (messages) => rebuild.write(messages),
      until: async () => new Map((await rebuild.standing()).map((one) => [placeOf(one), one.offset])),
      async activate(catchUp) {
        change = await beginChange(redis, viewPostgres.name, ['articles:list', 'search:results']);
        await rebuild.activate(catchUp);
        await change.end();
      },
      async [Symbol.asyncDispose]() {
        await rebuild[Symbol.asyncDispose]();
        redis.disconnect();
      },
    };
  } catch (error) {
    redis.disconnect();
    throw error;
  }
}
