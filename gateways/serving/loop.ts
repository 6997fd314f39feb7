import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { HealthReport } from '../../streams/service.ts';

export interface Loop {
  /** Why the latest turn failed; null where it did not. */
  fault(): string | null;
  /** Of a service that is this loop. @param dependency what the turns cannot do without */
  health(dependency: string): HealthReport;
  /** Ends the loop; resolves when the turn under way is over. */
  stop(): Promise<void>;
}

const firstPauseMs = 500;
const longestPauseMs = 10_000;

/** Does something for ever. A turn that fails is taken again after a pause, which grows while turns go on failing. */
export function startLoop(options: {
  readonly log: Logger;
  /** For the log, as in "looking for feeds". */
  readonly what: string;
  /** One turn; it waits by itself where there is nothing to do. */
  turn(signal: AbortSignal): Promise<void>;
}): Loop {
  const { log, what } = options;
  const stopping = new AbortController();
  let fault: string | null = null;

  const run = async (): Promise<void> => {
    let failures = 0;
    while (!stopping.signal.aborted) {
      try {
        await options.turn(stopping.signal);
        if (failures > 0) log.info({ what, failures }, 'works again');
        failures = 0;
        fault = null;
      } catch (error) {
        if (stopping.signal.aborted) return;
        fault = error instanceof Error ? error.message : String(error);
        if (failures === 0) log.warn({ err: error, what }, 'failed; tried again until it works');
        failures += 1;
        const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(failures - 1, 10));
        await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  };
  const running = run();

  return {
    fault: () => fault,
    health: (dependency) =>
      fault === null
        ? { status: 'healthy', dependencies: { [dependency]: { status: 'healthy' } } }
        : { status: 'unhealthy', dependencies: { [dependency]: { status: 'unhealthy', detail: fault } } },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
