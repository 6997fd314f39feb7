import { InputError } from './errors.ts';
import type { Kafka, TopicPartitionOffset } from './kafka/port.ts';
import { groupOf } from './runner/limits.ts';
import type { StageDefinition } from './stage.ts';

export interface ReplayPlan {
  readonly stage: string;
  readonly dryRun: boolean;
  /** Records that will be read from the new place on, at most: compaction leaves gaps. */
  readonly records: number;
  readonly partitions: readonly {
    readonly topic: string;
    readonly partition: number;
    /** Where the group stands now; null where it has not begun. */
    readonly now: bigint | null;
    readonly target: bigint;
    readonly records: number;
  }[];
}

export interface ReplayOptions {
  /** Milliseconds since 1970. */
  readonly from: 'earliest' | number;
  /** Tells what would be read again, and changes nothing. */
  readonly dryRun?: boolean;
  /** As of the stage's definition. */
  readonly movePositions?: (offsets: readonly TopicPartitionOffset[]) => Promise<void>;
}

/**
 * Lets a stage read its inputs again from a time or from the beginning. Repeats do no harm: outputs have the same
 * identity, and views take only what is newer.
 *
 * @throws InputError while the stage runs
 */
export async function replayStage(
  kafka: Kafka,
  stage: Pick<StageDefinition, 'name' | 'inputs'>,
  { from, dryRun = false, movePositions }: ReplayOptions,
): Promise<ReplayPlan> {
  const group = groupOf(stage.name);
  await using admin = await kafka.admin();
  const members = await admin.memberCount(group);
  if (members > 0 && !dryRun) {
    throw new InputError(
      `${stage.name} runs in ${members} ${members === 1 ? 'process' : 'processes'}: stop it first. One that was killed counts for up to 15 s longer`,
    );
  }
  const committed = await admin.committed(group, stage.inputs);
  const partitions: ReplayPlan['partitions'][number][] = [];
  for (const topic of stage.inputs) {
    const marks = await admin.watermarks(topic);
    const offsets: readonly TopicPartitionOffset[] =
      from === 'earliest'
        ? marks.map(({ partition, low }) => ({ topic, partition, offset: low }))
        : await admin.offsetsAt(topic, from);
    for (const { partition, offset } of offsets) {
      const high = marks.find((mark) => mark.partition === partition)?.high ?? offset;
      const now = committed.find((one) => one.topic === topic && one.partition === partition)?.offset ?? null;
      partitions.push({ topic, partition, now, target: offset, records: Number(high - offset) });
    }
  }
  if (!dryRun) {
    const moved = partitions.map(({ topic, partition, target }) => ({ topic, partition, offset: target }));
    // The store first: a crash in between leaves a store that stands behind its group, which the stage mends itself.
    await movePositions?.(moved);
    await admin.setCommitted(group, moved);
  }
  const records = partitions.reduce((sum, one) => sum + one.records, 0);
  return { stage: stage.name, dryRun, records, partitions };
}
