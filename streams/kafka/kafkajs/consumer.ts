import type { Batch, EachBatchPayload, Kafka as Kafkajs, OffsetsByTopicPartition } from 'kafkajs';
import type { Logger } from 'pino';
import { type FatalError, TransientError } from '../../errors.ts';
import { within } from '../../within.ts';
import { lostRecords, standing } from '../lost-records.ts';
import {
  nameOf,
  type ConsumerHandlers,
  type ConsumerOptions,
  type KafkaAdmin,
  type KafkaConsumer,
  type TopicPartition,
  type TopicPartitionOffset,
} from '../port.ts';
import { Assignment } from './assignment.ts';
import { asking, classified, rootOf } from './errors.ts';
import { groupHooks, OffsetOutOfRange } from './group-hooks.ts';
import { recordOf } from './record.ts';

const defaultSessionTimeoutMs = 30_000;
/** Short, since a partition that is resumed waits for the running request to end. */
const maxWaitTimeMs = 250;
const disconnectDeadlineMs = 3_000;

type Commit = (offsets: OffsetsByTopicPartition) => Promise<void>;

const deadlinePassed = (): Error => new Error('the time for it is over');

interface Parts {
  readonly client: Kafkajs;
  readonly admin: () => Promise<KafkaAdmin>;
  readonly log: Logger;
}

/** kafkajs' consumer, with what it leaves to its user: each duty is named where it is done. */
export async function openConsumer({ client, admin, log }: Parts, options: ConsumerOptions): Promise<KafkaConsumer> {
  const sessionTimeout = options.sessionTimeoutMs ?? defaultSessionTimeoutMs;
  const revokeBoundMs = Math.min(8_000, Math.floor(sessionTimeout / 3));
  const assignment = new Assignment();
  let handlers: ConsumerHandlers | undefined;
  let commitNow: Commit | undefined;
  let committedAtStart: Promise<ReadonlyMap<string, bigint>> | undefined;
  let lastFetchAtMs = Date.now();
  let paused: readonly TopicPartition[] = [];
  let closing = false;
  let ended: Error | undefined;
  const firstAssignment = Promise.withResolvers<void>();
  firstAssignment.promise.catch(() => undefined);

  const consumer = client.consumer({
    groupId: options.groupId,
    sessionTimeout,
    heartbeatInterval: Math.min(3_000, Math.floor(sessionTimeout / 3)),
    maxWaitTimeInMs: maxWaitTimeMs,
    allowAutoTopicCreation: false,
    partitionAssigners: groupHooks(beforeJoin).partitionAssigners,
    retry: {
      initialRetryTime: 200,
      maxRetryTime: 5_000,
      retries: 8,
      restartOnFailure: () => Promise.resolve(!closing),
    },
  });

  async function beforeJoin(): Promise<void> {
    if (assignment.isEmpty || handlers === undefined || closing) return;
    const revoked = handlers.onRevoking(revokeBoundMs);
    await within(revokeBoundMs + 500, revoked, deadlinePassed).catch((error: unknown) => {
      log.warn({ err: error, groupId: options.groupId }, 'partitions are moved before their work was finished');
    });
    // From here until the group has answered, nothing is ours: kafkajs would commit what it has lost (its issue 1046).
    assignment.replace([]);
  }

  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    const partitions = Object.entries(payload.memberAssignment).flatMap(([topic, ofTopic]) =>
      ofTopic.map((partition) => ({ topic, partition })),
    );
    assignment.replace(partitions);
    committedAtStart = undefined;
    if (paused.length > 0) consumer.resume(byTopic(paused));
    paused = [];
    firstAssignment.resolve();
    handlers?.onAssigned(partitions);
  });
  consumer.on(consumer.events.REQUEST, ({ payload }) => {
    if (payload.apiName === 'Fetch') lastFetchAtMs = Date.now();
  });
  consumer.on(consumer.events.START_BATCH_PROCESS, ({ payload }) => {
    if (payload.batchSize > 0) return;
    // Only control records, or nothing left after compaction: kafkajs goes on behind them without telling eachBatch.
    const held = assignment.find(payload);
    const next = BigInt(payload.lastOffset) + 1n;
    if (held?.next !== undefined && next > held.next) held.next = next;
  });
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    if (closing) return;
    if (!payload.restart) {
      void fail(payload.error);
      return;
    }
    log.warn({ err: payload.error, groupId: options.groupId }, 'the consumer lost Kafka and joins again');
    assignment.replace([]);
    paused = [];
    handlers?.onAssigned([]);
  });

  async function fail(error: Error): Promise<void> {
    const reason = rootOf(error) instanceof OffsetOutOfRange ? await outOfRange() : classified(error, 'consuming');
    ended = reason;
    assignment.replace([]);
    firstAssignment.reject(reason);
    handlers?.onFailed(reason);
  }

  async function outOfRange(): Promise<FatalError> {
    const faults = await faultyOffsets(await admin(), options).catch(() => [] as string[]);
    return lostRecords(options.groupId, faults.length === 0 ? `group ${options.groupId}` : faults.join('; '));
  }

  async function eachBatch(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    commitNow = (offsets) => payload.commitOffsetsIfNecessary(offsets);
    const held = assignment.find(batch);
    if (held === undefined || handlers === undefined) return;
    held.next ??= await startOf(batch);
    // A request that was under way while the group moved answers with the old position. Taking it would skip records.
    const fetchedFrom = BigInt((batch as Batch & { fetchedOffset: string }).fetchedOffset);
    if (assignment.find(batch) !== held) return;
    if (fetchedFrom !== held.next) {
      log.info(
        { partition: nameOf(batch), fetchedFrom: String(fetchedFrom), expected: String(held.next) },
        'stale batch',
      );
      consumer.seek({ topic: batch.topic, partition: batch.partition, offset: held.next.toString() });
      return;
    }
    held.next = BigInt(batch.lastOffset()) + 1n;
    const records = batch.messages.map((message) => recordOf(batch.topic, batch.partition, message));
    handlers.onRecords({ topic: batch.topic, partition: batch.partition }, records);
  }

  /** Where the group stands; where it has no offset yet, what kafkajs chose to begin with. */
  async function startOf(batch: Batch): Promise<bigint> {
    committedAtStart ??= committedOf(await admin(), options);
    const committed = await committedAtStart.catch((error: unknown) => {
      committedAtStart = undefined;
      throw error;
    });
    return committed.get(nameOf(batch)) ?? BigInt((batch as Batch & { fetchedOffset: string }).fetchedOffset);
  }

  await asking('connecting the consumer', () => consumer.connect());

  return {
    async run(given) {
      handlers = given;
      await asking(`subscribing to ${options.topics.join(', ')}`, () =>
        consumer.subscribe({ topics: [...options.topics], fromBeginning: options.from === 'earliest' }),
      );
      await asking('joining the group', () => consumer.run({ autoCommit: false, eachBatch }));
      await firstAssignment.promise;
    },
    pause(partitions) {
      paused = [...paused, ...partitions];
      whileRunning(() => consumer.pause(byTopic(partitions)));
    },
    resume(partitions) {
      const names = new Set(partitions.map(nameOf));
      paused = paused.filter((partition) => !names.has(nameOf(partition)));
      whileRunning(() => consumer.resume(byTopic(partitions)));
    },
    async commit(offsets) {
      const { ours, lost } = assignment.split(offsets);
      if (ours.length > 0) {
        if (commitNow === undefined) throw new TransientError('kafka: nothing was consumed that could be committed');
        // Straight to the coordinator: `commitOffsets` would try again after a rebalance, for partitions then lost.
        await commitOnce(commitNow, ours);
      }
      if (lost.length > 0) throw new TransientError(`kafka: ${lost.map(nameOf).join(', ')} were lost to the group`);
    },
    lastFetchAtMs: () => lastFetchAtMs,
    async [Symbol.asyncDispose]() {
      closing = true;
      ended ??= new Error('the consumer is closed');
      firstAssignment.reject(ended);
      assignment.replace([]);
      handlers = undefined;
      const left = within(disconnectDeadlineMs, consumer.disconnect(), deadlinePassed);
      await left.catch((error: unknown) => log.debug({ err: error }, 'the consumer did not disconnect'));
    },
  };
}

