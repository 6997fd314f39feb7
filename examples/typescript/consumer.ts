/**
 * Follows Mimir's enriched articles and prints each version of each article once: id, language and title, or that the
 * article is gone. A new group begins at the beginning, others go on where they were; Ctrl-C ends it. --from-beginning
 * reads everything once more, beside the group's own place; --exit-at-end ends where the topic ends now.
 */
import { parseArgs } from 'node:util';
import { zstdDecompressSync } from 'node:zlib';
import confluent from '@kafkajs/confluent-schema-registry';
import kafkajs from 'kafkajs';

/** The fields that this consumer needs. There are others, and more may come. */
type ArticleEnriched = { version: number; language: string | null; article: { title: string } };

const { values: options } = parseArgs({
  options: {
    topic: { type: 'string', default: 'article-enriched' },
    group: { type: 'string', default: 'example-typescript' },
    'from-beginning': { type: 'boolean', default: false },
    'exit-at-end': { type: 'boolean', default: false },
  },
});
const { topic, 'exit-at-end': exitAtEnd } = options;
const groupId = options['from-beginning'] ? `${options.group}-${crypto.randomUUID()}` : options.group;

const brokers = (process.env['KAFKA_BROKERS'] ?? '127.0.0.1:9092').split(',');
const kafka = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.ERROR });
// Batches may be compressed with zstd, which kafkajs leaves to its users.
const zstd = { decompress: async (batch: Buffer) => zstdDecompressSync(batch) };
kafkajs.CompressionCodecs[kafkajs.CompressionTypes.ZSTD] = () => zstd;
const host = process.env['SCHEMA_REGISTRY_URL'] ?? 'http://127.0.0.1:8085/apis/ccompat/v7';
const registry = new confluent.SchemaRegistry({ host });

// The version in which each article was told. With a database, keep it in the row and write where it is greater: then
// repeats are known after a restart too, and memory does not grow.
const versions = new Map<string, number>();

async function follow(id: string, value: Buffer | null): Promise<void> {
  if (value === null) {
    versions.delete(id);
    return console.log(`${id}\tgone`);
  }
  // Reads with the schema that the value was written with, asked for once: new fields do no harm.
  const { version, language, article } = (await registry.decode(value)) as ArticleEnriched;
  if (version <= (versions.get(id) ?? 0)) return;
  console.log(`${id}\t${language ?? '-'}\t${article.title}`);
  versions.set(id, version);
}

/** Where each partition ends now that the group has not read to its end. */
async function unreadPartitions(): Promise<Map<number, bigint>> {
  const admin = kafka.admin();
  await admin.connect();
  const [committed] = await admin.fetchOffsets({ groupId, topics: [topic] });
  const readTo = new Map(committed?.partitions.map(({ partition, offset }) => [partition, BigInt(offset)]));
  const ends = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  const unread = ends.filter(
    ({ partition, low, high }) => high !== low && BigInt(high) > (readTo.get(partition) ?? 0n),
  );
  return new Map(unread.map(({ partition, high }) => [partition, BigInt(high)]));
}

const unread = await unreadPartitions();
const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 500 });
const ended = Promise.withResolvers<void>();
process.once('SIGINT', () => ended.resolve());
consumer.on('consumer.crash', ({ payload }) => void (payload.restart || ended.reject(payload.error)));
if (exitAtEnd && unread.size === 0) ended.resolve();
await consumer.subscribe({ topic, fromBeginning: true });
await consumer.run({
  // Offsets are committed once this has returned: a crash in between repeats messages and loses none.
  eachMessage: async ({ partition, message }) => {
    await follow(String(message.key), message.value);
    if (BigInt(message.offset) + 1n >= (unread.get(partition) ?? 0n)) unread.delete(partition);
    if (exitAtEnd && unread.size === 0) ended.resolve();
  },
});
await ended.promise;
await consumer.disconnect();
