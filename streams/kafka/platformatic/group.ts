import {
  decodeConsumerProtocolAssignment,
  decodeConsumerProtocolSubscription,
  encodeConsumerProtocolAssignment,
  encodeConsumerProtocolSubscription,
  heartbeatV4,
  joinGroupV9,
  leaveGroupV5,
  offsetCommitV8,
  offsetFetchV8,
  syncGroupV5,
} from '@platformatic/kafka';
import { TransientError } from '../../errors.ts';
import { assignCoPartitioned, coPartitioned } from '../co-partitioned.ts';
import type { TopicPartition, TopicPartitionOffset } from '../port.ts';
import type { Cluster } from './cluster.ts';
import { ask } from './connections.ts';
import { BrokerError, typeOf } from './errors.ts';
import { offsetsToCommit } from './offsets.ts';

const rebalanceTimeoutMs = 60_000;
const answerDeadlineMs = 5_000;
const protocolType = 'consumer';

/** One round of the group: who holds what until its members change. */
export interface Generation {
  readonly id: number;
  readonly memberId: string;
  readonly partitions: readonly TopicPartition[];
  /** How many partitions each topic had, where this member shared them out; undefined where another did. */
  readonly shared: ReadonlyMap<string, number> | undefined;
}

interface Options {
  readonly groupId: string;
  readonly topics: readonly string[];
  readonly sessionTimeoutMs: number;
}

/** Kafka's classic group protocol, step by step; when to take which step is the consumer's. */
export class GroupMember {
  readonly #cluster: Cluster;
  readonly #options: Options;
  #memberId = '';
  #coordinator: number | undefined;

  constructor(cluster: Cluster, options: Options) {
    this.#cluster = cluster;
    this.#options = options;
  }

