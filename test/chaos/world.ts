import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openRuntime } from '../../cli/open-runtime.ts';
import { stages } from '../../cli/actors.ts';
import { newSecretKey } from '../../cli/secret-keys.ts';
import { migrate } from '../../gateways/migrate.ts';
import { type LocalEngines, startEngines } from '../../infra/local/engines.ts';
import { childEnvironment, loadConfig } from '../../streams/config.ts';
import { TransientError } from '../../streams/errors.ts';
import { stageLag } from '../../streams/lag.ts';
import { createLogger } from '../../streams/logger.ts';
import type { Runtime } from '../../streams/runtime.ts';
import { createTopics } from '../../streams/setup-topics.ts';
import type { StageDefinition } from '../../streams/stage.ts';
import type { SlotOptions } from './slot.ts';
import { puttingOff } from './faulty/faults.ts';
import { ownDataPrefix } from '../engines/abandoned.ts';
import { freePorts } from '../flow/instance.ts';

/** The product's, with the retry topic of the one that is made to use it. */
export const chaosStages: readonly StageDefinition[] = stages.map((stage) =>
  stage.name === puttingOff.stage ? { ...stage, putsOff: true } : stage,
);

/** Starts a process with the change that CHAOS_FAULT names. */
export const injecting: readonly string[] = ['--import', './test/chaos/faulty/inject.ts'];

export interface WorldOptions {
  readonly brokers: number;
  readonly client: 'kafkajs' | 'platformatic';
  /** Said while it begins. */
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Engines of its own with topics and tables, and the settings with which processes work on them. */
export interface World extends AsyncDisposable {
  readonly engines: LocalEngines;
  readonly dataDir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly rest: string;
  readonly runtime: Runtime;
}

export async function openWorld({ brokers, client, say, signal }: WorldOptions): Promise<World> {
  const dataDir = mkdtempSync(join(tmpdir(), `${ownDataPrefix}chaos-`));
  mkdirSync(join(dataDir, 'logs'), { recursive: true });
  const own = loadConfig(process.env, { instance: false });
  const engines = await startEngines({
    dataDir,
    cacheDir: own.cacheDir,
    signal,
    ...(brokers === 1 ? {} : { brokers }),
    onUnexpectedExit: (error) => say(`unexpected: ${error.message}`),
  }).catch((error: unknown) => {
    rmSync(dataDir, { recursive: true, force: true });
    throw error;
  });
  const [restPort, graphqlPort] = await freePorts(2);
  const replication = brokers >= 3 ? 3 : 1;
  const env = childEnvironment({
    ...engines.variables,
    MIMIR_DATA_DIR: dataDir,
    MIMIR_CACHE_DIR: own.cacheDir,
    KAFKA_CLIENT: client,
    KAFKA_REPLICATION: String(replication),
    REST_PORT: String(restPort),
    GRAPHQL_PORT: String(graphqlPort),
    MIMIR_EGRESS_ALLOW: '127.0.0.0/8',
    MIMIR_SECRET_KEYS: newSecretKey(),
    COLLECT_HOST_DELAY_MS: '0',
    COLLECT_INTERVAL_SECONDS: '6',
    LOG_LEVEL: 'info',
  });
  const config = loadConfig(env, { instance: false });
  const log = createLogger('error', { process: 'chaos' });
  const runtime = openRuntime(config, log);
  try {
    await migrate(config.databaseUrl, log);
    await runtime.codec.registerAll();
    await createTopics(runtime.kafka, { partitions: config.kafka.partitions, replication }, chaosStages);
  } catch (error) {
    await engines.kill();
    throw error;
  }
  return {
    engines,
    dataDir,
    env,
    rest: `http://127.0.0.1:${restPort}`,
    runtime,
    async [Symbol.asyncDispose]() {
      await runtime[Symbol.asyncDispose]();
      await engines.kill();
      rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** How the product's processes are started in a chaos run. */
export function startOf({ env }: Pick<World, 'env'>): Pick<SlotOptions, 'env' | 'execArgv'> {
  return { env: { ...env, CHAOS_FAULT: puttingOff.name }, execArgv: injecting };
}

/** Records that wait before these stages, all together. */
export async function lagOf({ runtime }: Pick<World, 'runtime'>, names: readonly string[]): Promise<number> {
  const chosen = chaosStages.filter(({ name }) => names.includes(name));
  const lags = await insist(() => stageLag(runtime.kafka, chosen));
  return lags.reduce((sum, { lag }) => sum + lag, 0);
}

/** Tries again while something is away, for a minute at most: after a restart of an engine, or where a topic is new. */
export async function insist<T>(act: () => Promise<T>): Promise<T> {
  const end = Date.now() + 60_000;
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof TransientError) || Date.now() > end) throw error;
      await sleep(300);
    }
  }
}

/** Starts one of the chaos programs as a process of its own, which ends with this one. */
export function startProgram(script: string, settings: object, env: Readonly<Record<string, string>>): ChildProcess {
  const args = ['--disable-warning=TimeoutNegativeWarning', `test/chaos/${script}`];
  const child = spawn(process.execPath, [...args, '--settings', JSON.stringify(settings)], {
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const log = createWriteStream(logFileOf(script, env), { flags: 'a' });
  child.stderr?.pipe(log, { end: false });
  child.stdout?.pipe(log, { end: false });
  return child;
}

const logFileOf = (script: string, env: Readonly<Record<string, string>>): string =>
  join(env['MIMIR_DATA_DIR'] ?? '.', 'logs', `${script.replace('.ts', '')}.log`);

/** Runs one to its end. @returns what it printed, and its exit code */
export async function runProgram(
  script: string,
  settings: object,
  env: Readonly<Record<string, string>>,
): Promise<{ readonly output: string; readonly code: number | null }> {
  const child = startProgram(script, settings, env);
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { output, code };
}
