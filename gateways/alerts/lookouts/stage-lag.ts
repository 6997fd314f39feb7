import type { KafkaAdmin } from '../../../streams/kafka/port.ts';
import { groupOf } from '../../../streams/runner.ts';
import { consumedTopics } from '../../../streams/stage.ts';
import { defaultOrganizationId } from '../../schema.ts';
import type { Lookout, LookoutPorts, Standing } from '../standing.ts';

const behindMs = 10 * 60_000;

/**
 * Stages for which a message has waited for more than ten minutes. Retry topics do not count: what is in them waits on
 * purpose. Who operates Mimir is told: the default organisation.
 */
export const stageLag: Lookout = {
  kind: 'stage_lag',
  everyMs: 60_000,
  async look({ kafka, stages, now }) {
    await using admin = await kafka.admin();
    const beforeMs = now() - behindMs;
    const due = await offsetsBefore(admin, new Set(stages.flatMap(({ inputs }) => inputs)), beforeMs);
    const behind: Standing[] = [];
    for (const stage of stages) {
      const waiting = await waitingOf(admin, stage, due);
      if (waiting === 0) continue;
      behind.push({
        organization_id: defaultOrganizationId,
        kind: 'stage_lag',
        subject: stage.name,
        title: `${stage.name} is more than ${behindMs / 60_000} minutes behind`,
        facts: { stage: stage.name, waiting, since: new Date(beforeMs).toISOString() },
      });
    }
    return behind;
  },
};

type Due = ReadonlyMap<string, readonly { readonly partition: number; readonly low: bigint; readonly due: bigint }[]>;

/** By topic and partition, the offset of the first record that is younger: those before should have been read. */
async function offsetsBefore(admin: KafkaAdmin, topics: ReadonlySet<string>, ms: number): Promise<Due> {
  const found = new Map<string, Due extends ReadonlyMap<string, infer V> ? V : never>();
  for (const topic of topics) {
    const young = await admin.offsetsAt(topic, ms);
    const marks = await admin.watermarks(topic);
    found.set(
      topic,
      marks.map(({ partition, low, high }) => ({
        partition,
        low,
        due: young.find((one) => one.partition === partition)?.offset ?? high,
      })),
    );
  }
  return found;
}

async function waitingOf(admin: KafkaAdmin, stage: LookoutPorts['stages'][number], due: Due): Promise<number> {
  const committed = await admin.committed(groupOf(stage.name), consumedTopics(stage));
  return stage.inputs
    .flatMap((topic) =>
      (due.get(topic) ?? []).map(({ partition, low, due: end }) => {
        const standing = committed.find((one) => one.topic === topic && one.partition === partition)?.offset ?? low;
        return Number(end - (standing < low ? low : standing));
      }),
    )
    .reduce((sum, one) => sum + Math.max(0, one), 0);
}
