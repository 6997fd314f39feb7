import type { TopicType } from '../../../streams/avro.ts';
import { topicTypes } from '../../../streams/avro.ts';
import type { Kafka } from '../../../streams/kafka/port.ts';
import { topicSettings } from '../../../streams/setup-topics.ts';
import { deadLetterTopic } from '../../../streams/topics.ts';

/** The topics of a run. They have names of their own, so that a run may share a broker with others. */
export interface BenchTopics {
  /** Values as in article-unique. */
  readonly input: string;
  /** Values as in article-enriched. */
  readonly output: string;
}

/** For the codec: which schema stands behind each of the names. */
export function benchTypes({ input, output }: BenchTopics): ReadonlyMap<string, TopicType> {
  const types = topicTypes();
  return new Map([
    [input, known(types.get('article-unique'))],
    [output, known(types.get('article-enriched'))],
  ]);
}

function known(type: TopicType | undefined): TopicType {
  if (type === undefined) throw new Error('the articles have no schema');
  return type;
}

/** Creates those that are missing, set up as Mimir's own, but never compacted: they are counted afterwards. */
export async function createBenchTopics(kafka: Kafka, names: readonly string[], partitions: number): Promise<void> {
  const settings = topicSettings({ partitions, replication: 1 });
  const article = settings.find(({ name }) => name === 'article-unique');
  const deadLetters = settings.find(({ name }) => name === deadLetterTopic);
  if (article === undefined || deadLetters === undefined) throw new Error('the table of topics has changed');
  const config = { ...article.config, 'cleanup.policy': 'delete', 'retention.ms': '-1' };
  await using admin = await kafka.admin();
  await admin.createTopics([...names.map((name) => ({ ...article, name, config })), deadLetters]);
}

/** How many records were ever written to the topic. */
export async function countRecords(kafka: Kafka, topic: string): Promise<number> {
  await using admin = await kafka.admin();
  const marks = await admin.watermarks(topic);
  return marks.reduce((sum, { low, high }) => sum + Number(high - low), 0);
}
