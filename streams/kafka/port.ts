/**
 * All that Mimir asks of a Kafka client. One adapter a client library stands behind it, one conformance suite
 * (test/contracts/kafka.ts) runs over each adapter. Offsets are bigint: a Kafka offset is a 64-bit integer.
 */

/** A record as it is on the broker. */
export interface KafkaRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly key: Buffer | null;
  /** Null is a tombstone. */
  readonly value: Buffer | null;
  /**
   * Header values as bytes; of a repeated header, the last. Computed when first asked for, so a spread of the record does
   * not copy them.
   */
  readonly headers: Readonly<Record<string, Buffer>>;
  /** Milliseconds since 1970, as given by the producer or the broker. */
  readonly timestampMs: number;
  /** One header alone, where the adapter finds it without making all of them; use `headerOf`. */
  readonly findHeader?: (name: string) => Buffer | undefined;
  /** Bytes that the headers take, where the adapter knows it without making them. */
  readonly headersBytes?: number;
}

/** One header of a record, in the cheapest way there is. */
export function headerOf(record: KafkaRecord, name: string): Buffer | undefined {
  return record.findHeader === undefined ? record.headers[name] : record.findHeader(name);
}

export interface OutgoingRecord {
  readonly topic: string;
  /** The partition follows from the key alone (murmur2, as Java's default partitioner). */
  readonly key: Buffer | string | null;
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, Buffer | string>>;
}

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** How a partition is called in messages and maps. */
export const nameOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;

export interface TopicPartitionOffset extends TopicPartition {
  /** For commits: the offset of the next record to read. */
  readonly offset: bigint;
}

export interface KafkaProducer extends AsyncDisposable {
  /**
   * Resolves once every in-sync replica has every record. Records of one call to one partition keep their order. A
   * rejection means that any part of them may have been written: sending again is safe, since readers recognise repeats.
   *
   * @throws TransientError where Kafka cannot be reached or asks for patience
   */
  send(records: readonly OutgoingRecord[]): Promise<void>;
}

export interface ConsumerHandlers {
  /**
   * Takes records of one partition, in order. The consumer does not wait for their processing: whoever holds too many
   * calls `pause`. Records already under way may still come after a pause.
   */
  onRecords(partition: TopicPartition, records: readonly KafkaRecord[]): void;
  /**
   * The group has given this process these partitions, and no others; it replaces what was held before. Also
   * partitions that were held already are read again from their committed offset. Nothing is paused after it.
   */
  onAssigned(partitions: readonly TopicPartition[]): void;
  /**
   * The group is about to move partitions: finish what can be finished within `boundMs`, commit, take up nothing new.
   * Not every client can tell before the fact; `onAssigned` follows in any case.
   */
  onRevoking(boundMs: number): Promise<void>;
  /** The consumer has ended for good and will deliver nothing more. */
  onFailed(error: Error): void;
}

export interface KafkaConsumer extends AsyncDisposable {
  /** Joins the group and delivers. Resolves once the first assignment is known. */
  run(handlers: ConsumerHandlers): Promise<void>;
  pause(partitions: readonly TopicPartition[]): void;
  resume(partitions: readonly TopicPartition[]): void;
  /**
   * @throws TransientError where the group is rebalancing or the partitions were lost; the records will be delivered
   *   again to whoever holds them next
   */
  commit(offsets: readonly TopicPartitionOffset[]): Promise<void>;
  /** Milliseconds since 1970 at which the client last heard from a broker on the fetch path, records or none. */
  lastFetchAtMs(): number;
}

export interface ConsumerOptions {
  readonly groupId: string;
  /**
   * Partitions of the same number are one member's, over all of these topics: records of one key meet in one process,
   * whatever topic they came by, where the topics have the same number of partitions.
   */
  readonly topics: readonly string[];
  /** Where to begin when the group has no committed offset. Offsets out of range never reset silently. */
  readonly from: 'earliest' | 'latest';
  /** Default 30 s. */
  readonly sessionTimeoutMs?: number;
}

export interface TopicSettings {
  readonly name: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  /** Kafka's own names, for example cleanup.policy. */
  readonly config: Readonly<Record<string, string>>;
}

export interface KafkaAdmin extends AsyncDisposable {
  /** Creates those that do not exist; leaves the others as they are. */
  createTopics(topics: readonly TopicSettings[]): Promise<void>;
  deleteTopics(names: readonly string[]): Promise<void>;
  /** Those that exist, as they are on the broker, with every setting, defaults included. */
  describeTopics(names: readonly string[]): Promise<readonly TopicSettings[]>;
  listTopics(): Promise<readonly string[]>;
  /** Low and high watermark of each partition: the first offset held, and the offset of the next record. */
  watermarks(
    topic: string,
  ): Promise<readonly { readonly partition: number; readonly low: bigint; readonly high: bigint }[]>;
  /** For each partition the offset of the first record at or after the time; the high watermark where there is none. */
  offsetsAt(topic: string, timestampMs: number): Promise<readonly TopicPartitionOffset[]>;
  /** Committed offsets of a group; partitions without one are left out. */
  committed(groupId: string, topics: readonly string[]): Promise<readonly TopicPartitionOffset[]>;
  /** @throws Error where the group has members: stop them first */
  setCommitted(groupId: string, offsets: readonly TopicPartitionOffset[]): Promise<void>;
  deleteGroup(groupId: string): Promise<void>;
  /** Members of the group, 0 where it does not exist. */
  memberCount(groupId: string): Promise<number>;
}

export interface Kafka {
  producer(): Promise<KafkaProducer>;
  consumer(options: ConsumerOptions): Promise<KafkaConsumer>;
  admin(): Promise<KafkaAdmin>;
  /**
   * Reads a topic from its beginning, or from the given offsets, to the end as it was when called; joins no lasting group.
   */
  readToEnd(
    topic: string,
    onRecords: (records: readonly KafkaRecord[]) => Promise<void>,
    options?: { readonly from?: readonly TopicPartitionOffset[]; readonly signal?: AbortSignal },
  ): Promise<void>;
}
