import type { Kafka } from '../../../streams/kafka/port.ts';
import { openCodec } from '../../../streams/registry-codec.ts';
import type { ArticleEnriched } from '../../../schemas/types.ts';
import type { TopicName } from '../../../streams/topics.ts';
import type { Bench } from './bench.ts';
import { benchTypes, type BenchTopics } from './topics.ts';

/** Counts the outputs, and those whose version is not greater than the one before of the same key. */
export async function readVersions(
  { engines, log }: Pick<Bench, 'engines' | 'log'>,
  kafka: Kafka,
  topics: BenchTopics,
): Promise<{ readonly count: number; readonly outOfOrder: number }> {
  const codec = openCodec(engines.schemaRegistryUrl, log, { types: benchTypes(topics) });
  const latest = new Map<string, number>();
  let count = 0;
  let outOfOrder = 0;
  await kafka.readToEnd(topics.output, async (records) => {
    for (const { key, value } of records) {
      if (key === null || value === null) throw new Error('an output has no key or no value');
      // The names stand for article-unique and article-enriched.
      const { version } = (await codec.decode(topics.output as TopicName, value)) as ArticleEnriched;
      const name = key.toString();
      if (version <= (latest.get(name) ?? -1)) outOfOrder += 1;
      latest.set(name, version);
      count += 1;
    }
  });
  return { count, outOfOrder };
}
