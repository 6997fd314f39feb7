import { expect } from 'vitest';
import { openPostgres } from '../../gateways/postgres.ts';
import type { World } from './world.ts';

/** Work that waits in Postgres, for a test to end it there. */
export interface StatementUnderWay<T> extends AsyncDisposable {
  readonly outcome: Promise<T>;
  /** As a timeout of a statement does, or a shutdown. */
  end(how: 'pg_cancel_backend' | 'pg_terminate_backend'): Promise<void>;
}

/** Begins work that reads articles while nobody may, and resolves once it waits for them. */
export async function whileArticlesAreLocked<T>(
  { runtime: { config, log } }: Pick<World, 'runtime'>,
  work: () => Promise<T>,
): Promise<StatementUnderWay<T>> {
  const pool = openPostgres(config.databaseUrl, { log, max: 2 });
  const locker = await pool.connect();
  await locker.query('begin');
  await locker.query('lock table content.articles in access exclusive mode');
  const outcome = work();
  outcome.catch(() => undefined);
  const waiting = async (): Promise<number | undefined> =>
    (
      await pool.query<{ pid: number }>(
        `select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      )
    ).rows[0]?.pid;
  await expect.poll(waiting, { timeout: 9_000, interval: 20 }).toBeDefined();
  return {
    outcome,
    async end(how) {
      await pool.query(`select ${how}($1)`, [await waiting()]);
      await outcome.catch(() => undefined);
      await locker.query('rollback');
    },
    async [Symbol.asyncDispose]() {
      locker.release();
      await pool.end();
    },
  };
}
