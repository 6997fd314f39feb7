import type { PoolClient } from 'pg';
import { InputError } from '../../streams/errors.ts';
import { openPostgres, stageError } from '../postgres.ts';
import type { RebuildRuntime } from './rebuild-target.ts';

/** Any number that is no other lock's; the second half of the lock is the view. */
const rebuildLock = 401_732_255;

/**
 * One rebuild of a view at a time. The lock is a Postgres connection's, whatever store the view has: it ends with the
 * connection, so that a rebuild that was killed is in nobody's way.
 *
 * @throws InputError where another rebuild of this view is under way
 * @throws TransientError where Postgres is away
 */
export async function lockRebuild(
  { config, log }: Pick<RebuildRuntime, 'config' | 'log'>,
  view: string,
): Promise<AsyncDisposable> {
  const pool = openPostgres(config.databaseUrl, { log, max: 1 });
  let client: PoolClient | undefined;
  const close = async (): Promise<void> => {
    client?.release(true);
    await pool.end();
  };
  try {
    client = await pool.connect();
    const { rows } = await client.query<{ locked: boolean }>(
      'select pg_try_advisory_lock($1::integer, hashtext($2)) as locked',
      [rebuildLock, view],
    );
    if (rows[0]?.locked !== true) throw new InputError(`a rebuild of ${view} is under way: wait for it, or end it`);
    return { [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw stageError(error);
  }
}
