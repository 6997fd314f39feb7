import type { Pool, PoolClient } from 'pg';
import { InputError } from '../../../streams/errors.ts';
import { connectRedis } from '../../../streams/redis.ts';
import type { Runtime } from '../../../streams/runtime.ts';
import type { Message } from '../../../streams/stage.ts';
import { inTransaction, openPostgres, stageError } from '../../postgres.ts';
import type { RebuildTarget } from '../rebuild-target.ts';
import { endLists } from '../redis/list-cache.ts';
import { type ContentSchema, type PostgresViewTopic, writeToPostgres } from './write.ts';

/** Any number that nothing else locks. */
const rebuildLock = 4_017_322_550;

/** The tables of schema content once more, in schema content_next; renaming the schemas makes them the live ones. */
export async function openPostgresRebuild({ config, log }: Pick<Runtime, 'config' | 'log'>): Promise<RebuildTarget> {
  const pool = openPostgres(config.databaseUrl, { log, max: 3, statementTimeoutMs: 300_000 });
  const redis = connectRedis(config.redisUrl, log);
  let schema: ContentSchema = 'content_next';
  // The lock is the connection's: it ends with it, so that a rebuild that was killed is in nobody's way.
  let lock: PoolClient | undefined;
  const close = async (): Promise<void> => {
    redis.disconnect();
    lock?.release(true);
    await pool.end();
  };
  try {
    lock = await lockRebuild(pool);
    const migrated = await lastMigration(pool);
    await createNext(pool);
    return {
      write: (messages) =>
        inTransaction(pool, (client) =>
          writeToPostgres(client, schema, messages as readonly Message<PostgresViewTopic>[]),
        ).catch((error: unknown) => {
          throw stageError(error);
        }),
      async activate() {
        await analyse(pool);
        if ((await lastMigration(pool)) !== migrated) {
          throw new InputError('the tables were migrated while the view was rebuilt: rebuild it again');
        }
        await inTransaction(pool, async (client) => {
          await client.query('alter schema content rename to content_old');
          await client.query('alter schema content_next rename to content');
        });
        schema = 'content';
      },
      finish: () => endLists(redis, ['articles:list', 'search:results']),
      async [Symbol.asyncDispose]() {
        // What cannot be removed now is removed by the next rebuild.
        await removeUnused(pool).catch((error: unknown) => log.warn({ err: error }, 'old tables were not removed'));
        await close();
      },
    };
  } catch (error) {
    await close();
    throw stageError(error);
  }
}

async function lockRebuild(pool: Pool): Promise<PoolClient> {
  const client = await pool.connect();
  const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1) as locked', [rebuildLock]);
  if (rows[0]?.locked === true) return client;
  client.release();
  throw new InputError('a rebuild of view-postgres is under way: wait for it, or end it');
}

async function lastMigration(pool: Pool): Promise<number | null> {
  const { rows } = await pool.query<{ last: number | null }>('select max(id) as last from public.migrations');
  return rows[0]?.last ?? null;
}

/** Whatever tables content has, so that a migration that adds one needs no change here. */
async function createNext(pool: Pool): Promise<void> {
  await removeUnused(pool);
  await inTransaction(pool, async (client) => {
    await client.query('create schema content_next');
    const { rows } = await client.query<{ create_table: string; comment_on: string; comment_on_schema: string }>(
      `select format('create table content_next.%1$I (like content.%1$I including all)', relname) as create_table,
              format('comment on table content_next.%I is %L', relname, obj_description(pg_class.oid)) as comment_on,
              format('comment on schema content_next is %L', obj_description(relnamespace, 'pg_namespace'))
                as comment_on_schema
       from pg_class where relnamespace = 'content'::regnamespace and relkind = 'r' order by relname`,
    );
    for (const { create_table, comment_on } of rows) {
      await client.query(create_table);
      await client.query(comment_on);
    }
    if (rows[0] !== undefined) await client.query(rows[0].comment_on_schema);
  });
}

/** So that the first queries after the switch are planned with what is known of the new tables. */
async function analyse(pool: Pool): Promise<void> {
  const { rows } = await pool.query<{ analyse: string }>(
    `select format('analyze content_next.%I', relname) as analyse
     from pg_class where relnamespace = 'content_next'::regnamespace and relkind = 'r'`,
  );
  for (const row of rows) await pool.query(row.analyse);
}

async function removeUnused(pool: Pool): Promise<void> {
  await pool.query('drop schema if exists content_next cascade');
  await pool.query('drop schema if exists content_old cascade');
}
