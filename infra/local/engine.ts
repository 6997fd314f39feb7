import type { Progress, Step } from './progress.ts';

export const engineNames = ['kafka', 'registry', 'postgres', 'redis'] as const;
export type EngineName = (typeof engineNames)[number];

/** One engine on this machine's loopback: how it is fetched, started and stopped. A file for each. */
export interface Engine {
  readonly name: EngineName;
  /** For people, with the version where we choose it: "Kafka 4.1.2". */
  readonly title: string;
  /** One line for each program that this machine lacks, saying what to install; empty when all is there. */
  missing(): Promise<readonly string[]>;
  /** Fetches what it needs into the cache; does nothing, and needs no network, where it is there. */
  prepare(progress: Progress): Promise<void>;
  /** Resolves when it answers. @throws SetupError with its last log lines where it does not */
  start(step: Step): Promise<RunningEngine>;
}

export interface RunningEngine {
  readonly name: EngineName;
  /** Resolves, with how it ended, when the process is gone for whatever reason. */
  readonly exited: Promise<string>;
  /** Orderly within 10 s, by force after. */
  stop(): Promise<void>;
  kill(): Promise<void>;
}

/** What every engine is given. */
export interface EngineContext {
  /** Absolute. Its data is in `<dataDir>/<name>`, its log in `<dataDir>/logs/<name>.log`. */
  readonly dataDir: string;
  /** Absolute. */
  readonly cacheDir: string;
  readonly port: number;
  readonly signal: AbortSignal;
}
