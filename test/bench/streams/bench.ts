import type { Logger } from 'pino';
import type { Progress } from '../../../infra/local/progress.ts';
import { connectKafka } from '../../../streams/kafka/connect.ts';
import type { Kafka } from '../../../streams/kafka/port.ts';
import type { KafkaStreamsProgram } from './kafka-streams.ts';
import type { BenchOptions } from './options.ts';
import { countRecords } from './topics.ts';

export interface BenchEngines {
  readonly kafkaBrokers: readonly string[];
  readonly schemaRegistryUrl: string;
}

/** All that a part of the benchmark needs. */
export interface Bench {
  readonly engines: BenchEngines;
  readonly options: BenchOptions;
  /** For schema files; removed at the end. */
  readonly scratchDir: string;
  /** Undefined where it cannot be built. */
  readonly program: KafkaStreamsProgram | undefined;
  readonly progress: Progress;
  readonly log: Logger;
}

export function benchKafka({ engines, log }: Bench): Kafka & AsyncDisposable {
  return connectKafka({ client: 'kafkajs', brokers: engines.kafkaBrokers, clientId: 'bench', log });
}

/** Names of topics and groups, so that no run meets another's. */
export function freshName(what: string): string {
  return `bench-${what}-${crypto.randomUUID()}`;
}

/** The round is void where the output does not hold each message once. */
export async function assertOutput(bench: Bench, topic: string, messages: number): Promise<void> {
  await using kafka = benchKafka(bench);
  const count = await countRecords(kafka, topic);
  if (count !== messages) throw new Error(`the output holds ${count} records of ${messages} messages`);
}

export async function deleteTopics(bench: Bench, topics: readonly string[]): Promise<void> {
  await using kafka = benchKafka(bench);
  await using admin = await kafka.admin();
  await admin.deleteTopics(topics);
}
