import { pino } from 'pino';
import { Registry } from 'prom-client';
import { loadConfig, type Config } from '../../../streams/config.ts';
import type { Runtime } from '../../../streams/runtime.ts';
import type { Message, StageContext, StageDefinition } from '../../../streams/stage.ts';
import type { TopicName } from '../../../streams/topics.ts';

export const log = pino({ level: 'silent' });

const context: StageContext = {
  now: () => 1_790_000_000_000,
  sleep: () => Promise.resolve(),
  log,
  signal: new AbortController().signal,
};

/** A view that is open, to be given messages as the runner would. */
export interface RunningView<In extends TopicName> extends AsyncDisposable {
  process(...messages: readonly Message<In>[]): Promise<void>;
}

/** Views read the configuration and the log of the runtime; Kafka is the runner's. */
export async function openView<In extends TopicName>(
  definition: StageDefinition<In, never>,
  config: Config,
  metrics = new Registry(),
): Promise<RunningView<In>> {
  const stage = await definition.open({ config, log, metrics } as Runtime);
  const { handler } = stage;
  if (handler.kind !== 'batch') throw new Error('a view takes batches');
  return {
    async process(...messages) {
      const outcomes = await handler.process(messages, context);
      if (outcomes.length !== messages.length) throw new Error('one outcome a message');
    },
    async [Symbol.asyncDispose]() {
      await stage.close?.();
    },
  };
}

export const configOf = (variables: Readonly<Record<string, string>>): Config => loadConfig(variables);

/** A database number of the test file's own, so that its keys are nobody else's. */
export function redisDatabase(redisUrl: string, database: number): string {
  const url = new URL(redisUrl);
  url.pathname = `/${database}`;
  return url.href;
}
