import type { KafkaRecord, OutgoingRecord, TopicPartitionOffset } from '../../../streams/kafka/port.ts';
import type { TopicName } from '../../../streams/topics.ts';
import type { Chaos } from '../chaos.ts';
import { shuffled } from '../random.ts';

const repeated = ['article', 'article-unique', 'article-enriched', 'article-embedded', 'article-duplicate'] as const;

/**
 * Sends old records again, byte for byte and under their own event ids, as a producer does that stood still with a
 * request under way. Taken are the first records of keys that have newer ones: those that could set something back.
 */
export async function repeatLate(
  { world, random, tally }: Pick<Chaos, 'world' | 'random' | 'tally'>,
  perTopic: number,
  topics: readonly TopicName[] = repeated,
  from: readonly TopicPartitionOffset[] = [],
): Promise<void> {
  await using producer = await world.runtime.kafka.producer();
  for (const topic of topics) {
    const first = new Map<string, OutgoingRecord>();
    const outdated = new Map<string, OutgoingRecord>();
    const takeIn = async (records: readonly KafkaRecord[]): Promise<void> => {
      for (const { key, value, headers } of records) {
        if (key === null || key.length > 100 || headers['chaos-kind'] !== undefined) continue;
        const id = key.toString();
        const known = first.get(id);
        if (known === undefined) first.set(id, { topic, key, value, headers });
        else if (known.headers?.['event_id']?.toString() !== headers['event_id']?.toString()) outdated.set(id, known);
      }
    };
    await world.runtime.kafka.readToEnd(topic, takeIn, { from });
    const chosen = shuffled([...outdated.values()], random).slice(0, perTopic);
    for (let at = 0; at < chosen.length; at += 50) await producer.send(chosen.slice(at, at + 50));
    tally.lateRepeats += chosen.length;
    tally.note('late repeats', { topic, records: chosen.length });
  }
}
