import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import { Client } from 'pg';
import type { Logger } from 'pino';
import { FatalError, TransientError } from '../streams/errors.ts';
import { isTransientPostgresError } from './postgres.ts';

const folder = fileURLToPath(new URL('../migrations', import.meta.url));

/**
 * Brings the database to the newest schema: runs those of migrations/*.sql that have not run, all in one transaction.
 * Any number of processes may call it at once; an advisory lock lets one work while the others wait.
 *
 * @returns the names of the migrations that ran
 * @throws TransientError where the database is away
 * @throws FatalError where a migration fails; the tables are then as they were
 */
export async function migrate(databaseUrl: string, log: Logger): Promise<readonly string[]> {
  const client = new Client({ connectionString: databaseUrl, application_name: 'mimir migrate' });
  // A connection that breaks between two queries is reported here; the query that follows rejects.
  client.on('error', (error) => log.warn({ err: error }, 'the connection to Postgres broke'));
  try {
    await client.connect();
    const ran = await runner({
      dbClient: client,
      dir: folder,
      direction: 'up',
      migrationsTable: 'migrations',
      schema: 'public',
      advisoryLockMode: 'wait',
      logger: {
        debug: (message: string) => log.trace(message),
        info: (message: string) => log.debug(message),
        warn: (message: string) => log.warn(message),
        error: (message: string) => log.error(message),
      },
    });
    for (const { name } of ran) log.info({ migration: name }, 'migrated');
    return ran.map(({ name }) => name);
  } catch (error) {
    if (!isTransientPostgresError(error)) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new FatalError(`the tables could not be brought up to date and are as they were: ${reason}`, {
        cause: error,
      });
    }
    throw new TransientError('Postgres is away, the schema could not be brought up to date', { cause: error });
  } finally {
    // Nobody needs to wait for this; on a connection that has gone it may take long.
    client.end().catch(() => undefined);
  }
}
