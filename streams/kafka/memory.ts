import { systemClock, type Clock } from '../clock.ts';
import { FatalError, TransientError } from '../errors.ts';
import { Group, type Member } from './memory/group.ts';
import { Topics } from './memory/log.ts';
import {
  nameOf,
  type ConsumerHandlers,
  type ConsumerOptions,
  type Kafka,
  type KafkaAdmin,
  type KafkaConsumer,
  type OutgoingRecord,
  type TopicPartitionOffset,
} from './port.ts';

const maxDelivery = 500;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface Options {
  readonly clock?: Clock;
  /** Asked before each request; what it throws is the request's failure. For tests of outages. */
  readonly before?: {
    produce?(records: readonly OutgoingRecord[]): void;
    commit?(groupId: string, offsets: readonly TopicPartitionOffset[]): void;
  };
}

/** Kafka in this process: for tests of stages, and as the second adapter that keeps the port honest. */
export interface MemoryKafka extends Kafka {
  readonly topics: Topics;
}

export function createMemoryKafka({ clock = systemClock, before = {} }: Options = {}): MemoryKafka {
  const topics = new Topics();
  const groups = new Map<string, Group>();
  const groupOf = (groupId: string): Group => {
    const group = groups.get(groupId) ?? new Group(topics, clock);
    groups.set(groupId, group);
    return group;
  };

  return {
    topics,
    async producer() {
      return {
        async send(records) {
          await turn();
          before.produce?.(records);
          topics.append(records, clock.now());
        },
        async [Symbol.asyncDispose]() {},
      };
    },
    async consumer(options) {
      return openConsumer(options, { topics, group: groupOf(options.groupId), clock, before });
    },
    async admin() {
      return openAdmin(topics, groups, groupOf);
    },
    async readToEnd(topic, onRecords, options) {
      const ends = topics.watermarks(topic);
      for (const { partition, low, high } of ends) {
        options?.signal?.throwIfAborted();
        const given = options?.from?.find((from) => from.topic === topic && from.partition === partition)?.offset;
        const begin = given === undefined || given < low ? low : given;
        const records = topics.read(topic, partition, begin, Number(high - begin));
        if (records.length > 0) await onRecords(records);
      }
    },
  };
}

interface ConsumerParts {
  readonly topics: Topics;
  readonly group: Group;
  readonly clock: Clock;
  readonly before: NonNullable<Options['before']>;
}

function openConsumer(options: ConsumerOptions, { topics, group, clock, before }: ConsumerParts): KafkaConsumer {
  let member: Member | undefined;
  let isClosed = false;
  let isPumping = false;
  let lastFetchAtMs = clock.now();
  const unlisten = topics.onAppend(() => void pump());

  /** Delivers what there is, a turn of the event loop between rounds, until there is nothing. */
  async function pump(): Promise<void> {
    if (isPumping) return;
    isPumping = true;
    let hasMore = true;
    while (hasMore) {
      await turn();
      hasMore = !isClosed && member !== undefined && deliverRound(member);
    }
    isPumping = false;
  }

  function deliverRound(current: Member): boolean {
    lastFetchAtMs = clock.now();
    let delivered = false;
    for (const assigned of current.assigned) {
      const name = nameOf(assigned);
      const position = current.positions.get(name) ?? 0n;
      if (current.paused.has(name)) continue;
      const mark = topics.watermarks(assigned.topic)[assigned.partition];
      if (mark === undefined || position < mark.low || position > mark.high) {
        fail(current, `${name} holds ${mark?.low} to ${mark?.high}, the group stands at ${position}`);
        return false;
      }
      const records = topics.read(assigned.topic, assigned.partition, position, maxDelivery);
      if (records.length === 0) continue;
      current.positions.set(name, position + BigInt(records.length));
      current.handlers.onRecords(assigned, records);
      delivered = true;
    }
    return delivered;
  }

  function fail(current: Member, which: string): void {
    isClosed = true;
    const stage = options.groupId.replace(/^mimir\./u, '');
    void group.leave(current);
    current.handlers.onFailed(
      new FatalError(`records that were not yet processed are gone: ${which}; mimir replay ${stage} --from earliest`),
    );
  }

  return {
    async run(handlers: ConsumerHandlers) {
      await turn();
      for (const topic of options.topics) topics.partitions(topic);
      member = { options, handlers, positions: new Map(), paused: new Set(), assigned: [], wake: () => void pump() };
      await group.join(member);
    },
    pause(partitions) {
      for (const partition of partitions) member?.paused.add(nameOf(partition));
    },
    resume(partitions) {
      for (const partition of partitions) member?.paused.delete(nameOf(partition));
      void pump();
    },
    async commit(offsets) {
      await turn();
      before.commit?.(options.groupId, offsets);
      const ours = new Set(member?.assigned.map(nameOf));
      for (const offset of offsets) if (ours.has(nameOf(offset))) group.committed.set(nameOf(offset), offset.offset);
      const lost = offsets.filter((offset) => !ours.has(nameOf(offset)));
      if (lost.length > 0) throw new TransientError(`kafka: ${lost.map(nameOf).join(', ')} were lost to the group`);
    },
    // Nothing is fetched over a network here, so the path to the records is alive whenever the consumer is.
    lastFetchAtMs: () => (isClosed ? lastFetchAtMs : clock.now()),
    async [Symbol.asyncDispose]() {
      if (isClosed) return;
      isClosed = true;
      unlisten();
      if (member !== undefined) await group.leave(member);
    },
  };
}

function openAdmin(topics: Topics, groups: Map<string, Group>, groupOf: (groupId: string) => Group): KafkaAdmin {
  const memberCount = (groupId: string): number => groups.get(groupId)?.members.length ?? 0;
  return {
    async createTopics(settings) {
      for (const one of settings) topics.create(one);
    },
    async deleteTopics(names) {
      for (const name of names) topics.delete(name);
    },
    async describeTopics(names) {
      return names.map((name) => topics.settings(name)).filter((settings) => settings !== undefined);
    },
    async listTopics() {
      return topics.names;
    },
    async watermarks(topic) {
      return topics.watermarks(topic);
    },
    async offsetsAt(topic, timestampMs) {
      return topics.partitions(topic).map(({ records }, partition) => {
        const at = records.findIndex((record) => record.timestampMs >= timestampMs);
        return { topic, partition, offset: BigInt(at < 0 ? records.length : at) };
      });
    },
    async committed(groupId, names) {
      return names.flatMap((topic) =>
        topics.partitions(topic).flatMap((_, partition) => {
          const offset = groups.get(groupId)?.committed.get(nameOf({ topic, partition }));
          return offset === undefined ? [] : [{ topic, partition, offset }];
        }),
      );
    },
    async setCommitted(groupId, offsets) {
      const members = memberCount(groupId);
      if (members > 0) throw new Error(`group ${groupId} has ${members} members: stop them first`);
      for (const offset of offsets) groupOf(groupId).committed.set(nameOf(offset), offset.offset);
    },
    async deleteGroup(groupId) {
      groups.delete(groupId);
    },
    async memberCount(groupId) {
      return memberCount(groupId);
    },
    async [Symbol.asyncDispose]() {},
  };
}
