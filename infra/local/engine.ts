import type { EngineProcess } from './engine-process.ts';
import type { Progress, Step } from './progress.ts';

export const engineNames = ['kafka', 'registry', 'postgres', 'redis'] as const;
export type EngineName = (typeof engineNames)[number];

/** Of one process: with several brokers Kafka's second is `kafka-2`, its third `kafka-3`. */
export type PartName = EngineName | `kafka-${number}`;

/** One engine on this machine's loopback: how it is fetched and started. A file for each. */
export interface Engine {
  readonly name: PartName;
  /** For people, with the version where we choose it: "Kafka 4.1.2". */
  readonly title: string;
  /** One line for each program that this machine lacks, saying what to install; empty when all is there. */
  missing(): Promise<readonly string[]>;
  /** Fetches what it needs into the cache; does nothing, and needs no network, where it is there. */
  prepare(progress: Progress): Promise<void>;
  /**
   * Resolves when it answers. May be called again once it has ended, however that was: the same port, the same data.
   *
   * @throws SetupError with its last log lines where it does not answer; the signal's reason, with nothing left running
   */
  start(step: Step, signal: AbortSignal): Promise<EngineProcess>;
}

/** What every engine is given. */
export interface EngineContext {
  /** Absolute. Its data is in `<dataDir>/<name>`, its log in `<dataDir>/logs/<name>.log`. */
  readonly dataDir: string;
  /** Absolute. */
  readonly cacheDir: string;
  readonly port: number;
  /** Ends the preparation under way. */
  readonly signal: AbortSignal;
}