async function commitOnce(commit: Commit, offsets: readonly TopicPartitionOffset[]): Promise<void> {
  const topics = [...Map.groupBy(offsets, (offset) => offset.topic)].map(([topic, ofTopic]) => ({
    topic,
    partitions: ofTopic.map(({ partition, offset }) => ({ partition, offset: offset.toString() })),
  }));
  await asking('committing', () => commit({ topics }));
}

async function committedOf(admin: KafkaAdmin, options: ConsumerOptions): Promise<ReadonlyMap<string, bigint>> {
  const offsets = await admin.committed(options.groupId, options.topics);
  return new Map(offsets.map((offset) => [nameOf(offset), offset.offset]));
}

async function faultyOffsets(admin: KafkaAdmin, options: ConsumerOptions): Promise<string[]> {
  const committed = await committedOf(admin, options);
  const faults: string[] = [];
  for (const topic of options.topics) {
    for (const { partition, low, high } of await admin.watermarks(topic)) {
      const offset = committed.get(nameOf({ topic, partition }));
      if (offset === undefined || (offset >= low && offset <= high)) continue;
      faults.push(standing(nameOf({ topic, partition }), { low, high }, offset));
    }
  }
  return faults;
}

function byTopic(partitions: readonly TopicPartition[]): { topic: string; partitions: number[] }[] {
  return [...Map.groupBy(partitions, ({ topic }) => topic)].map(([topic, ofTopic]) => ({
    topic,
    partitions: ofTopic.map(({ partition }) => partition),
  }));
}

/** Between a crash and its restart there is no group to pause; it begins unpaused in any case. */
function whileRunning(act: () => void): void {
  try {
    act();
  } catch (error) {
    if ((error as Error).name !== 'KafkaJSNonRetriableError') throw error;
  }
}
