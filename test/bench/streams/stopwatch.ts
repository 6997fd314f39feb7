import type { TopicPartitionOffset } from '../../../streams/kafka/port.ts';

/** Where the input ends; taken before the contender begins. */
export interface End {
  readonly partition: number;
  readonly low: bigint;
  readonly high: bigint;
}

/** A commit that the group has acknowledged: all outputs up to here are acknowledged too. */
export interface CommitSample {
  /** Since the first record was handed to the contender's code, in milliseconds. */
  readonly atMs: number;
  /** Messages below the committed offsets, all partitions together. */
  readonly committed: number;
  /** CPU time of the whole process since the first record, in microseconds. */
  readonly cpuUs: number;
}

/** What a contender prints at its end, as one line of JSON. The Java program prints the same. */
export interface ContenderReport {
  readonly messages: number;
  readonly samples: readonly CommitSample[];
  /** Largest resident set of the process so far, in bytes. */
  readonly maxRssBytes: number;
}

/** The same clock for every contender: it starts with the first record and ends with the commit that reaches the end. */
export class Stopwatch {
  readonly finished: Promise<void>;
  readonly messages: number;
  readonly #finish: () => void;
  readonly #lows: ReadonlyMap<number, bigint>;
  readonly #committed = new Map<number, bigint>();
  readonly #samples: CommitSample[] = [];
  #startedMs = 0;
  #startedCpuUs = 0;

  constructor(ends: readonly End[]) {
    this.messages = ends.reduce((sum, { low, high }) => sum + Number(high - low), 0);
    this.#lows = new Map(ends.map(({ partition, low }) => [partition, low]));
    const { promise, resolve } = Promise.withResolvers<void>();
    this.finished = promise;
    this.#finish = resolve;
    if (this.messages === 0) resolve();
  }

  /** Called with every delivery; the first one counts. */
  sawRecords(): void {
    if (this.#startedMs !== 0) return;
    this.#startedMs = performance.now();
    this.#startedCpuUs = cpuUs();
  }

  sawCommit(offsets: readonly Pick<TopicPartitionOffset, 'partition' | 'offset'>[]): void {
    for (const { partition, offset } of offsets) {
      this.#committed.set(partition, offset - (this.#lows.get(partition) ?? 0n));
    }
    let committed = 0;
    for (const count of this.#committed.values()) committed += Number(count);
    this.#samples.push({
      atMs: performance.now() - this.#startedMs,
      committed,
      cpuUs: cpuUs() - this.#startedCpuUs,
    });
    if (committed >= this.messages) this.#finish();
  }

  report(): ContenderReport {
    return {
      messages: this.messages,
      samples: this.#samples,
      maxRssBytes: process.resourceUsage().maxRSS * 1_024,
    };
  }
}

function cpuUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
