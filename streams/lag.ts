import type { Kafka, KafkaAdmin } from './kafka/port.ts';
import { groupOf } from './runner/limits.ts';
import { consumedTopics, type StageDefinition } from './stage.ts';

type Consuming = Pick<StageDefinition, 'name' | 'inputs' | 'putsOff'>;

export interface StageLag {
  readonly stage: string;
  readonly inputs: readonly string[];
  /** Processes that run it, 0 where none does. */
  readonly members: number;
  /** Records that wait, over all inputs and in the retry topic. */
  readonly lag: number;
  readonly topics: readonly { readonly topic: string; readonly lag: number }[];
}

/** How far each stage is behind, as the group's committed offsets tell. */
export async function stageLag(kafka: Kafka, stages: readonly Consuming[]): Promise<readonly StageLag[]> {
  await using admin = await kafka.admin();
  const watermarks = await watermarksOf(admin, new Set(stages.flatMap(consumedTopics)));
  const lags: StageLag[] = [];
  for (const stage of stages) {
    const { name, inputs } = stage;
    const group = groupOf(name);
    const consumed = consumedTopics(stage);
    const committed = await admin.committed(group, consumed);
    const topics = consumed.map((topic) => {
      const waiting = (watermarks.get(topic) ?? []).map(({ partition, low, high }) => {
        const standing = committed.find((one) => one.topic === topic && one.partition === partition)?.offset ?? low;
        return Number(high - (standing < low ? low : standing));
      });
      return { topic, lag: waiting.reduce((sum, one) => sum + Math.max(0, one), 0) };
    });
    const lag = topics.reduce((sum, one) => sum + one.lag, 0);
    lags.push({ stage: name, inputs, members: await admin.memberCount(group), lag, topics });
  }
  return lags;
}

type Watermarks = Awaited<ReturnType<KafkaAdmin['watermarks']>>;

async function watermarksOf(admin: KafkaAdmin, topics: ReadonlySet<string>): Promise<ReadonlyMap<string, Watermarks>> {
  const found = new Map<string, Watermarks>();
  for (const topic of topics) found.set(topic, await admin.watermarks(topic));
  return found;
}
