import type { Clock } from '../../clock.ts';
import { settlesWithin } from '../../clock.ts';
import { assignCoPartitioned } from '../co-partitioned.ts';
import { nameOf, type ConsumerHandlers, type ConsumerOptions, type TopicPartition } from '../port.ts';
import type { Topics } from './log.ts';

const revokeBoundMs = 8_000;

export interface Member {
  readonly options: ConsumerOptions;
  readonly handlers: ConsumerHandlers;
  readonly positions: Map<string, bigint>;
  readonly paused: Set<string>;
  assigned: readonly TopicPartition[];
  wake(): void;
}

/** A consumer group with the eager protocol: whenever its members change, all stop and share the partitions anew. */
export class Group {
  readonly committed = new Map<string, bigint>();
  readonly members: Member[] = [];
  readonly #topics: Topics;
  readonly #clock: Clock;
  #rebalancing: Promise<void> = Promise.resolve();

  constructor(topics: Topics, clock: Clock) {
    this.#topics = topics;
    this.#clock = clock;
  }

  join(member: Member): Promise<void> {
    return this.#rebalance(() => this.members.push(member));
  }

  leave(member: Member): Promise<void> {
    member.assigned = [];
    return this.#rebalance(() => {
      const at = this.members.indexOf(member);
      if (at >= 0) this.members.splice(at, 1);
    });
  }

  /** One after the other, in the order in which members come and go. */
  async #rebalance(change: () => void): Promise<void> {
    const previous = this.#rebalancing;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#rebalancing = promise;
    await previous;
    const holders = this.members.filter((member) => member.assigned.length > 0);
    const revoked = holders.map((member) => member.handlers.onRevoking(revokeBoundMs));
    await settlesWithin(this.#clock, revokeBoundMs, Promise.all(revoked));
    change();
    this.#assign();
    resolve();
  }

  #assign(): void {
    const ids = new Map(this.members.map((member, index) => [member, String(index).padStart(6, '0')]));
    const shares = assignCoPartitioned(
      [...ids].map(([member, memberId]) => ({ memberId, topics: member.options.topics })),
      (topic) => this.#topics.watermarks(topic).length,
    );
    for (const [member, memberId] of ids) {
      member.assigned = shares.get(memberId) ?? [];
      member.paused.clear();
      member.positions.clear();
      for (const partition of member.assigned) member.positions.set(nameOf(partition), this.#start(member, partition));
      member.handlers.onAssigned(member.assigned);
      member.wake();
    }
  }

  #start({ options }: Member, partition: TopicPartition): bigint {
    const mark = this.#topics.watermarks(partition.topic)[partition.partition];
    const begin = options.from === 'earliest' ? mark?.low : mark?.high;
    return this.committed.get(nameOf(partition)) ?? begin ?? 0n;
  }
}
