import type { Kafka, TopicSettings } from './kafka/port.ts';
import { maxBatchBytes, maxDeadLetterBytes } from './limits.ts';
import type { StageDefinition } from './stage.ts';
import {
  deadLetterRetentionMs,
  deadLetterTopic,
  retryRetentionMs,
  retryTopicOf,
  topics,
  type Topic,
} from './topics.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export interface TopicShape {
  readonly partitions: number;
  readonly replication: number;
}

/** A setting that is not on the broker as the table of topics wants it. */
export interface TopicDrift {
  readonly topic: string;
  readonly setting: string;
  readonly wanted: string;
  readonly actual: string;
}

type PuttingOff = Pick<StageDefinition, 'name' | 'putsOff'>;

/**
 * Every topic, as it is to be on the broker.
 *
 * @param stages those that put messages off have a topic for them
 */
export function topicSettings(shape: TopicShape, stages: readonly PuttingOff[] = []): readonly TopicSettings[] {
  const common = { partitions: shape.partitions, replicationFactor: shape.replication };
  // One replica may be away without a stop. With a single copy there is nothing to spare.
  const replicas = { 'min.insync.replicas': String(Math.max(1, shape.replication - 1)) };
  const all = Object.entries<Topic>(topics).map(([name, topic]) => ({
    name,
    ...common,
    config: { ...replicas, 'max.message.bytes': String(maxBatchBytes), ...retention(topic) },
  }));
  // Records of any input as they were, with more headers.
  const copies = (name: string, afterMs: number): TopicSettings => ({
    name,
    ...common,
    config: { ...replicas, 'max.message.bytes': String(maxDeadLetterBytes), ...deletion(afterMs) },
  });
  const retries = stages.filter(({ putsOff }) => putsOff === true).map(({ name }) => retryTopicOf(name));
  return [
    ...all,
    ...retries.map((name) => copies(name, retryRetentionMs)),
    copies(deadLetterTopic, deadLetterRetentionMs),
  ];
}

function deletion(afterMs: number): Readonly<Record<string, string>> {
  return { 'cleanup.policy': 'delete', 'retention.ms': String(afterMs) };
}

function retention({ retention: kept }: Topic): Readonly<Record<string, string>> {
  if (kept.kind === 'deleted') return deletion(kept.afterMs);
  return {
    'cleanup.policy': 'compact',
    // A reader that follows sees every version for an hour; later ones see at least the latest.
    'min.compaction.lag.ms': String(hourMs),
    'max.compaction.lag.ms': String(7 * dayMs),
    // A rebuild that takes less than a week sees every tombstone.
    'delete.retention.ms': String(7 * dayMs),
    'segment.ms': String(dayMs),
    'min.cleanable.dirty.ratio': '0.3',
  };
}

/**
 * Creates the topics that are missing. Those that exist stay as they are.
 *
 * @returns where they differ from the table: more partitions would move keys and settings are the operator's, so
 *   neither is changed here
 */
export async function createTopics(
  kafka: Kafka,
  shape: TopicShape,
  stages: readonly PuttingOff[] = [],
): Promise<readonly TopicDrift[]> {
  const wanted = topicSettings(shape, stages);
  await using admin = await kafka.admin();
  await admin.createTopics(wanted);
  const found = await admin.describeTopics(wanted.map(({ name }) => name));
  return wanted.flatMap((settings) =>
    driftOf(
      settings,
      found.find(({ name }) => name === settings.name),
    ),
  );
}

function driftOf(wanted: TopicSettings, actual: TopicSettings | undefined): TopicDrift[] {
  const topic = wanted.name;
  if (actual === undefined) return [{ topic, setting: 'topic', wanted: 'exists', actual: 'missing' }];
  const compared: readonly (readonly [string, string, string])[] = [
    ['partitions', String(wanted.partitions), String(actual.partitions)],
    ['replication', String(wanted.replicationFactor), String(actual.replicationFactor)],
    ...Object.entries(wanted.config).map(([name, value]) => [name, value, actual.config[name] ?? ''] as const),
  ];
  return compared
    .filter(([, want, is]) => want !== is)
    .map(([setting, want, is]) => ({ topic, setting, wanted: want, actual: is }));
}
