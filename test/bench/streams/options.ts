export const clients = ['platformatic', 'kafkajs'] as const;
export type Client = (typeof clients)[number];

export const compressions = ['none', 'gzip', 'zstd'] as const;
export type Compression = (typeof compressions)[number];

export const parts = ['throughput', 'latency', 'concurrency', 'memory', 'idle'] as const;
export type Part = (typeof parts)[number];

/** What is measured, and how long. Times in milliseconds. */
export interface BenchOptions {
  readonly only: readonly Part[];
  readonly clients: readonly Client[];
  readonly compression: Compression;
  /** Of the throughput, after one that warms up; 0 counts that one. */
  readonly rounds: number;
  /** Of the throughput, a round of a contender. */
  readonly messages: number;
  readonly latencyMs: number;
  readonly latencyPerSecond: number;
  /** With 16 messages under way; a tenth of them one by one. */
  readonly concurrencyMessages: number;
  readonly backlog: number;
  readonly settleMs: number;
  readonly idleMs: number;
}

export const defaultOptions: BenchOptions = {
  only: parts,
  clients,
  compression: 'none',
  rounds: 5,
  messages: 200_000,
  latencyMs: 30_000,
  latencyPerSecond: 200,
  concurrencyMessages: 4_000,
  backlog: 1_000_000,
  settleMs: 15_000,
  idleMs: 60_000,
};

/** @throws Error that lists what is allowed */
export function oneOf<const T extends string>(flag: string, given: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === given);
  if (found === undefined) throw new Error(`--${flag} ${given}: give one of ${allowed.join(', ')}`);
  return found;
}
