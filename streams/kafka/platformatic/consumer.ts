import type { Logger } from 'pino';
import { setTimeout as sleep } from 'node:timers/promises';
import { FatalError, TransientError } from '../../errors.ts';
import { within } from '../../within.ts';
import { lostRecords, standing } from '../lost-records.ts';
import {
  nameOf,
  type ConsumerHandlers,
  type ConsumerOptions,
  type KafkaConsumer,
  type TopicPartition,
  type TopicPartitionOffset,
} from '../port.ts';
import type { Cluster } from './cluster.ts';
import { asking, classified, typeIn } from './errors.ts';
import { Fetcher } from './fetcher.ts';
import { GroupMember, type Generation } from './group.ts';
import { insisting } from './insist.ts';
import { earliest, latest, offsetsAt } from './offsets.ts';

const defaultSessionTimeoutMs = 30_000;
const maxHeartbeatMs = 3_000;
const firstBackoffMs = 100;
const maxBackoffMs = 3_000;
/** How often it is looked whether topics have got more partitions. */
const topicsCheckMs = 30_000;
const leaveDeadlineMs = 2_000;

/** Steps that the group itself asks for: come again at once. */
const comeAgain = new Set(['REBALANCE_IN_PROGRESS', 'UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION', 'MEMBER_ID_REQUIRED']);

/** What is held from one gathering of the group to the next. */
interface Holding {
  readonly generation: Generation;
  readonly names: ReadonlySet<string>;
  readonly fetcher: Fetcher;
}

