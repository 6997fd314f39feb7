import type { Pool, PoolClient } from 'pg';
import type { Logger } from 'pino';
import { InputError } from '../../streams/errors.ts';
import type { TopicPartitionOffset } from '../../streams/kafka/port.ts';
import type { Message } from '../../streams/stage.ts';
import { inTransaction, openPostgres, stageError } from '../postgres.ts';
import { setPositions } from './postgres/positions.ts';
import type { RebuildTarget } from './rebuild-target.ts';

/** A Postgres schema that one view alone fills. Its table `positions` says how far. */
export interface ViewSchema {
  readonly schema: 'content';
  /** Writes within the client's transaction to the tables that a rebuild fills. */
  readonly write: (client: PoolClient, schema: 'content_next', messages: readonly Message[]) => Promise<void>;
  /** Where the live tables stand. */
  readonly standing: (client: Pool | PoolClient) => Promise<readonly TopicPartitionOffset[]>;
  /** Called right before the commit of the switch; it does not take place where this throws. */
  readonly confirm: () => Promise<void>;
}

export interface SchemaRebuild extends AsyncDisposable {
  readonly write: RebuildTarget['write'];
  readonly standing: () => Promise<readonly TopicPartitionOffset[]>;
  activate(catchUp: () => Promise<void>): Promise<void>;
}

/**
 * The tables of the schema once more, in a schema with `_next` behind its name; renaming the schemas makes them the
 * live ones. Tables only: what else the schema holds, such as a function or an SQL view, would be lost.
 */
export async function openSchemaRebuild(
  databaseUrl: string,
  log: Logger,
  { schema, write, standing, confirm }: ViewSchema,
): Promise<SchemaRebuild> {
  const pool = openPostgres(databaseUrl, { log, max: 3, statementTimeoutMs: 300_000 });
  try {
    const migrated = await lastMigration(pool);
    await createNext(pool, schema);
    return {
      write: (messages) => classed(() => inTransaction(pool, (client) => write(client, `${schema}_next`, messages))),
      standing: () => classed(() => standing(pool)),
      activate: (catchUp) =>
        classed(async () => {
          await analyse(pool, schema);
          if ((await lastMigration(pool)) !== migrated) {
            throw new InputError('the tables were migrated while the view was rebuilt: rebuild it again');
          }
          await inTransaction(pool, async (client) => {
            await client.query("set local idle_in_transaction_session_timeout = '60s'");
            // The live view's batches begin with their positions: they wait, and then find the new tables.
            await client.query(`lock table ${schema}.positions in exclusive mode`);
            const live = await standing(client);
            await catchUp();
            await client.query(`delete from ${schema}_next.positions`);
            await setPositions(client, `${schema}_next`, live);
            await client.query(`alter schema ${schema} rename to ${schema}_old`);
            await client.query(`alter schema ${schema}_next rename to ${schema}`);
            await confirm();
          });
        }),
      async [Symbol.asyncDispose]() {
        // What cannot be removed now is removed by the next rebuild.
        await removeUnused(pool, schema).catch((error: unknown) =>
          log.warn({ err: error }, 'old tables were not removed'),
        );
        await pool.end();
      },
    };
  } catch (error) {
    await pool.end();
    throw stageError(error);
  }
}

async function classed<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw stageError(error);
  }
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
