import kafkajs, { type Kafka as Kafkajs, type Message, type Producer, type RecordMetadata } from 'kafkajs';
import type { Logger } from 'pino';
import { TransientError } from '../../errors.ts';
import { within } from '../../within.ts';
import { chunksOf } from '../chunks.ts';
import { minCompressedBytes, type Compression } from '../compression.ts';
import { partitionOf } from '../murmur2.ts';
import type { KafkaProducer, OutgoingRecord } from '../port.ts';
import { asking, classified } from './errors.ts';

const types = {
  none: kafkajs.CompressionTypes.None,
  gzip: kafkajs.CompressionTypes.GZIP,
  zstd: kafkajs.CompressionTypes.ZSTD,
} as const;
const requestTimeoutMs = 15_000;
const disconnectDeadlineMs = 2_000;

/**
 * Idempotent, so that a request which the broker took late cannot put an old value behind a newer one. kafkajs is safe
 * with that only under two rules, which are kept here:
 * - one request at a time: concurrent ones mix up its sequence numbers (its issue 598);
 * - after a failure the producer is thrown away: it takes its sequence numbers back, and the broker would take the next,
 *   different records for a repeat, acknowledge them and drop them.
 */
export async function openProducer(client: Kafkajs, log: Logger, compression: Compression): Promise<KafkaProducer> {
  let producer: Producer | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  let closed = false;
  const chosen = new WeakMap<Message, number>();
  let keyless = 0;

  const createPartitioner =
    () =>
    ({ message, partitionMetadata }: { message: Message; partitionMetadata: readonly unknown[] }): number => {
      const partitions = partitionMetadata.length;
      const { key } = message;
      const partition =
        key === null || key === undefined
          ? (keyless = (keyless + 1) % partitions)
          : partitionOf(typeof key === 'string' ? Buffer.from(key) : key, partitions);
      chosen.set(message, partition);
      return partition;
    };

  async function connected(): Promise<Producer> {
    if (producer !== undefined) return producer;
    const opened = client.producer({
      createPartitioner,
      idempotent: true,
      allowAutoTopicCreation: false,
      retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 4 },
    });
    try {
      await opened.connect();
    } catch (error) {
      discard(opened);
      throw error;
    }
    producer = opened;
    return opened;
  }

  function discard(old: Producer): void {
    if (producer === old) producer = undefined;
    old.disconnect().catch((error: unknown) => log.debug({ err: error }, 'a discarded producer did not disconnect'));
  }

  async function sendChunk(records: readonly OutgoingRecord[], bytes: number): Promise<void> {
    if (closed) throw new TransientError('kafka: the producer is closed');
    const topicMessages = byTopic(records);
    const current = await connected();
    try {
      const acknowledged = await current.sendBatch({
        topicMessages,
        acks: -1,
        timeout: requestTimeoutMs,
        compression: bytes < minCompressedBytes ? kafkajs.CompressionTypes.None : types[compression],
      });
      for (const { topic, messages } of topicMessages) assertAcknowledged(topic, messages, acknowledged, chosen);
    } catch (error) {
      discard(current);
      throw error;
    }
  }

  async function sendAll(records: readonly OutgoingRecord[]): Promise<void> {
    for (const { chunk, bytes } of chunksOf(records)) await sendChunk(chunk, bytes);
  }

  await asking('connecting the producer', connected);
  return {
    async send(records) {
      if (records.length === 0) return;
      const sent = queue.then(() => sendAll(records));
      queue = sent.catch(() => undefined);
      await sent.catch((error: unknown) => {
        throw classified(error, 'producing');
      });
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      const old = producer;
      producer = undefined;
      if (old === undefined) return;
      const left = within(disconnectDeadlineMs, old.disconnect(), () => new Error('deadline'));
      await left.catch((error: unknown) => log.debug({ err: error }, 'the producer did not disconnect'));
    },
  };
}

function byTopic(records: readonly OutgoingRecord[]): { topic: string; messages: Message[] }[] {
  const messages = new Map<string, Message[]>();
  for (const { topic, key, value, headers } of records) {
    const ofTopic = messages.get(topic);
    const message: Message = headers === undefined ? { key, value } : { key, value, headers: { ...headers } };
    if (ofTopic === undefined) messages.set(topic, [message]);
    else ofTopic.push(message);
  }
  return [...messages].map(([topic, ofTopic]) => ({ topic, messages: ofTopic }));
}

/**
 * Where a partition moves to a broker that has already answered, kafkajs forgets to send its records again and reports
 * success. So success is believed only with an acknowledgement for each partition that was written to.
 */
function assertAcknowledged(
  topic: string,
  messages: readonly Message[],
  acknowledged: readonly RecordMetadata[],
  chosen: WeakMap<Message, number>,
): void {
  const partitions = new Set(acknowledged.filter((a) => a.topicName === topic).map((a) => a.partition));
  for (const message of messages) {
    const partition = chosen.get(message);
    if (partition === undefined || !partitions.has(partition)) {
      throw new TransientError(`kafka: no acknowledgement for ${topic}/${partition}`);
    }
  }
}
