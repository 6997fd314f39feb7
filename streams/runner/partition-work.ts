import type { KafkaRecord, TopicPartition } from '../kafka/port.ts';

/** A record under the runner's care, from its delivery until it had its effect. */
export interface Entry {
  readonly record: KafkaRecord;
  readonly bytes: number;
  readonly work: PartitionWork;
  /** Where the entry stands in the partition's order. */
  readonly slot: Slot;
}

interface Slot {
  readonly offset: bigint;
  done: boolean;
}

/**
 * One partition of one generation: what is held of it, in order, and how far it is done without a gap.
 */
export class PartitionWork implements TopicPartition {
  readonly topic: string;
  readonly partition: number;
  readonly signal: AbortSignal;
  /** Waiting to be started; only what may start now. */
  readonly ready: Entry[] = [];
  /** Delivered before anything may start. */
  readonly intake: Entry[] = [];
  readonly #slots: Slot[] = [];
  #firstSlot = 0;
  #position: bigint | undefined;
  #lastDelivered: bigint | undefined;
  committed: bigint | undefined;
  heldRecords = 0;
  heldBytes = 0;
  /** Entries that wait for something that is away; nothing new is started meanwhile. */
  waiting = 0;
  isPaused = false;

  constructor({ topic, partition }: TopicPartition, signal: AbortSignal) {
    this.topic = topic;
    this.partition = partition;
    this.signal = signal;
  }

  take(record: KafkaRecord): Entry {
    const slot = { offset: record.offset, done: false };
    this.#slots.push(slot);
    this.#position ??= record.offset;
    this.#lastDelivered = record.offset;
    const bytes = sizeOf(record);
    this.heldRecords += 1;
    this.heldBytes += bytes;
    return { record, bytes, work: this, slot };
  }

  finish(entry: Entry): void {
    entry.slot.done = true;
    this.heldRecords -= 1;
    this.heldBytes -= entry.bytes;
    while (this.#slots[this.#firstSlot]?.done === true) {
      this.#position = (this.#slots[this.#firstSlot]?.offset ?? 0n) + 1n;
      this.#firstSlot += 1;
    }
    if (this.#firstSlot > 1_024 && this.#firstSlot * 2 > this.#slots.length) {
      this.#slots.splice(0, this.#firstSlot);
      this.#firstSlot = 0;
    }
  }

  isFinished({ slot }: Entry): boolean {
    return slot.done;
  }

  /** Offset of the first record that is not done; everything before it is. Undefined before the first delivery. */
  get position(): bigint | undefined {
    return this.#position;
  }

  /** Offset behind the last record that was delivered. */
  get delivered(): bigint | undefined {
    return this.#lastDelivered === undefined ? undefined : this.#lastDelivered + 1n;
  }

  /** Records that are held, or done behind a gap. */
  get window(): number {
    return this.#slots.length - this.#firstSlot;
  }
}

function sizeOf(record: KafkaRecord): number {
  const { key, value, headersBytes } = record;
  const bytes = 100 + (key?.length ?? 0) + (value?.length ?? 0);
  return bytes + (headersBytes ?? sizeOfHeaders(record));
}

function sizeOfHeaders({ headers }: KafkaRecord): number {
  let bytes = 0;
  for (const name in headers) bytes += name.length + (headers[name]?.length ?? 0);
  return bytes;
}
