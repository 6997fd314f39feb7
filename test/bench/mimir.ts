import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'pg';
import { pino } from 'pino';
import { stages } from '../../cli/actors.ts';
import { openRuntime } from '../../cli/open-runtime.ts';
import { migrate } from '../../gateways/migrate.ts';
import { startEngines } from '../../infra/local/engines.ts';
import { trackChild } from '../../infra/local/live-children.ts';
import type { EnginePart } from '../../infra/local/part.ts';
import type { Progress } from '../../infra/local/progress.ts';
import { childEnvironment, loadConfig } from '../../streams/config.ts';
import type { Runtime } from '../../streams/runtime.ts';
import { createTopics } from '../../streams/setup-topics.ts';
import { freePorts } from '../flow/instance.ts';

/** Engines of its own, and the product's processes on them. */
export interface BenchMimir extends AsyncDisposable {
  readonly pool: Pool;
  readonly engines: readonly EnginePart[];
  /** Over its engines, in this process. */
  readonly runtime: Runtime;
  /** Address of the REST gateway, once it runs. */
  readonly rest: string;
  /** Starts a process with these actors, as `mimir run` does. */
  run(...actors: readonly string[]): ChildProcess & { readonly pid: number };
  /** Follows feeds, as `mimir source import` does. */
  follow(urls: readonly string[]): Promise<void>;
}

const main = 'cli/main.ts';

export async function openMimir(progress: Progress, settings: Readonly<Record<string, string>>): Promise<BenchMimir> {
  const dataDir = mkdtempSync(join(tmpdir(), 'mimir-bench-'));
  const { cacheDir } = loadConfig();
  const engines = await startEngines({ dataDir, cacheDir, progress });
  // After the engines' own listener, which ends them.
  const removeData = () => rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  process.once('exit', removeData);
  const [restPort, graphqlPort] = await freePorts(2);
  const env = childEnvironment({
    ...engines.variables,
    REST_PORT: String(restPort),
    GRAPHQL_PORT: String(graphqlPort),
    MIMIR_DATA_DIR: dataDir,
    MIMIR_CACHE_DIR: cacheDir,
    MIMIR_EGRESS_ALLOW: '127.0.0.0/8',
    LOG_LEVEL: 'warn',
    ...settings,
  });
  const config = loadConfig(env, { instance: false });
  const log = pino({ level: 'error' }, pino.destination({ dest: 2, sync: true }));
  const runtime = openRuntime(config, log);
  await migrate(config.databaseUrl, log);
  await runtime.codec.registerAll();
  await createTopics(runtime.kafka, { partitions: config.kafka.partitions, replication: 1 }, stages);
  const pool = new Pool({ connectionString: config.databaseUrl, max: 2 });
  const logs = createWriteStream(join(dataDir, 'processes.log'));
  // Each process pipes two streams into it.
  logs.setMaxListeners(0);
  const running: ChildProcess[] = [];

  return {
    pool,
    engines: engines.parts,
    runtime,
    rest: `http://127.0.0.1:${restPort}`,
    run(...actors) {
      const child = spawn(process.execPath, [main, 'run', ...actors], {
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      });
      if (child.pid === undefined) throw new Error(`no process for ${actors.join(' ')}`);
      child.once('exit', trackChild(child));
      child.stdout.pipe(logs, { end: false });
      child.stderr.pipe(logs, { end: false });
      running.push(child);
      return Object.assign(child, { pid: child.pid });
    },
    async follow(urls) {
      const list = join(dataDir, 'feeds.opml');
      const outlines = urls.map((url, index) => `<outline type="rss" text="Feed ${index}" xmlUrl="${url}"/>`);
      writeFileSync(list, `<opml version="2.0"><head/><body>${outlines.join('')}</body></opml>`);
      const child = spawn(process.execPath, [main, 'source', 'import', list], {
        env,
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      const [code] = (await once(child, 'exit')) as [number | null];
      if (code !== 0) throw new Error(`the feeds could not be imported: exit code ${code}`);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(
        running.map(async (child) => {
          if (child.exitCode !== null || child.signalCode !== null) return;
          const exit = once(child, 'exit');
          child.kill('SIGTERM');
          await Promise.race([exit, sleep(15_000)]);
          child.kill('SIGKILL');
        }),
      );
      await pool.end();
      await runtime[Symbol.asyncDispose]();
      logs.end();
      await engines.kill();
      removeData();
      process.removeListener('exit', removeData);
    },
  };
}
