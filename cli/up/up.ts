import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { migrate } from '../../gateways/migrate.ts';
import { refusePublicAddress } from '../../gateways/serving/bind-address.ts';
import { type LocalEngines, startEngines } from '../../infra/local/engines.ts';
import { inStep, type Progress, silentProgress, streamProgress } from '../../infra/local/progress.ts';
import { childEnvironment, type Config, engineVariables, instanceFile, loadConfig } from '../../streams/config.ts';
import { InputError } from '../../streams/errors.ts';
import { createLogger } from '../../streams/logger.ts';
import { createTopics } from '../../streams/setup-topics.ts';
import { processGroups, stages } from '../actors.ts';
import { openRuntime } from '../open-runtime.ts';
import { type EngineKeeper, keepEngines } from './engine-keeper.ts';
import { engineStates } from './engine-states.ts';
import { loadFirstSources } from './first-sources.ts';
import { ensureSecretKeys } from '../secret-keys.ts';
import { writeInstance } from './instance-file.ts';
import { serveOperations } from './operations-server.ts';
import { patiently } from './patiently.ts';
import { readyReport, readyScreen } from './ready-screen.ts';
import { type StopRequest, stopRequest } from './stop-request.ts';
import { supervise } from './supervisor.ts';

export interface UpOptions {
  readonly starter: boolean;
  readonly import?: string;
  readonly fresh?: true;
  readonly json?: true;
}

/**
 * Starts everything and stays until it is told to stop. What was started is ended in the opposite order, whatever
 * happens on the way.
 *
 * @returns the exit code
 */
export async function up(options: UpOptions): Promise<number> {
  const startedAt = Date.now();
  const progress = options.json === true ? silentProgress : streamProgress(process.stderr);
  const stop = stopRequest();
  await using undo = new AsyncDisposableStack();

  // Not of the instance file: what stands there is of an earlier run, or of a live one that startEngines refuses to join.
  const settings = loadConfig(undefined, { instance: false });
  refusePublicAddress(settings.bindHost);
  const keeper = keepEngines({
    say: (line) => console.error(`mimir: ${line}`),
    giveUp: ({ message }) => {
      console.error(
        `mimir: ${message}. Everything is stopped; \`npm start\` goes on where it was. The engines' logs are in ${join(settings.dataDir, 'logs')}`,
      );
      stop.fail();
    },
    over: stop.signal,
  });
  const engines = undo.use(await openEngines(settings, options, { progress, stop, keeper }));
  await ensureSecretKeys(settings);
  const token = randomBytes(24).toString('base64url');
  const operationsUrl = `http://${settings.bindHost}:${settings.ports.metrics}`;
  await writeInstance(settings, { variables: engines.variables, operations: operationsUrl, token });
  undo.defer(() => rm(instanceFile(settings.dataDir), { force: true }));

  const config = loadConfig();
  await prepareStores(config, progress);
  const sources = await loadFirstSources(config, options, progress);
  if (stop.signal.aborted) return stop.exitCode();

  const supervisor = supervise(processGroups, {
    logDir: join(config.dataDir, 'logs'),
    env: childEnvironment({ MIMIR_DATA_DIR: config.dataDir }),
  });
  undo.defer(() => inStep(progress, 'stopped the services', () => supervisor.stop()));
  const operations = await serveOperations(supervisor, {
    host: config.bindHost,
    port: config.ports.metrics,
    engines: () => engineStates(config, engines.parts, keeper),
    token,
  });
  undo.defer(() => {
    operations.closeAllConnections();
    operations.close();
  });
  await inStep(progress, 'started the services', () => Promise.race([supervisor.ready, stop.requested]));
  if (stop.signal.aborted) return stop.exitCode();

  const screen = { config, sources, states: supervisor.states(), operationsUrl, tookMs: Date.now() - startedAt };
  console.log(options.json === true ? JSON.stringify(readyReport(screen)) : readyScreen(screen));
  await stop.requested;
  return stop.exitCode();
}

type Engines = Pick<LocalEngines, 'variables' | 'parts'> & AsyncDisposable;

/** Starts them on this machine, unless the environment says where others run. */
async function openEngines(
  config: Config,
  options: UpOptions,
  {
    progress,
    stop,
    keeper,
  }: { readonly progress: Progress; readonly stop: StopRequest; readonly keeper: EngineKeeper },
): Promise<Engines> {
  const missing = engineVariables.filter((name) => !config.enginesGiven.includes(name));
  if (missing.length === 0) return { variables: {}, parts: [], [Symbol.asyncDispose]: async () => {} };
  if (config.enginesGiven.length > 0) {
    throw new InputError(
      `${config.enginesGiven.join(', ')} name engines that run elsewhere; ${missing.join(', ')} must be set as well, or none of them`,
    );
  }
  const { ports, enginePorts, localBrokers } = config;
  if (config.kafka.replication > localBrokers) {
    throw new InputError(
      `KAFKA_REPLICATION=${config.kafka.replication} asks for more copies than there are brokers: KAFKA_LOCAL_BROKERS is ${localBrokers}`,
    );
  }
  return startEngines({
    dataDir: config.dataDir,
    cacheDir: config.cacheDir,
    brokers: localBrokers,
    ports: enginePorts,
    portsAlsoNeeded: [
      { port: ports.rest, what: 'the REST API', setting: 'REST_PORT' },
      { port: ports.graphql, what: 'the GraphQL API', setting: 'GRAPHQL_PORT' },
      { port: ports.metrics, what: 'the metrics', setting: 'METRICS_PORT' },
    ],
    embeddingModelDir: config.embedding.modelDir,
    fresh: options.fresh === true,
    progress,
    signal: stop.signal,
    onUnexpectedExit: (error, part) => keeper.ended(error, part),
  });
}

/** Engines that were just started on a busy machine are slow at first. */
const startedEnginesPatienceMs = 120_000;

/** Tables, topics and schemas: what every process expects to find. */
async function prepareStores(config: Config, progress: Progress): Promise<void> {
  const log = createLogger('warn', { process: 'up' });
  await using runtime = openRuntime(config, log);
  // Engines elsewhere may be named wrongly: that is said at once.
  const patienceMs = config.enginesGiven.length === 0 ? startedEnginesPatienceMs : 0;
  await inStep(progress, 'prepared tables, topics and schemas', () =>
    Promise.all([
      patiently(patienceMs, () => migrate(config.databaseUrl, log)),
      patiently(patienceMs, () => createTopics(runtime.kafka, config.kafka, stages)),
      patiently(patienceMs, () => runtime.codec.registerAll()),
    ]),
  );
}
