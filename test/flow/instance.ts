import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const main = 'cli/main.ts';

/** A whole Mimir as a person starts it, on ports and data of its own. */
export interface Instance extends AsyncDisposable {
  /** Holds instance.json, which says where its engines are. */
  readonly dataDir: string;
  readonly rest: string;
  readonly graphql: string;
  readonly operations: string;
  /** What `mimir up` printed so far. */
  output(): string;
  /** Starts it (again); resolves when it says that it is ready. */
  start(args?: readonly string[]): Promise<void>;
  /** Ends it as Ctrl-C does; resolves with its exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL to `mimir up`, every service and every engine at once. */
  killAll(): Promise<void>;
  /** Runs a command of the command line against it. */
  mimir(...args: readonly string[]): Promise<CommandResult>;
}

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export async function createInstance(settings: Readonly<Record<string, string>> = {}): Promise<Instance> {
  const dataDir = await mkdtemp(join(tmpdir(), 'mimir-flow-'));
  const names = ['REST_PORT', 'GRAPHQL_PORT', 'METRICS_PORT', ...enginePorts];
  const ports = await freePorts(names.length);
  const portOf = Object.fromEntries(names.map((name, index) => [name, String(ports[index])]));
  const env = { ...process.env, LOG_LEVEL: 'info', ...portOf, MIMIR_DATA_DIR: dataDir, ...settings };
  const address = (name: string): string => `http://127.0.0.1:${portOf[name]}`;
  let up: ChildProcess | undefined;
  let output = '';

  const instance: Instance = {
    dataDir,
    rest: address('REST_PORT'),
    graphql: `${address('GRAPHQL_PORT')}/graphql`,
    operations: address('METRICS_PORT'),
    output: () => output,
    start: async (args = []) => {
      output = '';
      const child = spawn(process.execPath, [main, 'up', ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
      up = child;
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk: Buffer) => {
          output += chunk.toString();
        });
      await waitFor('Mimir is ready', async () => {
        if (child.exitCode !== null) throw new Error(`mimir up ended with ${child.exitCode}:\n${output}`);
        return (await fetch(`${address('METRICS_PORT')}/ready`)).ok && output.includes('Mimir is ready');
      });
    },
    stop: async () => {
      const child = up;
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
      const ended = once(child, 'exit');
      child.kill('SIGINT');
      await ended;
      return child.exitCode;
    },
    killAll: async () => {
      const pids = [up?.pid, ...(await servicePids(address('METRICS_PORT'))), ...(await enginePids(dataDir))];
      const ended = up === undefined ? Promise.resolve() : once(up, 'exit');
      for (const pid of pids.filter((one) => one !== undefined)) {
        try {
          process.kill(pid, 'SIGKILL');
        } catch {
          // It has ended by itself since it was listed.
        }
      }
      await ended;
    },
    mimir: (...args) => runCommand([main, ...args], env),
    [Symbol.asyncDispose]: async () => {
      await instance.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
  return instance;
}

const enginePorts = ['KAFKA_PORT', 'SCHEMA_REGISTRY_PORT', 'POSTGRES_PORT', 'REDIS_PORT'];

async function servicePids(operations: string): Promise<readonly number[]> {
  const response = await fetch(`${operations}/status`);
  const { processes } = (await response.json()) as { processes: readonly { readonly pid: number | null }[] };
  return processes.flatMap(({ pid }) => pid ?? []);
}

/** The engines' process ids, as `mimir up` notes them for the start after a crash. */
async function enginePids(dataDir: string): Promise<readonly number[]> {
  const files = (await readdir(join(dataDir, 'run'))).filter((file) => file.endsWith('.json'));
  return Promise.all(
    files.map(async (file) => {
      const { pid } = JSON.parse(await readFile(join(dataDir, 'run', file), 'utf8')) as { pid: number };
      return pid;
    }),
  );
}

/** Asks again every 250 ms until it is true. The test's own time limit is the bound. */
export async function waitFor(what: string, isTrue: () => Promise<boolean>, boundMs = 240_000): Promise<void> {
  const until = Date.now() + boundMs;
  let last: unknown;
  while (Date.now() < until) {
    try {
      if (await isTrue()) return;
      last = undefined;
    } catch (error) {
      if (error instanceof Error && error.message.includes('ended with')) throw error;
      last = error;
    }
    await sleep(250);
  }
  throw new Error(`not true in time: ${what}`, { cause: last });
}

/** Free ports, held open together so that they differ. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  });
  await Promise.all(
    servers.map(async (server) => {
      server.close();
      await once(server, 'close');
    }),
  );
  return ports;
}

function runCommand(args: readonly string[], env: NodeJS.ProcessEnv): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
