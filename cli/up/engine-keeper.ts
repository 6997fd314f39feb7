import type { EnginePart } from '../../infra/local/part.ts';
import { messageOf } from '../../streams/errors.ts';

/** How an engine stands, for /status and `mimir status`. */
export interface EngineState {
  readonly name: string;
  readonly address: string;
  /** `elsewhere` where it is not ours to start. */
  readonly state: 'running' | 'restarting' | 'elsewhere';
  /** Null where it is not ours, or does not run right now. */
  readonly pid: number | null;
  readonly restarts: number;
}

export interface EngineKeeper {
  /** Starts again what ended by itself. */
  ended(error: Error, part: Pick<EnginePart, 'name' | 'start'>): void;
  isRestarting(name: string): boolean;
  restarts(name: string): number;
}

export interface EngineKeeperOptions {
  /** One line for a person. */
  readonly say: (line: string) => void;
  /** An engine cannot be kept running: the last reason. */
  readonly giveUp: (error: Error) => void;
  /** Aborted once everything is to end. */
  readonly over: AbortSignal;
  readonly now?: () => number;
}

const mostRestarts = 3;
const withinMs = 300_000;

/**
 * Keeps engines running: each is started again up to three times within five minutes. More often than that, something is
 * wrong that a start does not mend.
 */
export function keepEngines({ say, giveUp, over, now = Date.now }: EngineKeeperOptions): EngineKeeper {
  const begun = new Map<string, number[]>();
  const restarting = new Set<string>();

  const tryAgain = async (error: Error, part: Pick<EnginePart, 'name' | 'start'>): Promise<void> => {
    const all = begun.get(part.name) ?? [];
    begun.set(part.name, all);
    for (let reason = error; !over.aborted;) {
      if (all.filter((at) => now() - at < withinMs).length >= mostRestarts) return giveUp(reason);
      all.push(now());
      say(`${reason.message}. It is started again.`);
      try {
        return await part.start();
      } catch (failure) {
        reason = new Error(messageOf(failure), { cause: failure });
      }
    }
  };
  const restart = async (error: Error, part: Pick<EnginePart, 'name' | 'start'>): Promise<void> => {
    restarting.add(part.name);
    await tryAgain(error, part);
    restarting.delete(part.name);
  };

  return {
    ended: (error, part) => void restart(error, part),
    isRestarting: (name) => restarting.has(name),
    restarts: (name) => begun.get(name)?.length ?? 0,
  };
}
