import { systemClock, type Clock } from '../clock.ts';

/** Times in milliseconds. */
export interface RunOptions {
  readonly clock?: Clock;
  /** Default `mimir.<stage>`. */
  readonly groupId?: string;
  /** Where a group without offsets begins. */
  readonly from?: 'earliest' | 'latest';
  /** Records and bytes that all partitions together may hold, fetched and not yet done. */
  readonly maxHeldRecords?: number;
  readonly maxHeldBytes?: number;
  readonly commitIntervalMs?: number;
  /** Tries of a message that breaks its stage, before it becomes a dead letter. */
  readonly poisonTries?: number;
  readonly poisonBackoffMs?: number;
  readonly transientBackoffMs?: number;
  readonly transientBackoffMaxMs?: number;
  /** Without any progress for so long although there is work, the consumer is begun anew. */
  readonly stallMs?: number;
  readonly lagIntervalMs?: number;
  readonly sessionTimeoutMs?: number;
}

export type Settings = Required<Omit<RunOptions, 'groupId'>> & { readonly groupId: string };

export function settingsOf(stage: string, options: RunOptions): Settings {
  return {
    clock: systemClock,
    groupId: groupOf(stage),
    from: 'earliest',
    maxHeldRecords: 8_000,
    maxHeldBytes: 32 * 1024 * 1024,
    commitIntervalMs: 1_000,
    poisonTries: 3,
    poisonBackoffMs: 200,
    transientBackoffMs: 250,
    transientBackoffMaxMs: 15_000,
    stallMs: 180_000,
    lagIntervalMs: 15_000,
    // A process that was killed holds its partitions for so long.
    sessionTimeoutMs: 15_000,
    ...options,
  };
}

/** The consumer group of a stage. */
export function groupOf(stage: string): string {
  return `mimir.${stage}`;
}
