import { initProducerIdV4 } from '@platformatic/kafka';
import type { Logger } from 'pino';
import { setTimeout as sleep } from 'node:timers/promises';
import { TransientError } from '../../errors.ts';
import { chunksOf } from '../chunks.ts';
import type { Compression } from '../compression.ts';
import { partitionOf } from '../murmur2.ts';
import { nameOf, type KafkaProducer, type OutgoingRecord, type TopicPartition } from '../port.ts';
import type { Cluster, Topic } from './cluster.ts';
import { ask } from './connections.ts';
import { assertNone, asking, BrokerError, typeOf } from './errors.ts';
import { produce, type Acknowledged } from './produce.ts';
import { writeBatch, type ProducerIdentity } from './write-batch.ts';

const insistForMs = 20_000;
const firstBackoffMs = 50;
const maxBackoffMs = 1_000;
const metadataMaxAgeMs = 60_000;
const answerDeadlineMs = 10_000;
const identityTries = 10;
const maxSequence = 2_147_483_647;

/** The batch may not have been written, or not everywhere: the same one again is right. */
const worthRepeating = new Set([
  'UNKNOWN_TOPIC_OR_PARTITION',
  'LEADER_NOT_AVAILABLE',
  'NOT_LEADER_OR_FOLLOWER',
  'REQUEST_TIMED_OUT',
  'NOT_ENOUGH_REPLICAS',
  'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
  'NETWORK_EXCEPTION',
  'KAFKA_STORAGE_ERROR',
  'BROKER_NOT_AVAILABLE',
  'CORRUPT_MESSAGE',
]);

/** A batch that has its place in the partition's sequence, whoever leads the partition. */
interface Pending extends TopicPartition {
  readonly bytes: Buffer;
}

/**
 * Idempotent: while a request is tried again, its batches keep their numbers, and the broker takes each number once and
 * in order. That holds under two rules, which are kept here:
 * - a partition has one batch under way at a time;
 * - what was given up takes the producer's identity with it. Its numbers may have been used or not, and the next,
 *   different records under the same numbers would be acknowledged as repeats and dropped.
 */
