import { backoffMs, reasonOf, settlesWithin, systemClock } from '../clock.ts';
import { TransientError } from '../errors.ts';
import type { Runtime } from '../runtime.ts';
import { Away } from '../runner/away.ts';
import type { HealthReport, Service, ServiceDefinition } from '../service.ts';

const closeBoundMs = 9_000;

/** A service from its first try to open on: what it needs may still be away. */
export interface RunningService {
  readonly name: string;
  /** Resolves once it is open. Rejects where it cannot ever be. */
  readonly ready: Promise<void>;
  readonly address: string | undefined;
  health(): Promise<HealthReport>;
  stop(): Promise<void>;
}

export function startService(definition: ServiceDefinition, runtime: Runtime): RunningService {
  const { name } = definition;
  const away = new Away(runtime.log.child({ service: name }), systemClock);
  const stopping = new AbortController();
  let service: Service | undefined;

  async function open(): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      if (stopping.signal.aborted) throw reasonOf(stopping.signal);
      try {
        service = await definition.open(runtime);
        away.note(undefined);
        return;
      } catch (error) {
        if (!(error instanceof TransientError)) throw error;
        away.note(error);
        await systemClock.sleep(backoffMs(attempt, 250, 15_000), stopping.signal);
      }
    }
  }

  const ready = open();
  ready.catch(() => undefined);
  return {
    name,
    ready,
    get address() {
      return service?.address;
    },
    async health() {
      if (service !== undefined) return service.health();
      const detail = away.message ?? 'opening';
      return { status: 'degraded', dependencies: { [name]: { status: 'unhealthy', detail } } };
    },
    async stop() {
      stopping.abort(new Error('the service is stopping'));
      await settlesWithin(systemClock, 500, ready);
      if (service !== undefined) await settlesWithin(systemClock, closeBoundMs, service.close());
    },
  };
}
