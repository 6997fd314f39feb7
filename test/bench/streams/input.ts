import type { Logger } from 'pino';
import { eventHeaders } from '../../../streams/event-headers.ts';
import { connectKafka } from '../../../streams/kafka/connect.ts';
import type { OutgoingRecord } from '../../../streams/kafka/port.ts';
import { openCodec } from '../../../streams/registry-codec.ts';
import type { TopicName } from '../../../streams/topics.ts';
import type { Compression } from './options.ts';
import { articleOf } from './articles.ts';
import { benchTypes, createBenchTopics } from './topics.ts';

interface InputOptions {
  readonly brokers: readonly string[];
  readonly registryUrl: string;
  readonly log: Logger;
  readonly topic: string;
  readonly messages: number;
  readonly partitions?: number;
  /** Articles repeat after so many; without it each has a key of its own. */
  readonly keys?: number;
  readonly compression: Compression;
  readonly onProgress?: (produced: number) => void;
}

const chunk = 1_000;

/** Produces the input once, with the headers that every record of Mimir has. Versions count up from 0 in order. */
export async function produceInput(options: InputOptions): Promise<void> {
  const { brokers, registryUrl, log, topic, messages, keys = messages, compression } = options;
  await using kafka = connectKafka({ client: 'kafkajs', brokers, clientId: 'bench-input', log, compression });
  await createBenchTopics(kafka, [topic], options.partitions ?? 4);
  const codec = openCodec(registryUrl, log, { types: benchTypes({ input: topic, output: `${topic}-unused` }) });
  await using producer = await kafka.producer();
  for (let begin = 0; begin < messages; begin += chunk) {
    const records: OutgoingRecord[] = [];
    for (let index = begin; index < Math.min(messages, begin + chunk); index += 1) {
      const article = { ...articleOf(index % keys), version: index };
      const value = await codec.encode(topic as TopicName, article);
      records.push({ topic, key: article.article_id, value, headers: headersOf(article.article_id) });
    }
    await producer.send(records);
    options.onProgress?.(begin + records.length);
  }
}

/** The article's id serves as the id of its event: any UUID would do. */
function headersOf(eventId: string): NonNullable<OutgoingRecord['headers']> {
  return eventHeaders({
    topic: 'article-unique',
    source: 'dedup',
    eventId,
    isTombstone: false,
    nowMs: Date.UTC(2026, 0, 1),
  });
}
