import type { ViewFreshness } from '../../gateways/views/freshness.ts';
import type { Config } from '../../streams/config.ts';
import { readInstance } from '../../streams/config.ts';
import { createLogger } from '../../streams/logger.ts';
import { type StageLag, stageLag } from '../../streams/lag.ts';
import { stages } from '../actors.ts';
import { messageOf } from '../../streams/errors.ts';
import { openRuntime } from '../open-runtime.ts';
import type { EngineState } from '../up/engine-keeper.ts';
import type { ProcessState } from '../up/supervisor.ts';
import { viewAges } from './view-age.ts';

/** How everything stands. What could not be asked is null, and `problems` says why. */
export interface Status {
  readonly healthy: boolean;
  readonly problems: readonly string[];
  /** The processes of `mimir up` on this data folder; null where it does not run. */
  readonly processes: readonly ProcessState[] | null;
  readonly engines: readonly EngineState[] | null;
  readonly stages: readonly StageLag[] | null;
  readonly views: readonly ViewFreshness[] | null;
}

const askBoundMs = 3_000;

export async function gatherStatus(config: Config): Promise<Status> {
  const problems: string[] = [];
  const ask = async <T>(what: string, question: () => Promise<T>): Promise<T | null> => {
    try {
      return await question();
    } catch (error) {
      problems.push(`${what}: ${messageOf(error)}`);
      return null;
    }
  };
  const log = createLogger('silent');
  await using runtime = openRuntime(config, log);
  const [up, lags, views] = await Promise.all([
    ask('the processes', () => askUp(config)),
    ask('the lag', () => stageLag(runtime.kafka, stages)),
    ask('the views', () => viewAges(config, log)),
  ]);
  const processes = up?.processes ?? null;
  for (const one of processes ?? [])
    if (one.state !== 'running') problems.push(`the process ${one.name} is ${one.state}`);
  for (const one of up?.engines ?? []) {
    if (one.state === 'restarting') problems.push(`the engine ${one.name} has ended and is started again`);
  }
  for (const one of lags ?? []) if (one.members === 0) problems.push(`nobody runs the stage ${one.stage}`);
  return { healthy: problems.length === 0, problems, processes, engines: up?.engines ?? null, stages: lags, views };
}

interface UpStatus {
  readonly processes: readonly ProcessState[];
  readonly engines: readonly EngineState[];
}

/** @returns null where the processes are started by something other than `mimir up` */
async function askUp(config: Config): Promise<UpStatus | null> {
  const instance = readInstance(config.dataDir);
  if (instance === undefined) return null;
  const response = await fetch(`${instance.operations}/status`, { signal: AbortSignal.timeout(askBoundMs) });
  return (await response.json()) as UpStatus;
}
