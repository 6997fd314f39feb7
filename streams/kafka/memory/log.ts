import { TransientError } from '../../errors.ts';
import { partitionOf } from '../murmur2.ts';
import type { KafkaRecord, OutgoingRecord, TopicSettings } from '../port.ts';

const defaultMaxMessageBytes = 1_048_588;

interface Partition {
  low: bigint;
  readonly records: KafkaRecord[];
}

/** The topics of an in-memory Kafka. */
export class Topics {
  readonly #topics = new Map<string, { readonly settings: TopicSettings; readonly partitions: readonly Partition[] }>();
  readonly #listeners = new Set<() => void>();
  #keyless = 0;
  /** Records ever appended. */
  appended = 0;

  create(settings: TopicSettings): void {
    if (this.#topics.has(settings.name)) return;
    const partitions = Array.from({ length: settings.partitions }, () => ({ low: 0n, records: [] }));
    this.#topics.set(settings.name, { settings, partitions });
  }

  delete(name: string): void {
    this.#topics.delete(name);
  }

  get names(): string[] {
    return [...this.#topics.keys()];
  }

  settings(name: string): TopicSettings | undefined {
    return this.#topics.get(name)?.settings;
  }

  partitions(name: string): readonly Partition[] {
    const topic = this.#topics.get(name);
    if (topic === undefined) throw new TransientError(`kafka: there is no topic ${name}`);
    return topic.partitions;
  }

  onAppend(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  append(records: readonly OutgoingRecord[], nowMs: number): void {
    for (const record of records) this.#check(record);
    for (const { topic, key, value, headers = {} } of records) {
      const partitions = this.partitions(topic);
      const bytes = typeof key === 'string' ? Buffer.from(key) : key;
      this.#keyless += 1;
      const partition = bytes === null ? this.#keyless % partitions.length : partitionOf(bytes, partitions.length);
      const log = partitions[partition]?.records;
      log?.push({
        topic,
        partition,
        offset: BigInt(log.length),
        key: bytes,
        value,
        headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)])),
        timestampMs: nowMs,
      });
      this.appended += 1;
    }
    for (const listener of this.#listeners) listener();
  }

  #check({ topic, value }: OutgoingRecord): void {
    this.partitions(topic);
    const max = Number(this.settings(topic)?.config['max.message.bytes'] ?? defaultMaxMessageBytes);
    if ((value?.length ?? 0) > max) throw new Error(`kafka: a record to ${topic} is larger than ${max} bytes`);
  }

  /** Records from an offset on; at most so many. */
  read(topic: string, partition: number, offset: bigint, count: number): readonly KafkaRecord[] {
    const begin = Number(offset);
    return this.partitions(topic)[partition]?.records.slice(begin, begin + count) ?? [];
  }

  watermarks(topic: string): { partition: number; low: bigint; high: bigint }[] {
    return this.partitions(topic).map(({ low, records }, partition) => ({
      partition,
      low,
      high: BigInt(records.length),
    }));
  }

  /** What retention does: records before the offset are gone. */
  deleteRecords(topic: string, partition: number, before: bigint): void {
    const found = this.partitions(topic)[partition];
    if (found !== undefined) found.low = before;
  }
}