export async function openProducer(cluster: Cluster, log: Logger, compression: Compression): Promise<KafkaProducer> {
  let identity: ProducerIdentity | undefined;
  const sequences = new Map<string, number>();
  const topics = new Map<string, { topic: Topic; readAtMs: number }>();
  const closing = new AbortController();
  let queue: Promise<unknown> = Promise.resolve();
  let keyless = 0;

  async function identified(): Promise<ProducerIdentity> {
    if (identity !== undefined) return identity;
    const answer = await newIdentity();
    sequences.clear();
    identity = { id: answer.producerId, epoch: answer.producerEpoch };
    return identity;
  }

  /** A broker that has just started answers before it can give out ids. */
  async function newIdentity() {
    for (let tried = 1; ; tried += 1) {
      const answer = await ask(await cluster.any(), answerDeadlineMs, initProducerIdV4.api, null, 0);
      if (typeOf(answer.errorCode) !== 'COORDINATOR_LOAD_IN_PROGRESS' || tried === identityTries) {
        assertNone(answer.errorCode, 'getting a producer id');
        return answer;
      }
      await sleep(maxBackoffMs, undefined, { signal: closing.signal });
    }
  }

  async function describe(name: string, notBeforeMs: number): Promise<Topic> {
    const known = topics.get(name);
    if (known !== undefined && known.readAtMs >= notBeforeMs) return known.topic;
    const topic = await cluster.topic(name);
    topics.set(name, { topic, readAtMs: Date.now() });
    return topic;
  }

  function partitionFor({ key }: OutgoingRecord, partitions: number): number {
    if (key === null) return (keyless = (keyless + 1) % partitions);
    return partitionOf(typeof key === 'string' ? Buffer.from(key) : key, partitions);
  }

  async function batchesOf(records: readonly OutgoingRecord[]): Promise<Pending[]> {
    const partitions = new Map<string, TopicPartition & { records: OutgoingRecord[] }>();
    for (const [topic, ofTopic] of Map.groupBy(records, (record) => record.topic)) {
      const count = (await describe(topic, Date.now() - metadataMaxAgeMs)).leaders.length;
      for (const record of ofTopic) {
        const partition = partitionFor(record, count);
        const name = nameOf({ topic, partition });
        const found = partitions.get(name);
        if (found === undefined) partitions.set(name, { topic, partition, records: [record] });
        else found.records.push(record);
      }
    }
    if (identity !== undefined && [...sequences.values()].some((next) => next > maxSequence - records.length)) {
      identity = undefined;
    }
    const current = await identified();
    const nowMs = Date.now();
    return [...partitions].map(([name, { topic, partition, records: ofPartition }]) => {
      const sequence = sequences.get(name) ?? 0;
      sequences.set(name, sequence + ofPartition.length);
      return { topic, partition, bytes: writeBatch(ofPartition, current, sequence, compression, nowMs) };
    });
  }

  /** @returns those that are not acknowledged and may be tried again, each with the reason */
  async function attempt(batches: readonly Pending[], metadataNotBeforeMs: number): Promise<Map<Pending, Error>> {
    const left = new Map<Pending, Error>();
    const byLeader = new Map<number, Pending[]>();
    for (const batch of batches) {
      const leader = (await describe(batch.topic, metadataNotBeforeMs)).leaders[batch.partition] ?? -1;
      if (leader < 0) left.set(batch, new TransientError(`kafka: ${nameOf(batch)} has no leader`));
      else byLeader.set(leader, [...(byLeader.get(leader) ?? []), batch]);
    }
    await Promise.all(
      [...byLeader].map(async ([leader, ofLeader]) => {
        let answers: readonly Acknowledged[];
        try {
          answers = await produce(await cluster.node(leader, 'produce'), ofLeader);
        } catch (error) {
          for (const batch of ofLeader) left.set(batch, error as Error);
          return;
        }
        const found = new Map(answers.map((answer) => [nameOf(answer), answer]));
        for (const batch of ofLeader) {
          const answer = found.get(nameOf(batch));
          // Success is believed only with an acknowledgement for each partition that was written to.
          if (answer === undefined)
            left.set(batch, new TransientError(`kafka: no acknowledgement for ${nameOf(batch)}`));
          else if (answer.fault !== undefined && answer.fault !== 'DUPLICATE_SEQUENCE_NUMBER') {
            left.set(batch, new BrokerError(answer.fault, nameOf(batch), answer.detail));
          }
        }
      }),
    );
    return left;
  }

  async function insist(batches: readonly Pending[]): Promise<void> {
    const deadlineMs = Date.now() + insistForMs;
    let left: readonly Pending[] = batches;
    for (let tries = 1; ; tries += 1) {
      // Who leads is asked anew when a try has failed.
      const failures = await attempt(left, Date.now() - (tries === 1 ? metadataMaxAgeMs : 0)).catch(
        (error: unknown) => new Map(left.map((batch) => [batch, error as Error])),
      );
      if (failures.size === 0) return;
      const final = [...failures.values()].find(
        (error) => error instanceof BrokerError && !worthRepeating.has(error.type),
      );
      const [first] = failures.values();
      if (final !== undefined || Date.now() > deadlineMs || closing.signal.aborted) throw final ?? first;
      log.debug({ err: first, tries }, 'producing again what was not acknowledged');
      left = [...failures.keys()];
      const waitMs = Math.min(maxBackoffMs, firstBackoffMs * 2 ** (tries - 1));
      await sleep(waitMs, undefined, { signal: closing.signal });
    }
  }

  async function sendAll(records: readonly OutgoingRecord[]): Promise<void> {
    for (const { chunk } of chunksOf(records)) {
      if (closing.signal.aborted) throw new TransientError('kafka: the producer is closed');
      try {
        await insist(await batchesOf(chunk));
      } catch (error) {
        identity = undefined;
        topics.clear();
        throw error;
      }
    }
  }

  await asking('connecting the producer', identified).catch(async (error: unknown) => {
    await cluster.close();
    throw error;
  });
  return {
    async send(records) {
      if (records.length === 0) return;
      const sent = queue.then(() => asking('producing', () => sendAll(records)));
      queue = sent.catch(() => undefined);
      await sent;
    },
    async [Symbol.asyncDispose]() {
      closing.abort();
      await cluster.close();
    },
  };
}
