import { pino } from 'pino';
import { Registry } from 'prom-client';
import { openPostgres } from '../../../gateways/postgres.ts';
import { setPositions } from '../../../gateways/views/postgres/positions.ts';
import { loadConfig, type Config } from '../../../streams/config.ts';
import { createMemoryKafka, type MemoryKafka } from '../../../streams/kafka/memory.ts';
import type { Runtime } from '../../../streams/runtime.ts';
import type { Message, StageContext, StageDefinition } from '../../../streams/stage.ts';
import { deadLetterTopic, type TopicName, topics } from '../../../streams/topics.ts';

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

/** Without a Kafka of the test's own the topics are empty and the group has not begun. */
export async function openView<In extends TopicName>(
  definition: StageDefinition<In, never>,
  config: Config,
  { metrics = new Registry(), kafka = emptyKafka() }: Partial<Pick<Runtime, 'metrics' | 'kafka'>> = {},
): Promise<RunningView<In>> {
  const stage = await definition.open({ config, log, metrics, kafka } as Runtime);
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

/** @param records that each topic holds, and no view reads */
export function emptyKafka(records = 0): MemoryKafka {
  const kafka = createMemoryKafka();
  for (const name of [...Object.keys(topics), deadLetterTopic]) {
    kafka.topics.create({ name, partitions: 1, replicationFactor: 1, config: {} });
    if (records > 0)
      kafka.topics.append(
        Array.from({ length: records }, () => ({ topic: name, key: null, value: null })),
        0,
      );
  }
  return kafka;
}

/** Lets view-redis write at once: as though view-postgres had stored all that a test will ever send. */
export async function storedAll(databaseUrl: string): Promise<void> {
  const pool = openPostgres(databaseUrl, { log, max: 1 });
  const offset = 1_000_000_000n;
  await setPositions(pool, 'content', [
    { topic: 'article-enriched', partition: 0, offset },
    { topic: 'article-duplicate', partition: 0, offset },
  ]);
  await pool.end();
}

/** The vectors of ./messages.ts have two numbers. */
export const configOf = (variables: Readonly<Record<string, string>>): Config =>
  loadConfig({ VECTOR_DIMENSIONS: '2', ...variables });

/** A database number of the test file's own, so that its keys are nobody else's. */
export function redisDatabase(redisUrl: string, database: number): string {
  const url = new URL(redisUrl);
  url.pathname = `/${database}`;
  return url.href;
}
