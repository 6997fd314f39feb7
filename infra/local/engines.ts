import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { messageOf } from '../../streams/errors.ts';
import { assertDiskSpace } from './disk.ts';
import { missingForModel, pinnedModelDir } from './embedding-model.ts';
import { fusedModelDir, prepareEmbeddingModel } from './fused-model.ts';
import type { Engine } from './engine.ts';
import { choosePorts, type Ports, type PortWishes } from './engine-ports.ts';
import { partTitle } from './engine-titles.ts';
import { kafkaEngines } from './kafka.ts';
import { replicasOf } from './kafka-properties.ts';
import { assertBrokerCount } from './kafka-storage.ts';
import type { Lock } from './lock.ts';
import { Part, type EnginePart } from './part.ts';
import { postgresEngine, type PostgresEngine } from './postgres.ts';
import { silentProgress, type Progress } from './progress.ts';
import { redisEngine, type RedisEngine } from './redis.ts';
import { registryEngine } from './registry.ts';
import { FetchError, SetupError, fetchMessage } from './setup-error.ts';
import { takeOver } from './take-over.ts';

export interface StartOptions extends PortWishes {
  /** Holds everything that must survive a restart. One live set of engines at a time. */
  readonly dataDir: string;
  /** Holds what was downloaded; may be shared by any number of starts. */
  readonly cacheDir: string;
  /**
   * Kafka's, 1 unless given. With three, each record has three copies, and one broker may be away without a stop. The
   * number stays with the data folder.
   */
  readonly brokers?: number;
  /** A model of one's own; without it, or where it names the pinned one's place, that is fetched into the cache. */
  readonly embeddingModelDir?: string;
  /** Forgets all data first. */
  readonly fresh?: boolean;
  readonly progress?: Progress;
  /** Ends a start under way; nothing is left running. Once started, use stop(). */
  readonly signal?: AbortSignal;
  /** An engine ended though nobody asked it to. It stays ended unless its part is started again. */
  readonly onUnexpectedExit?: (error: Error, part: EnginePart) => void;
}

export interface LocalEngines extends AsyncDisposable {
  readonly kafkaBrokers: readonly string[];
  readonly schemaRegistryUrl: string;
  /** A superuser's. */
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly embeddingModelDir: string;
  /** The same as settings of streams/config.ts. */
  readonly variables: Readonly<Record<string, string>>;
  /** Each engine's process: Kafka's broker or brokers first. */
  readonly parts: readonly EnginePart[];
  /** Orderly within some 10 s an engine, whatever state each is in. May be called again. */
  stop(): Promise<void>;
  /** At once, by SIGKILL: for data that nobody needs again. */
  kill(): Promise<void>;
}

const firstStartBytes = 2_000_000_000;
const laterStartBytes = 300_000_000;

/**
 * Brings up Kafka, the schema registry, Postgres and Redis on loopback. The first start fetches them; later ones need
 * no network.
 *
 * @throws SetupError for what a person can mend (missing programs, taken ports, a full disk, no network, a second
 *   instance), after ending whatever was started
 */
export async function startEngines(options: StartOptions): Promise<LocalEngines> {
  const { progress = silentProgress, signal = new AbortController().signal, onUnexpectedExit } = options;
  const dataDir = resolve(options.dataDir);
  const cacheDir = resolve(options.cacheDir);
  const given = options.embeddingModelDir;
  const pinned = [pinnedModelDir(cacheDir), fusedModelDir(cacheDir)];
  const ownModelDir = given !== undefined && pinned.includes(given) ? undefined : given;
  const lock = await takeOver(dataDir, options.fresh === true, progress);
  const over = new AbortController();
  let parts: Parts | undefined;
  try {
    const brokers = options.brokers ?? 1;
    assertBrokerCount(dataDir, brokers);
    const ports = await choosePorts(options, brokers);
    const engines = makeEngines(dataDir, cacheDir, ports, signal);
    await assertProgramsThere(engines, ownModelDir, cacheDir, signal);
    const isFirst = !existsSync(join(dataDir, 'kafka', 'data'));
    assertDiskSpace(dataDir, isFirst ? firstStartBytes : laterStartBytes, 'MIMIR_DATA_DIR');
    assertDiskSpace(cacheDir, isFirst ? firstStartBytes : 0, 'MIMIR_CACHE_DIR');
    const embeddingModelDir = await prepareAll(engines, ownModelDir, cacheDir, progress, signal);
    parts = makeParts(engines, AbortSignal.any([signal, over.signal]), onUnexpectedExit);
    await startAll(parts, progress, signal);
    return handle(engines, parts, ports, embeddingModelDir, over, lock);
  } catch (error) {
    over.abort(error);
    await Promise.all((parts === undefined ? [] : listOf(parts)).map((part) => part.stop()));
    lock.release();
    throw error;
  }
}

interface Engines {
  readonly kafka: readonly Engine[];
  readonly registry: Engine;
  readonly postgres: PostgresEngine;
  readonly redis: RedisEngine;
}

