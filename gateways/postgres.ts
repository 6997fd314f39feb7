import { Kysely, PostgresDialect } from 'kysely';
import { Pool, type PoolClient, types } from 'pg';
import type { Logger } from 'pino';
import { FatalError, messageOf, TransientError } from '../streams/errors.ts';
import type { Database } from './schema.ts';

export interface PostgresOptions {
  readonly log: Logger;
  /** Connections at most; default 8. */
  readonly max?: number;
  /** After this the server ends a statement; default 30 s. */
  readonly statementTimeoutMs?: number;
}

/**
 * Opens a pool. Nothing connects before the first query. Timeouts are the server's own, since a client that stops
 * waiting leaves its query running. `bigint` comes back as number: ours stay below 2^53.
 */
export function openPostgres(url: string, options: PostgresOptions): Pool {
  const { log, max = 8, statementTimeoutMs = 30_000 } = options;
  const pool = new Pool({
    connectionString: url,
    application_name: 'mimir',
    max,
    keepAlive: true,
    connectionTimeoutMillis: 5000,
    idleTimeoutMillis: 30_000,
    statement_timeout: statementTimeoutMs,
    lock_timeout: 10_000,
    idle_in_transaction_session_timeout: 60_000,
    types: { getTypeParser: parserOf },
  });
  // Without these two, a connection that the server ends takes the process with it: the first is for idle
  // connections, the second for those that are checked out between two queries.
  pool.on('error', (error) => log.warn({ err: error }, 'an idle connection to Postgres broke'));
  pool.on('connect', (client) => {
    client.on('error', (error) => log.debug({ err: error }, 'a connection to Postgres broke'));
  });
  return pool;
}

/** The same pool, for queries that the compiler checks. Ending the pool stays the owner's. */
export function typedQueries(pool: Pool): Kysely<Database> {
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
}

/**
 * Runs `work` in one transaction on one connection: commits when it resolves, rolls back when it throws. When the
 * commit's answer is lost the outcome is unknown: what is done in it must be harmless to repeat.
 */
export async function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    // A connection whose state is not known goes back to nobody.
    await client.query('rollback').catch((cause: unknown) => {
      broken = cause instanceof Error ? cause : new Error(String(cause));
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

/**
 * The error in the classes of the stage runner: TransientError where Postgres is away or asks for patience, FatalError
 * where the database is not the one that we expect (no access, missing tables: every message would fail alike), and the
 * error itself otherwise: data that the tables refuse.
 */
export function stageError(error: unknown): unknown {
  if (error instanceof TransientError || error instanceof FatalError) return error;
  if (isTransientPostgresError(error)) return new TransientError('Postgres is away', { cause: error });
  const code = codeOf(error);
  if (code !== undefined && misfit.test(code)) {
    return new FatalError(`Postgres refuses (${code}): ${messageOf(error)}. Run the migrations, check the address`, {
      cause: error,
    });
  }
  return error;
}

/** True for what time may heal: no connection, shutdown, too many connections, timeouts, deadlocks, full disk, read-only. */
export function isTransientPostgresError(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isTransientPostgresError);
  const code = codeOf(error);
  if (code !== undefined && (passing.test(code) || network.has(code))) return true;
  return connectionLost.test(messageOf(error));
}

/**
 * Which of our own timeouts (see openPostgres) has ended the work, where one has: Postgres is there, and the work is too
 * slow or waits for others. undefined for anything else, a shutdown above all.
 */
export function timeoutOf(error: unknown): 'statement' | 'lock' | 'idle' | undefined {
  return timeouts.get(codeOf(error) ?? '');
}

/** By SQLSTATE. */
const timeouts: ReadonlyMap<string, 'statement' | 'lock' | 'idle'> = new Map([
  ['57014', 'statement'],
  ['55P03', 'lock'],
  ['25P03', 'idle'],
]);

/** SQLSTATE classes: connection, serialisation and deadlock, resources, lock wait, operator, system, read-only. */
const passing = /^(?:08|53|57|58)...$|^(?:40001|40P01|40003|55P03|25006|25P03|25P04)$/u;
/** SQLSTATE classes: authorisation, no such database, no such schema, names and privileges. */
const misfit = /^(?:28|3D|3F|42)...$/u;
const network = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'ETIMEDOUT',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);
/** pg gives these no code. */
const connectionLost =
  /^Connection terminated|^timeout exceeded when trying to connect|not queryable|^timeout expired|after calling end on the pool/u;

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

const parserOf: typeof types.getTypeParser = (
  type: Parameters<typeof types.getTypeParser>[0],
  format?: 'text' | 'binary',
) => {
  if (type === types.builtins.INT8 && format !== 'binary') return Number;
  return types.getTypeParser(type, format);
};
