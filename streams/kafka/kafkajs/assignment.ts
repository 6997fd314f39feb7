import { nameOf, type TopicPartition, type TopicPartitionOffset } from '../port.ts';

interface Held extends TopicPartition {
  /** Offset of the next record to hand on; unknown until the first batch was found to begin where the group stands. */
  next: bigint | undefined;
}

/** What the group has given us, and how far each partition was handed on. */
export class Assignment {
  readonly #held = new Map<string, Held>();

  replace(partitions: readonly TopicPartition[]): void {
    this.#held.clear();
    for (const partition of partitions) this.#held.set(nameOf(partition), { ...partition, next: undefined });
  }

  get partitions(): readonly TopicPartition[] {
    return [...this.#held.values()].map(({ topic, partition }) => ({ topic, partition }));
  }

  get isEmpty(): boolean {
    return this.#held.size === 0;
  }

  find(partition: TopicPartition): Held | undefined {
    return this.#held.get(nameOf(partition));
  }

  /** Splits into what is ours to commit and what is not. */
  split(offsets: readonly TopicPartitionOffset[]): { ours: TopicPartitionOffset[]; lost: TopicPartitionOffset[] } {
    const { ours = [], lost = [] } = Object.groupBy(offsets, (offset) =>
      this.#held.has(nameOf(offset)) ? 'ours' : 'lost',
    );
    return { ours, lost };
  }
}
