import { collectDefaultMetrics } from 'prom-client';
import { armFailPoint } from './fail-points.ts';
import type { ParentMessage, ProcessMessage } from './process-messages.ts';
import { serveOperations, type ProcessHealth } from './process/operations.ts';
import { startService, type RunningService } from './process/running-service.ts';
import { startStage, type RunningStage } from './runner.ts';
import type { Runtime } from './runtime.ts';
import type { ServiceDefinition } from './service.ts';
import type { StageDefinition } from './stage.ts';

/** Something that kept the event loop alive after everything was closed is not waited for longer than this. */
const lingerMs = 500;
const stopBoundMs = 9_500;

export interface ProcessOptions {
  readonly definitions: readonly StageDefinition[];
  readonly services: readonly ServiceDefinition[];
  readonly runtime: Runtime;
}

/**
 * The life of a process that runs stages and services: from their start, through SIGTERM, SIGINT or the end of the
 * process that started it, to an orderly end within 10 s.
 *
 * @returns the exit code: 0 after an orderly stop, 1 where a part of it failed for good
 */
export async function runProcess({ definitions, services, runtime }: ProcessOptions): Promise<number> {
  const { config, log, metrics } = runtime;
  const hasParent = process.send !== undefined;
  armFailPoint(config.failAt);
  logWarnings(runtime);
  collectDefaultMetrics({ register: metrics });

  const { promise: ended, resolve: end } = Promise.withResolvers<number>();
  const unlisten = listenForEnd(runtime, hasParent, end);
  const stages = definitions.map((definition) => startStage(definition, runtime));
  const opened = services.map((definition) => startService(definition, runtime));
  const parts = [...stages, ...opened];
  let isReady = false;

  await using operations = await serveOperations({
    host: config.bindHost,
    // Beside a parent the port is the parent's, which serves the metrics of all its processes.
    port: hasParent ? 0 : config.ports.metrics,
    portIsSet: config.metricsPortIsSet && !hasParent,
    metrics,
    log,
    isReady: () => isReady && stages.every((stage) => stage.health().status !== 'unhealthy'),
    health: () => healthOf(stages, opened),
  }).catch(async (error: unknown) => {
    unlisten();
    await Promise.all(parts.map((part) => part.stop()));
    throw error;
  });

  const giveUp = (name: string) => (error: unknown) => {
    log.fatal({ err: error, part: name }, 'a part of this process failed: all of it stops');
    end(1);
  };
  for (const stage of stages) stage.failed.catch(giveUp(stage.name));
  for (const service of opened) service.ready.catch(giveUp(service.name));
  Promise.all(parts.map((part) => part.ready)).then(
    () => {
      isReady = true;
      const addresses = addressesOf(opened, operations.address);
      log.info({ parts: parts.map(({ name }) => name), addresses }, 'ready');
      tell({ kind: 'ready', addresses });
      return undefined;
    },
    () => undefined,
  );
  answerParent(runtime);

  const code = await ended;
  isReady = false;
  const deadline = setTimeout(() => {
    log.error('not everything could be closed in time');
    process.exit(code === 0 ? 1 : code);
  }, stopBoundMs);
  await Promise.all(parts.map((part) => part.stop()));
  clearTimeout(deadline);
  unlisten();
  log.info({ code }, 'stopped');
  if (hasParent && process.connected) process.disconnect();
  setTimeout(() => process.exit(code), lingerMs).unref();
  return code;
}

function listenForEnd({ log }: Runtime, hasParent: boolean, end: (code: number) => void): () => void {
  let asked = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    // Who asks twice does not want to wait.
    if (asked) process.exit(1);
    asked = true;
    log.info({ signal }, 'stopping');
    end(0);
  };
  const onDisconnect = (): void => {
    log.info('the process that started this one is gone: stopping');
    end(0);
  };
  // An unknown state is not worked on: the process ends, and whoever supervises it starts it again.
  const onUncaught = (error: unknown): void => {
    log.fatal({ err: error }, 'an error was not caught: the process ends');
    process.exit(1);
  };
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal).on('uncaughtException', onUncaught);
  if (hasParent) process.on('disconnect', onDisconnect);
  return () => {
    process.off('SIGTERM', onSignal).off('SIGINT', onSignal).off('uncaughtException', onUncaught);
    process.off('disconnect', onDisconnect);
  };
}

/** Node's warnings become log lines; kafkajs' negative timeouts (its issue 1751) do no harm and come all the time. */
function logWarnings({ log }: Runtime): void {
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    if (warning.name !== 'TimeoutNegativeWarning') log.warn({ err: warning }, 'warning of Node');
  });
}

function answerParent({ metrics, log }: Runtime): void {
  process.on('message', (message: ParentMessage) => {
    if (message.kind !== 'metrics') return;
    metrics.getMetricsAsJSON().then(
      (json) => tell({ kind: 'metrics', metrics: json }),
      (error: unknown) => log.warn({ err: error }, 'metrics could not be collected'),
    );
  });
}

function tell(message: ProcessMessage): void {
  if (process.connected) process.send?.(message);
}

function addressesOf(services: readonly RunningService[], operations: string): Record<string, string> {
  const listening = services.flatMap(({ name, address }) => (address === undefined ? [] : [[name, address] as const]));
  return { ...Object.fromEntries(listening), operations };
}

async function healthOf(stages: readonly RunningStage[], services: readonly RunningService[]): Promise<ProcessHealth> {
  const reports = await Promise.all(services.map(async (service) => ({ service, report: await service.health() })));
  const statuses = [...stages.map((stage) => stage.health().status), ...reports.map(({ report }) => report.status)];
  const worst = (['unhealthy', 'degraded'] as const).find((status) => statuses.includes(status)) ?? 'healthy';
  const parts = Object.fromEntries([
    ...stages.map((stage) => [stage.name, stage.health()] as const),
    ...reports.flatMap(({ service, report }) => [
      [service.name, { status: report.status }] as const,
      ...Object.entries(report.dependencies).map(([name, one]) => [`${service.name}.${name}`, one] as const),
    ]),
  ]);
  // A service that lacks a store is not dead: a restart would not bring the store back.
  const failed = stages.some((stage) => stage.health().status === 'unhealthy');
  return { status: worst === 'unhealthy' && !failed ? 'degraded' : worst, parts };
}