function makeEngines(dataDir: string, cacheDir: string, ports: Ports, signal: AbortSignal): Engines {
  const context = { dataDir, cacheDir, signal };
  const postgres = postgresEngine({ ...context, port: ports.postgres });
  return {
    kafka: kafkaEngines(context, ports.kafka),
    registry: registryEngine({ ...context, port: ports.registry }, () => ({
      url: `jdbc:postgresql://127.0.0.1:${ports.postgres}/registry`,
      user: postgres.user,
      password: postgres.password(),
    })),
    postgres,
    redis: redisEngine({ ...context, port: ports.redis }),
  };
}

async function assertProgramsThere(
  engines: Engines,
  ownModelDir: string | undefined,
  cacheDir: string,
  signal: AbortSignal,
): Promise<void> {
  const lines = await Promise.all([
    ...listOf(engines).map((engine) => engine.missing()),
    ownModelDir === undefined ? missingForModel(cacheDir, signal) : [],
  ]);
  const missing = [...new Set(lines.flat())];
  if (missing.length > 0) throw new SetupError(missing.join('\n'));
}

/** Side by side. When one fails the others go on to their end: what they fetch is kept for the next try. */
async function prepareAll(
  engines: Engines,
  ownModelDir: string | undefined,
  cacheDir: string,
  progress: Progress,
  signal: AbortSignal,
): Promise<string> {
  const model = ownModelDir ?? prepareEmbeddingModel(cacheDir, progress, signal);
  const results = await Promise.allSettled([model, ...listOf(engines).map((engine) => engine.prepare(progress))]);
  signal.throwIfAborted();
  throwFailures(results, cacheDir);
  return await model;
}

interface Parts {
  readonly kafka: readonly Part[];
  readonly registry: Part;
  readonly postgres: Part;
  readonly redis: Part;
}

function makeParts(engines: Engines, over: AbortSignal, onUnexpectedExit: StartOptions['onUnexpectedExit']): Parts {
  const part = (engine: Engine): Part =>
    new Part(engine, over, (how, ended) => onUnexpectedExit?.(new Error(`${partTitle(engine.name)} ${how}`), ended));
  return {
    kafka: engines.kafka.map(part),
    registry: part(engines.registry),
    postgres: part(engines.postgres),
    redis: part(engines.redis),
  };
}

/** Kafka's first. */
function listOf<One>(all: {
  readonly kafka: readonly One[];
  readonly registry: One;
  readonly postgres: One;
  readonly redis: One;
}): readonly One[] {
  return [...all.kafka, all.registry, all.postgres, all.redis];
}

/** The registry keeps its schemas in Postgres and waits for it; the others start side by side. */
async function startAll(parts: Parts, progress: Progress, signal: AbortSignal): Promise<void> {
  const results = await Promise.allSettled([
    ...parts.kafka.map((broker) => broker.start(progress)),
    parts.postgres.start(progress).then(() => parts.registry.start(progress)),
    parts.redis.start(progress),
  ]);
  signal.throwIfAborted();
  throwFailures(results);
}

/** @throws SetupError that says all that failed, where anything did */
function throwFailures(results: readonly PromiseSettledResult<unknown>[], cacheDir = ''): void {
  const reasons: unknown[] = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  if (reasons.length === 0) return;
  const fetches = reasons.filter((reason) => reason instanceof FetchError);
  const others = reasons.filter((reason) => !(reason instanceof FetchError)).map(messageOf);
  throw new SetupError(
    [...new Set(others), ...(fetches.length > 0 ? [fetchMessage(fetches, cacheDir)] : [])].join('\n'),
  );
}

function handle(
  engines: Engines,
  parts: Parts,
  ports: Ports,
  embeddingModelDir: string,
  over: AbortController,
  lock: Lock,
): LocalEngines {
  const all = listOf(parts);
  let stopping: Promise<void> | undefined;
  const end = async (how: 'stop' | 'kill'): Promise<void> => {
    over.abort(new Error('the engines have been stopped'));
    // The registry first: it would log its lost database as an error.
    await parts.registry[how]();
    await Promise.all(all.map((part) => part[how]()));
    lock.release();
  };
  const stop = (): Promise<void> => (stopping ??= end('stop'));

  const kafkaBrokers = ports.kafka.map(({ port }) => `127.0.0.1:${port}`);
  const schemaRegistryUrl = `http://127.0.0.1:${ports.registry}/apis/ccompat/v7`;
  const { user, password } = engines.postgres;
  const databaseUrl = `postgres://${user}:${password()}@127.0.0.1:${ports.postgres}/mimir`;
  const redisUrl = `redis://:${engines.redis.password()}@127.0.0.1:${ports.redis}`;
  return {
    kafkaBrokers,
    schemaRegistryUrl,
    databaseUrl,
    redisUrl,
    embeddingModelDir,
    variables: {
      KAFKA_BROKERS: kafkaBrokers.join(','),
      ...(kafkaBrokers.length > 1 ? { KAFKA_REPLICATION: String(replicasOf(kafkaBrokers.length)) } : {}),
      SCHEMA_REGISTRY_URL: schemaRegistryUrl,
      DATABASE_URL: databaseUrl,
      REDIS_URL: redisUrl,
      EMBEDDING_MODEL_DIR: embeddingModelDir,
    },
    parts: all,
    stop,
    kill: () => (stopping ??= end('kill')),
    [Symbol.asyncDispose]: stop,
  };
}
