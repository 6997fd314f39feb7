import type { PartitionWork } from './partition-work.ts';

/** Whose turn it is: the earliest topic that has something ready, and of its partitions one after the other. */
export class Turns {
  readonly #precedence: readonly string[];
  #topics: readonly (readonly PartitionWork[])[] = [];
  #turn = 0;
  /** False while nothing may start. */
  isOpen = false;

  /** @param precedence topics in the order in which they are drained */
  constructor(precedence: readonly string[]) {
    this.#precedence = precedence;
  }

  begin(works: readonly PartitionWork[]): void {
    this.#topics = this.#precedence.map((topic) => works.filter((work) => work.topic === topic));
  }

  /** Whether records of the one topic are drained before those of the other. */
  isBefore(one: string, other: string): boolean {
    return this.#precedence.indexOf(one) < this.#precedence.indexOf(other);
  }

  /** Whether no topic's records are drained after those of this one. */
  isLast(topic: string): boolean {
    return this.#precedence.at(-1) === topic;
  }

  /** A partition that has something ready and does not wait. */
  next(): PartitionWork | undefined {
    if (!this.isOpen) return undefined;
    for (const works of this.#topics) {
      for (let step = 1; step <= works.length; step += 1) {
        const turn = (this.#turn + step) % works.length;
        const work = works[turn];
        if (work === undefined || work.waiting > 0 || work.ready.length === 0) continue;
        this.#turn = turn;
        return work;
      }
    }
    return undefined;
  }
}
