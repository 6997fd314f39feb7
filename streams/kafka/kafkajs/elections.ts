import { setTimeout as delay } from 'node:timers/promises';
import { rootOf } from './errors.ts';

/** A partition whose leader went away gets another within some seconds, a new one within less. */
const tries = 10;
const pauseMs = 500;

const elections: ReadonlySet<string> = new Set(['NOT_LEADER_FOR_PARTITION', 'LEADER_NOT_AVAILABLE']);

export interface ElectionOptions {
  readonly signal?: AbortSignal | undefined;
  /** What is waited for; an election unless told. */
  readonly isPassing?: (error: unknown) => boolean;
  /** Learns who leads now. */
  readonly refresh?: () => Promise<void>;
}

/**
 * Unlike its consumer and producer, kafkajs' cluster asks a partition's leader once: an election under way would end
 * what can wait for it.
 */
export async function throughElections<T>(
  ask: () => Promise<T>,
  { signal, refresh, isPassing = isElection }: ElectionOptions = {},
): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await ask();
    } catch (error) {
      if (tried === tries || !isPassing(error)) throw error;
      await delay(pauseMs, undefined, { signal });
      await refresh?.().catch(() => undefined);
    }
  }
}

function isElection(error: unknown): boolean {
  return elections.has(rootOf(error).type ?? '');
}
