import type { Runtime } from './runtime.ts';
import { startStage } from './runner/run-stage.ts';
import type { RunOptions } from './runner/limits.ts';
import type { RunningStage } from './runner/running-stage.ts';
import type { StageDefinition } from './stage.ts';
import type { TopicName } from './topics.ts';

export { groupOf, type RunOptions } from './runner/limits.ts';
export { startStage } from './runner/run-stage.ts';
export type { RunningStage } from './runner/running-stage.ts';

/**
 * Runs a stage until it is stopped or fails, and resolves once it has joined its group.
 *
 * What it does for the stage: decodes; calls it with messages of one key in order, of many keys at once; encodes and
 * produces its outputs and waits for their acknowledgement; only then commits, without gaps. What is away is waited
 * for; what breaks the stage three times goes to the dead letters; what is fatal stops it.
 *
 * @throws what made the stage fail before it had joined
 */
export async function runStage<In extends TopicName, Out extends TopicName>(
  definition: StageDefinition<In, Out>,
  runtime: Runtime,
  options: RunOptions = {},
): Promise<RunningStage> {
  const running = startStage(definition, runtime, options);
  await running.ready;
  return running;
}