  /** Waits until the group has gathered. What the group tells us to do first, as to come again, is done here. */
  async join(): Promise<Generation> {
    const { groupId, topics, sessionTimeoutMs } = this.#options;
    const metadata = encodeConsumerProtocolSubscription({ version: 0, topics: [...topics], userData: Buffer.alloc(0) });
    for (let tries = 1; ; tries += 1) {
      const joined = await ask(
        await this.#connection('join'),
        rebalanceTimeoutMs + sessionTimeoutMs,
        joinGroupV9.api,
        groupId,
        sessionTimeoutMs,
        rebalanceTimeoutMs,
        this.#memberId,
        null,
        protocolType,
        [{ name: coPartitioned, metadata }],
      ).catch(this.#away);
      const type = typeOf(joined.errorCode);
      if (type === 'MEMBER_ID_REQUIRED' && tries === 1) {
        this.#memberId = joined.memberId;
        continue;
      }
      this.#noteFault(type, 'joining the group');
      this.#memberId = joined.memberId;
      const isLeader = joined.leader === joined.memberId;
      const shared = isLeader ? await this.#share(joined.members) : undefined;
      return { ...(await this.#sync(joined.generationId, shared?.assignments ?? [])), shared: shared?.counts };
    }
  }

  async #share(members: readonly { readonly memberId: string; readonly metadata: Buffer }[]) {
    const subscribed = members.map(({ memberId, metadata }) => ({
      memberId,
      topics: decodeConsumerProtocolSubscription(metadata).topics,
    }));
    const names = [...new Set(subscribed.flatMap(({ topics }) => topics))];
    const counts = await this.partitionCounts(names);
    const shares = assignCoPartitioned(subscribed, (topic) => counts.get(topic) ?? 0);
    const assignments = [...shares].map(([memberId, partitions]) => ({
      memberId,
      assignment: encodeConsumerProtocolAssignment({
        version: 0,
        assignedPartitions: [...Map.groupBy(partitions, ({ topic }) => topic)].map(([topic, ofTopic]) => ({
          topic,
          partitions: ofTopic.map(({ partition }) => partition),
        })),
        userData: Buffer.alloc(0),
      }),
    }));
    return { assignments, counts };
  }

  async partitionCounts(names: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const topics = await this.#cluster.topics(names);
    return new Map(names.map((name) => [name, topics.get(name)?.leaders.length ?? 0]));
  }

  async #sync(id: number, assignments: { memberId: string; assignment: Buffer }[]) {
    const memberId = this.#memberId;
    const answer = await ask(
      await this.#connection('join'),
      rebalanceTimeoutMs,
      syncGroupV5.api,
      this.#options.groupId,
      id,
      memberId,
      null,
      protocolType,
      coPartitioned,
      assignments,
    ).catch(this.#away);
    this.#noteFault(typeOf(answer.errorCode), 'sharing the partitions');
    const { assignedPartitions } = decodeConsumerProtocolAssignment(answer.assignment);
    const partitions = assignedPartitions.flatMap(({ topic, partitions: ofTopic }) =>
      ofTopic.map((partition) => ({ topic, partition })),
    );
    return { id, memberId, partitions };
  }

  /** @returns whether the group stands, gathers anew, or goes on without us */
  async heartbeat({ id, memberId }: Generation): Promise<'stands' | 'gathers' | 'lost'> {
    const connection = await this.#connection('group');
    const { groupId } = this.#options;
    const answer = await ask(connection, answerDeadlineMs, heartbeatV4.api, groupId, id, memberId, null).catch(
      this.#away,
    );
    const type = typeOf(answer.errorCode);
    if (type === 'REBALANCE_IN_PROGRESS') return 'gathers';
    if (type === 'UNKNOWN_MEMBER_ID' || type === 'ILLEGAL_GENERATION') {
      if (type === 'UNKNOWN_MEMBER_ID') this.#memberId = '';
      return 'lost';
    }
    this.#noteFault(type, 'sending a heartbeat');
    return 'stands';
  }

  /** Once, and for this generation only: what a later one holds is not ours to commit. */
  async commit({ id, memberId }: Generation, offsets: readonly TopicPartitionOffset[]): Promise<void> {
    const topics = offsetsToCommit(offsets);
    const connection = await this.#connection('group');
    const { groupId } = this.#options;
    const answer = await ask(
      connection,
      answerDeadlineMs,
      offsetCommitV8.api,
      groupId,
      id,
      memberId,
      null,
      topics,
    ).catch(this.#away);
    const acknowledged = new Set<string>();
    for (const { name, partitions } of answer.topics) {
      for (const { partitionIndex, errorCode } of partitions) {
        this.#noteFault(typeOf(errorCode), `committing ${name}/${partitionIndex}`);
        acknowledged.add(`${name}/${partitionIndex}`);
      }
    }
    const missing = offsets.find(({ topic, partition }) => !acknowledged.has(`${topic}/${partition}`));
    if (missing !== undefined) {
      throw new TransientError(`kafka: no acknowledgement for the commit of ${missing.topic}/${missing.partition}`);
    }
  }

  /** Committed offsets; partitions without one are left out. */
  async committed(partitions: readonly TopicPartition[]): Promise<TopicPartitionOffset[]> {
    const { groupId } = this.#options;
    const topics = [...Map.groupBy(partitions, ({ topic }) => topic)].map(([name, ofTopic]) => ({
      name,
      partitionIndexes: ofTopic.map(({ partition }) => partition),
    }));
    const connection = await this.#connection('group');
    const groups = [{ groupId, memberEpoch: -1, topics }];
    const answer = await ask(connection, answerDeadlineMs, offsetFetchV8.api, groups, true).catch(this.#away);
    const [group] = answer.groups;
    this.#noteFault(typeOf(group?.errorCode ?? 0), `reading offsets of group ${groupId}`);
    return (group?.topics ?? []).flatMap(({ name, partitions: ofTopic }) =>
      ofTopic.flatMap(({ partitionIndex, committedOffset, errorCode }) => {
        this.#noteFault(typeOf(errorCode), `reading the offset of ${name}/${partitionIndex}`);
        return committedOffset < 0n ? [] : [{ topic: name, partition: partitionIndex, offset: committedOffset }];
      }),
    );
  }

  /** So that the others need not wait for the session to end. */
  async leave(): Promise<void> {
    if (this.#memberId === '' || this.#coordinator === undefined) return;
    const members = [{ memberId: this.#memberId }];
    this.#memberId = '';
    // Not on the connection for joining, which may still wait for the group.
    const connection = await this.#cluster.node(this.#coordinator, 'leave');
    await ask(connection, answerDeadlineMs, leaveGroupV5.api, this.#options.groupId, members);
  }

  /** Time for the others to notice that we are gone, at the most: after it nothing that was ours is ours. */
  get sessionTimeoutMs(): number {
    return this.#options.sessionTimeoutMs;
  }

  async #connection(purpose: string) {
    this.#coordinator ??= await this.#cluster.coordinatorOf(this.#options.groupId);
    return this.#cluster.node(this.#coordinator, purpose).catch(this.#away);
  }

  /** Whoever keeps the group may be another broker by now. */
  readonly #away = (error: unknown): never => {
    this.#coordinator = undefined;
    throw error;
  };

  #noteFault(type: string | undefined, doing: string): void {
    if (type === undefined) return;
    if (type === 'NOT_COORDINATOR' || type === 'COORDINATOR_NOT_AVAILABLE') this.#coordinator = undefined;
    if (type === 'UNKNOWN_MEMBER_ID') this.#memberId = '';
    throw new BrokerError(type, doing);
  }
}
