import type { Logger } from 'pino';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KafkaRecord, TopicPartition, TopicPartitionOffset } from '../port.ts';
import type { Cluster } from './cluster.ts';
import { fetchRecords, type Answered } from './fetch.ts';
import { nextOffset, readBatches } from './read-batches.ts';

/** While nothing is paused nothing can be resumed, so nothing waits for a request that waits. */
const maxWaitMs = 250;
/** A partition that is resumed waits for the running request to end. */
const maxWaitWhilePausedMs = 50;
const backoffMs = 200;

/** Who leads has changed, or the broker is not that far yet: ask who leads, and again. */
const passing = new Set([
  'NOT_LEADER_OR_FOLLOWER',
  'LEADER_NOT_AVAILABLE',
  'FENCED_LEADER_EPOCH',
  'UNKNOWN_LEADER_EPOCH',
  'REPLICA_NOT_AVAILABLE',
  'OFFSET_NOT_AVAILABLE',
  'UNKNOWN_TOPIC_OR_PARTITION',
  'UNKNOWN_TOPIC_ID',
  'INCONSISTENT_TOPIC_ID',
  'KAFKA_STORAGE_ERROR',
  'UNKNOWN_SERVER_ERROR',
]);

interface Position extends TopicPartition {
  readonly topicId: string;
  next: bigint;
  leader: number;
  isPaused: boolean;
  /** What came after it was paused; handed on when it is resumed. */
  parked: KafkaRecord[] | undefined;
}

export interface FetcherEvents {
  onRecords(partition: TopicPartition, records: readonly KafkaRecord[]): void;
  /** A broker answered. */
  onSignOfLife(): void;
  /** Reading cannot go on without skipping or repeating what the group has not decided. */
  onOutOfRange(partition: TopicPartitionOffset): void;
  /** The topic was deleted and made anew. */
  onReplaced(partition: TopicPartitionOffset): void;
  onFatal(error: Error): void;
}

/**
 * Reads the partitions of one assignment, one request at a time to each broker. The next request leaves before the
 * records of the last answer are handed on, so that broker and process work at the same time.
 */
export class Fetcher {
  readonly #cluster: Cluster;
  readonly #events: FetcherEvents;
  readonly #log: Logger;
  readonly #ended = new AbortController();
  readonly #positions: Position[];
  readonly #loops = new Set<number>();
  #wake = Promise.withResolvers<void>();
  #refreshing: Promise<void> | undefined;