export async function openConsumer(cluster: Cluster, log: Logger, options: ConsumerOptions): Promise<KafkaConsumer> {
  const sessionTimeoutMs = options.sessionTimeoutMs ?? defaultSessionTimeoutMs;
  const heartbeatMs = Math.min(maxHeartbeatMs, Math.floor(sessionTimeoutMs / 3));
  const revokeBoundMs = Math.min(8_000, Math.floor(sessionTimeoutMs / 3));
  const member = new GroupMember(cluster, { groupId: options.groupId, topics: options.topics, sessionTimeoutMs });
  const closing = new AbortController();
  const firstAssignment = Promise.withResolvers<void>();
  firstAssignment.promise.catch(() => undefined);
  let holding: Holding | undefined;
  let lastFetchAtMs = Date.now();
  let life: Promise<void> | undefined;

  const pause = async (ms: number): Promise<void> => {
    await sleep(ms, undefined, { signal: closing.signal }).catch(() => undefined);
  };

  /** From gathering to gathering, until it is closed or cannot go on. */
  async function live(told: ConsumerHandlers): Promise<void> {
    for (let failures = 0; !closing.signal.aborted;) {
      try {
        await liveOnce(told);
        failures = 0;
      } catch (error) {
        const reason = classified(error, `consuming as ${options.groupId}`);
        const wasHeld = release();
        if (closing.signal.aborted) return;
        if (!(reason instanceof TransientError)) {
          firstAssignment.reject(reason);
          await leave();
          told.onFailed(reason);
          return;
        }
        if (wasHeld) told.onAssigned([]);
        if (comeAgain.has(typeIn(error) ?? '')) continue;
        failures += 1;
        log.warn({ err: error, groupId: options.groupId }, 'the consumer lost Kafka and joins again');
        await pause(Math.min(maxBackoffMs, firstBackoffMs * 2 ** failures));
      }
    }
  }

  async function liveOnce(told: ConsumerHandlers): Promise<void> {
    const generation = await member.join();
    if (closing.signal.aborted) return;
    const over = new AbortController();
    const failed = Promise.withResolvers<never>();
    failed.promise.catch(() => undefined);
    const beats = beat(generation, over.signal);
    beats.catch(() => undefined);
    try {
      const begun = begin(generation, told, failed.reject, over.signal);
      begun.catch(() => undefined);
      // Finding the positions may take a while; the group may gather anew before.
      const early = await Promise.race([begun.then(() => undefined), beats]);
      const end = early ?? (await Promise.race([beats, failed.promise]));
      if (end === 'closing') return;
      if (end === 'lost') {
        log.warn({ groupId: options.groupId }, 'the group went on without this member');
        if (release()) told.onAssigned([]);
        return;
      }
      if (holding === undefined) return;
      holding.fetcher.stop();
      const revoked = told.onRevoking(revokeBoundMs);
      await within(revokeBoundMs + 500, revoked, () => new Error('the time for it is over')).catch((error: unknown) => {
        log.warn({ err: error, groupId: options.groupId }, 'partitions are moved before their work was finished');
      });
      release();
    } finally {
      over.abort();
    }
  }

  /** @returns why it ended; while the group gathers it goes on, since work is finished meanwhile */
  async function beat(generation: Generation, over: AbortSignal): Promise<'gathers' | 'lost' | 'closing'> {
    const result = Promise.withResolvers<'gathers' | 'lost' | 'closing'>();
    void (async () => {
      let heardAtMs = Date.now();
      let checkedAtMs = Date.now();
      while (!over.aborted && !closing.signal.aborted) {
        await pause(heartbeatMs);
        if (over.aborted || closing.signal.aborted) break;
        try {
          const state = await member.heartbeat(generation);
          heardAtMs = Date.now();
          if (state !== 'stands') result.resolve(state);
          if (state === 'lost') return;
          if (Date.now() - checkedAtMs > topicsCheckMs) {
            checkedAtMs = Date.now();
            if (await hasOtherPartitions(generation)) result.resolve('gathers');
          }
        } catch (error) {
          log.debug({ err: error, groupId: options.groupId }, 'no answer to a heartbeat');
          if (!(classified(error, 'sending a heartbeat') instanceof TransientError)) result.reject(error);
          // The group has given our partitions to others by now, and they must not be worked on twice for long.
          if (Date.now() - heardAtMs > sessionTimeoutMs) result.resolve('lost');
        }
      }
      result.resolve('closing');
    })();
    return result.promise;
  }

  /** Looked at by the member that shared them out: its coming again makes the group gather. */
  async function hasOtherPartitions({ shared }: Generation): Promise<boolean> {
    if (shared === undefined) return false;
    const now = await member.partitionCounts([...shared.keys()]);
    return [...shared].some(([topic, count]) => now.get(topic) !== count);
  }

  async function begin(
    generation: Generation,
    told: ConsumerHandlers,
    fail: (error: Error) => void,
    over: AbortSignal,
  ): Promise<void> {
    const starts = await insisting('finding where to begin', () => startsOf(generation.partitions));
    const topics = await cluster.topics([...new Set(starts.map(({ topic }) => topic))]);
    if (closing.signal.aborted || over.aborted) return;
    const ids = new Map([...topics].map(([name, { id }]) => [name, id]));
    const fetcher = new Fetcher(cluster, log, ids, starts, {
      onRecords: (partition, records) => {
        if (holding?.fetcher === fetcher) told.onRecords(partition, records);
      },
      onSignOfLife: () => {
        lastFetchAtMs = Date.now();
      },
      onOutOfRange: (at) => void outOfRange(at).then(fail, fail),
      onReplaced: (at) =>
        fail(lostRecords(options.groupId, `${nameOf(at)} was deleted and made anew, the group stands at ${at.offset}`)),
      onFatal: fail,
    });
    holding = { generation, names: new Set(generation.partitions.map(nameOf)), fetcher };
    told.onAssigned(generation.partitions);
    firstAssignment.resolve();
    fetcher.start();
  }

  /** Where the group stands; where it has no offset yet, where it was asked to begin. */
  async function startsOf(partitions: readonly TopicPartition[]): Promise<TopicPartitionOffset[]> {
    if (partitions.length === 0) return [];
    const committed = await member.committed(partitions);
    const known = new Set(committed.map(nameOf));
    const fresh = partitions.filter((partition) => !known.has(nameOf(partition)));
    const begins = await offsetsAt(cluster, fresh, options.from === 'earliest' ? earliest : latest, 1);
    return [...committed, ...begins];
  }

  async function outOfRange(at: TopicPartitionOffset): Promise<FatalError> {
    const [low, high] = await Promise.all([offsetsAt(cluster, [at], earliest), offsetsAt(cluster, [at], latest)]).catch(
      () => [[], []],
    );
    const [first] = low;
    const [last] = high;
    const which =
      first === undefined || last === undefined
        ? nameOf(at)
        : standing(nameOf(at), { low: first.offset, high: last.offset }, at.offset);
    return lostRecords(options.groupId, which);
  }

  /** @returns whether anything was held */
  function release(): boolean {
    const had = holding;
    had?.fetcher.stop();
    holding = undefined;
    return had !== undefined;
  }

  async function leave(): Promise<void> {
    const left = within(leaveDeadlineMs, member.leave(), () => new Error('deadline'));
    await left.catch((error: unknown) => log.debug({ err: error }, 'the consumer did not leave its group'));
  }

  return {
    async run(given) {
      await asking(`subscribing to ${options.topics.join(', ')}`, async () => {
        const found = await cluster.topics(options.topics);
        const missing = options.topics.filter((topic) => !found.has(topic));
        if (missing.length > 0) throw new TransientError(`kafka: there is no topic ${missing.join(', ')}`);
      });
      life = live(given);
      await firstAssignment.promise;
    },
    pause(partitions) {
      holding?.fetcher.pause(partitions);
    },
    resume(partitions) {
      holding?.fetcher.resume(partitions);
    },
    async commit(offsets) {
      const held = holding;
      const { ours = [], lost = [] } = Object.groupBy(offsets, (offset) =>
        held?.names.has(nameOf(offset)) === true ? 'ours' : 'lost',
      );
      if (held !== undefined && ours.length > 0) await asking('committing', () => member.commit(held.generation, ours));
      if (lost.length > 0) throw new TransientError(`kafka: ${lost.map(nameOf).join(', ')} were lost to the group`);
    },
    lastFetchAtMs: () => lastFetchAtMs,
    async [Symbol.asyncDispose]() {
      if (closing.signal.aborted) return;
      closing.abort();
      firstAssignment.reject(new Error('the consumer is closed'));
      release();
      await leave();
      await cluster.close();
      await life;
    },
  };
}
