import type { Pool, PoolClient } from 'pg';
import type { Logger } from 'pino';
import { InputError } from '../../streams/errors.ts';
import type { Message } from '../../streams/stage.ts';
import { inTransaction, openPostgres, stageError } from '../postgres.ts';
import type { RebuildTarget } from './rebuild-target.ts';

/** A Postgres schema that one view alone fills. */
export interface ViewSchema<Name extends string = string> {
  /** Name of the view, for people. */
  readonly view: string;
  readonly schema: Name;
  /** Writes within the client's transaction, to the live tables or to those that a rebuild fills. */
  readonly write: (client: PoolClient, schema: Name | `${Name}_next`, messages: readonly Message[]) => Promise<void>;
  /** As of RebuildTarget. */
  readonly finish: () => Promise<void>;
}

/** Any number that is no other lock's; the second half of the lock is the schema. */
const rebuildLock = 401_732_255;

/**
 * The tables of the schema once more, in a schema with `_next` behind its name; renaming the schemas makes them the
 * live ones. Tables only: what else the schema holds, such as a function or an SQL view, would be lost.
 *
 * @throws InputError where a rebuild of this schema is under way
 */
export async function openSchemaRebuild<Name extends string>(
  databaseUrl: string,
  log: Logger,
  { view, schema, write, finish }: ViewSchema<Name>,
): Promise<RebuildTarget> {
  const pool = openPostgres(databaseUrl, { log, max: 3, statementTimeoutMs: 300_000 });
  let filled: Name | `${Name}_next` = `${schema}_next`;
  // The lock is the connection's: it ends with it, so that a rebuild that was killed is in nobody's way.
  let lock: PoolClient | undefined;
  const close = async (): Promise<void> => {
    lock?.release(true);
    await pool.end();
  };
  try {
    lock = await lockRebuild(pool, view, schema);
    const migrated = await lastMigration(pool);
    await createNext(pool, schema);
    return {
      write: (messages) =>
        inTransaction(pool, (client) => write(client, filled, messages)).catch((error: unknown) => {
          throw stageError(error);
        }),
      async activate() {
        await analyse(pool, schema);
        if ((await lastMigration(pool)) !== migrated) {
          throw new InputError('the tables were migrated while the view was rebuilt: rebuild it again');
        }
        await inTransaction(pool, async (client) => {
          await client.query(`alter schema ${schema} rename to ${schema}_old`);
          await client.query(`alter schema ${schema}_next rename to ${schema}`);
        });
        filled = schema;
      },
      finish,
      async [Symbol.asyncDispose]() {
        // What cannot be removed now is removed by the next rebuild.
        await removeUnused(pool, schema).catch((error: unknown) =>
          log.warn({ err: error }, 'old tables were not removed'),
        );
        await close();
      },
    };
  } catch (error) {
    await close();
    throw stageError(error);
  }
}

async function lockRebuild(pool: Pool, view: string, schema: string): Promise<PoolClient> {
  const client = await pool.connect();
  const { rows } = await client.query<{ locked: boolean }>(
    'select pg_try_advisory_lock($1::integer, hashtext($2)) as locked',
    [rebuildLock, schema],
  );
  if (rows[0]?.locked === true) return client;
  client.release();
  throw new InputError(`a rebuild of ${view} is under way: wait for it, or end it`);
}

async function lastMigration(pool: Pool): Promise<number | null> {
  const { rows } = await pool.query<{ last: number | null }>('select max(id) as last from public.migrations');
  return rows[0]?.last ?? null;
}

/** Whatever tables the schema has, so that a migration that adds one needs no change here. */
async function createNext(pool: Pool, schema: string): Promise<void> {
  await removeUnused(pool, schema);
  await inTransaction(pool, async (client) => {
    await client.query(`create schema ${schema}_next`);
    const { rows } = await client.query<{ create_table: string; comment_on: string; comment_on_schema: string }>(
      `select format('create table %1$I.%3$I (like %2$I.%3$I including all)', $2::text, $1::text, relname) as create_table,
              format('comment on table %I.%I is %L', $2::text, relname, obj_description(pg_class.oid)) as comment_on,
              format('comment on schema %I is %L', $2::text, obj_description(relnamespace, 'pg_namespace'))
                as comment_on_schema
       from pg_class where relnamespace = $1::text::regnamespace and relkind = 'r' order by relname`,
      [schema, `${schema}_next`],
    );
    for (const { create_table, comment_on } of rows) {
      await client.query(create_table);
      await client.query(comment_on);
    }
    if (rows[0] !== undefined) await client.query(rows[0].comment_on_schema);
  });
}

/** So that the first queries after the switch are planned with what is known of the new tables. */
async function analyse(pool: Pool, schema: string): Promise<void> {
  const { rows } = await pool.query<{ analyse: string }>(
    `select format('analyze %I.%I', $1::text, relname) as analyse
     from pg_class where relnamespace = $1::text::regnamespace and relkind = 'r'`,
    [`${schema}_next`],
  );
  for (const row of rows) await pool.query(row.analyse);
}

async function removeUnused(pool: Pool, schema: string): Promise<void> {
  await pool.query(`drop schema if exists ${schema}_next cascade`);
  await pool.query(`drop schema if exists ${schema}_old cascade`);
}
