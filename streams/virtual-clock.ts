import { reasonOf, type Clock } from './clock.ts';

interface Sleeper {
  readonly atMs: number;
  readonly wake: () => void;
}

/** A clock that stands still until it is told otherwise. */
export class VirtualClock implements Clock {
  #nowMs: number;
  readonly #sleepers = new Set<Sleeper>();

  /** @param startMs milliseconds since 1970 */
  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(reasonOf(signal));
        return;
      }
      const onAbort = (): void => {
        this.#sleepers.delete(sleeper);
        reject(reasonOf(signal));
      };
      const sleeper: Sleeper = {
        atMs: this.#nowMs + Math.max(0, ms),
        wake: () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Time of the next sleeper to wake; undefined where nobody sleeps. */
  get nextMs(): number | undefined {
    let next: number | undefined;
    for (const { atMs } of this.#sleepers) if (next === undefined || atMs < next) next = atMs;
    return next;
  }

  /** Moves on to the given time and wakes whoever is due by then, the earliest first. */
  moveTo(ms: number): void {
    this.#nowMs = Math.max(this.#nowMs, ms);
    const due = [...this.#sleepers].filter(({ atMs }) => atMs <= this.#nowMs).toSorted((a, b) => a.atMs - b.atMs);
    for (const sleeper of due) {
      this.#sleepers.delete(sleeper);
      sleeper.wake();
    }
  }
}