  constructor(
    cluster: Cluster,
    log: Logger,
    topicIds: ReadonlyMap<string, string>,
    starts: readonly TopicPartitionOffset[],
    events: FetcherEvents,
  ) {
    this.#cluster = cluster;
    this.#log = log;
    this.#events = events;
    this.#positions = starts.map(({ topic, partition, offset }) => ({
      topic,
      partition,
      topicId: topicIds.get(topic) ?? '',
      next: offset,
      leader: -1,
      isPaused: false,
      parked: undefined,
    }));
  }

  start(): void {
    void this.#refresh();
  }

  stop(): void {
    this.#ended.abort();
    this.#wakeAll();
  }

  #wakeAll(): void {
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  }

  pause(partitions: readonly TopicPartition[]): void {
    for (const position of this.#of(partitions)) position.isPaused = true;
  }

  resume(partitions: readonly TopicPartition[]): void {
    for (const position of this.#of(partitions)) {
      position.isPaused = false;
      // In a turn of its own: whoever resumes does not expect records before it has returned.
      if (position.parked !== undefined) setImmediate(() => this.#unpark(position));
    }
    this.#wakeAll();
  }

  #of(partitions: readonly TopicPartition[]): Position[] {
    return this.#positions.filter((position) =>
      partitions.some(({ topic, partition }) => position.partition === partition && position.topic === topic),
    );
  }

  #unpark(position: Position): void {
    const { parked } = position;
    if (parked === undefined || position.isPaused || this.#isEnded) return;
    position.parked = undefined;
    this.#events.onRecords({ topic: position.topic, partition: position.partition }, parked);
    this.#wakeAll();
  }

  get #isEnded(): boolean {
    return this.#ended.signal.aborted;
  }

  /** Asks who leads until every partition has a leader, and lets a loop run for each of them. */
  #refresh(): Promise<void> {
    this.#refreshing ??= this.#findLeaders().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #findLeaders(): Promise<void> {
    for (let tries = 0; !this.#isEnded; tries += 1) {
      if (tries > 0) await this.#sleep(backoffMs * Math.min(tries, 10));
      try {
        const topics = await this.#cluster.topics([...new Set(this.#positions.map(({ topic }) => topic))]);
        if (this.#isEnded) return;
        for (const position of this.#positions) {
          const topic = topics.get(position.topic);
          if (topic !== undefined && topic.id !== position.topicId) {
            this.#events.onReplaced({ topic: position.topic, partition: position.partition, offset: position.next });
            return;
          }
          position.leader = topic?.leaders[position.partition] ?? -1;
        }
        for (const leader of new Set(this.#positions.map((position) => position.leader))) this.#loop(leader);
        this.#wakeAll();
        if (this.#positions.every((position) => position.leader >= 0)) return;
      } catch (error) {
        this.#log.debug({ err: error }, 'cannot find out who leads the partitions');
      }
    }
  }

  #loop(node: number): void {
    if (node < 0 || this.#loops.has(node)) return;
    this.#loops.add(node);
    void this.#read(node)
      .catch((error: unknown) => this.#events.onFatal(error as Error))
      .finally(() => this.#loops.delete(node));
  }

  async #read(node: number): Promise<void> {
    let answers: Promise<readonly Answered[]> | undefined;
    while (!this.#isEnded) {
      if (!this.#positions.some((position) => position.leader === node)) return;
      answers ??= this.#request(node);
      if (answers === undefined) {
        await this.#wake.promise;
        continue;
      }
      let came: readonly Answered[];
      try {
        came = await answers;
      } catch (error) {
        answers = undefined;
        if (this.#isEnded) return;
        this.#log.debug({ err: error, node }, 'cannot fetch');
        void this.#refresh();
        await this.#sleep(backoffMs);
        continue;
      }
      if (this.#isEnded) return;
      this.#events.onSignOfLife();
      const delivered = came.flatMap((answer) => this.#advance(answer, node));
      answers = this.#request(node);
      answers?.catch(() => undefined);
      for (const { position, answer, from } of delivered) this.#deliver(position, answer, from);
      if (!came.every(({ fault }) => fault === undefined || !passing.has(fault))) {
        // Not waited for: one topic that is away must not keep the others.
        void this.#refresh();
        await this.#sleep(backoffMs);
      }
    }
  }

  #request(node: number): Promise<readonly Answered[]> | undefined {
    const wanted = this.#positions.filter(
      ({ leader, isPaused, parked }) => leader === node && !isPaused && parked === undefined,
    );
    if (wanted.length === 0) return undefined;
    const first = this.#positions.shift();
    // Brokers fill an answer from the front: each partition is the first now and then.
    if (first !== undefined) this.#positions.push(first);
    const waitMs = this.#positions.some(({ isPaused, parked }) => isPaused || parked !== undefined)
      ? maxWaitWhilePausedMs
      : maxWaitMs;
    return this.#cluster.node(node, 'fetch').then((connection) =>
      fetchRecords(
        connection,
        wanted.map(({ topicId, partition, next }) => ({ topicId, partition, offset: next })),
        waitMs,
      ),
    );
  }

  /** Moves the position on, so that the next request can leave, and says what there is to hand on. */
  #advance(answer: Answered, node: number): { position: Position; answer: Answered; from: bigint }[] {
    const position = this.#positions.find(
      ({ topicId, partition }) => topicId === answer.topicId && partition === answer.partition,
    );
    if (position === undefined) return [];
    if (answer.fault === 'OFFSET_OUT_OF_RANGE') {
      this.#events.onOutOfRange({ topic: position.topic, partition: position.partition, offset: position.next });
      return [];
    }
    if (answer.fault !== undefined) {
      const where = `${position.topic}/${position.partition}`;
      if (!passing.has(answer.fault)) throw new Error(`kafka, reading ${where}: ${answer.fault}`);
      this.#log.debug({ fault: answer.fault, partition: where, node }, 'cannot fetch a partition');
      return [];
    }
    const next = nextOffset(answer.batches);
    if (next === undefined || next <= position.next) return [];
    const from = position.next;
    position.next = next;
    return [{ position, answer, from }];
  }

  #deliver(position: Position, { aborted, batches }: Answered, from: bigint): void {
    if (this.#isEnded) return;
    const { topic, partition } = position;
    const records = readBatches({ topic, partition, aborted, batches }, from);
    if (records.length === 0) return;
    if (position.isPaused || position.parked !== undefined) {
      position.parked = position.parked === undefined ? records : [...position.parked, ...records];
      return;
    }
    this.#events.onRecords({ topic, partition }, records);
  }

  async #sleep(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#ended.signal }).catch(() => undefined);
  }
}
