import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { startProcess } from './engine-process.ts';
import type { Engine, EngineContext } from './engine.ts';
import { postgresBinaries } from './postgres-binaries.ts';
import { postgresUser, runAs, type PostgresUser } from './postgres-user.ts';
import { run } from './run.ts';
import { SetupError } from './setup-error.ts';

const superuser = 'mimir';

/** Made at every start where they are missing. */
const databases = ['mimir', 'registry'];

export interface PostgresEngine extends Engine {
  readonly user: string;
  /** @throws where Postgres was never started on this data folder */
  readonly password: () => string;
}

export function postgresEngine({ dataDir, port }: EngineContext): PostgresEngine {
  const title = 'Postgres 18';
  const dir = join(dataDir, 'postgres');
  const data = join(dir, 'data');
  const passwordFile = join(dir, 'password');
  const password = (): string => readFileSync(passwordFile, 'utf8').trim();

  return {
    name: 'postgres',
    title,
    user: superuser,
    password,
    // The binaries came with npm.
    missing: () => Promise.resolve([]),
    prepare: () => Promise.resolve(),
    start: async (step, signal) => {
      mkdirSync(dir, { recursive: true });
      const { initdb, postgres } = postgresBinaries();
      const user = await postgresUser([dir, postgres], signal);
      if (!existsSync(data)) {
        step.detail('making its files');
        await initialise(initdb, user, signal);
      }
      if (!existsSync(passwordFile)) throw new SetupError(`${passwordFile} is missing: --fresh begins anew`);
      handOver(dir, user);
      await removeStalePidFile(data);
      step.detail('starting');
      return startProcess({
        dataDir,
        name: 'postgres',
        title,
        ...runAs(user, postgres, ['-D', data, ...settings(port)]),
        cwd: dir,
        // Its "fast" shutdown: ends the sessions; SIGTERM would wait for them.
        stopSignal: 'SIGINT',
        isReady: async () => {
          await makeDatabases(port, password());
          return true;
        },
        readyWithinMs: 60_000,
        signal,
        ...user.owner,
      });
    },
  };

  /** Beside the place where it belongs, then renamed: the files are either complete or not there. */
  async function initialise(initdb: string, user: PostgresUser, signal: AbortSignal): Promise<void> {
    const unfinished = join(dir, 'data.new');
    rmSync(unfinished, { recursive: true, force: true });
    writeFileSync(passwordFile, `${randomBytes(18).toString('base64url')}\n`, { mode: 0o600 });
    handOver(dir, user);
    const { command, args } = runAs(user, initdb, [
      `--pgdata=${unfinished}`,
      `--username=${superuser}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      // The same order and case rules on every machine, whatever its C library.
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      `--locale=${process.platform === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8'}`,
    ]);
    await run(command, args, { signal, cwd: dir, ...user.owner });
    renameSync(unfinished, data);
  }
}

function settings(port: number): string[] {
  return Object.entries({
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    shared_buffers: '128MB',
    max_connections: 200,
    shared_preload_libraries: 'pg_stat_statements',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_checkpoints: 'off',
    // Compiling a query costs more than any of ours takes.
    jit: 'off',
  }).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
}

async function makeDatabases(port: number, password: string): Promise<void> {
  const client = new Client({ host: '127.0.0.1', port, user: superuser, password, database: 'postgres' });
  // Without a listener, a server that goes away during this would end our process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<{ datname: string }>('select datname from pg_database');
    for (const name of databases) {
      if (!rows.some(({ datname }) => datname === name)) await client.query(`create database ${name}`);
    }
    await client.query('create extension if not exists pg_stat_statements');
  } finally {
    await client.end();
  }
}

/**
 * After a SIGKILL the file names a process that is gone, and its number may be another's by now: Postgres then
 * believes that it runs already. We hold the data folder's lock and its recorded processes were ended, so what still
 * works in the folder (backends outlive a killed postmaster for a moment) is ended here, and the file removed.
 */
async function removeStalePidFile(data: string): Promise<void> {
  if (!existsSync(join(data, 'postmaster.pid'))) return;
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const left = processesWorkingIn(data);
    if (left.length === 0) break;
    for (const pid of left) killIfThere(pid);
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
  rmSync(join(data, 'postmaster.pid'), { force: true });
}

/** Every Postgres process has its data folder as the working folder. Known on Linux only. */
function processesWorkingIn(data: string): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/cwd`) === data && readlinkSync(`/proc/${pid}/exe`).endsWith('/postgres');
      } catch {
        return false;
      }
    });
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

/** Gives the folder to the user that Postgres runs as, should an earlier start have run it as another. */
function handOver(dir: string, user: PostgresUser): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = user.owner ?? { uid: 0, gid: 0 };
  if (statSync(dir).uid === uid) return;
  chmodSync(dir, 0o700);
  for (const name of readdirSync(dir, { recursive: true, encoding: 'utf8' })) chownSync(join(dir, name), uid, gid);
  chownSync(dir, uid, gid);
}
