import type { Entry } from './partition-work.ts';
import { Abandoned } from './treatment.ts';

interface UnderWayParts {
  /** The entries had their effect. */
  readonly onDone: (entries: readonly Entry[]) => void;
  readonly onFatal: (error: Error) => void;
}

/** Counts what is being worked on, and tells when nothing is. */
export class UnderWay {
  readonly #parts: UnderWayParts;
  readonly #entries = new Set<Entry>();
  #active = 0;
  #busy = 0;
  readonly #whenIdle: (() => void)[] = [];
  readonly #whenEnded: (() => void)[] = [];

  constructor(parts: UnderWayParts) {
    this.#parts = parts;
  }

  /** Pieces of work, a message or a batch each. */
  get active(): number {
    return this.#active;
  }

  /** Of these, those that do not wait for something that is away. */
  get busy(): number {
    return this.#busy;
  }

  get entries(): ReadonlySet<Entry> {
    return this.#entries;
  }

  /** Does what finishes the entries. Never rejects: what it throws is seen to. */
  async run(entries: readonly Entry[], act: () => Promise<unknown>): Promise<void> {
    for (const entry of entries) this.#entries.add(entry);
    this.#active += 1;
    this.#busy += 1;
    try {
      await act();
      this.#parts.onDone(entries);
    } catch (error) {
      if (!(error instanceof Abandoned)) this.#parts.onFatal(error as Error);
    } finally {
      for (const entry of entries) this.#entries.delete(entry);
      this.#active -= 1;
      this.#leaveBusy();
      if (this.#active === 0) for (const resolve of this.#whenEnded.splice(0)) resolve();
    }
  }

  /** Within `run`: what waits is not busy. */
  async waiting(wait: () => Promise<void>): Promise<void> {
    this.#leaveBusy();
    try {
      await wait();
    } finally {
      this.#busy += 1;
    }
  }

  #leaveBusy(): void {
    this.#busy -= 1;
    if (this.#busy <= 0) for (const resolve of this.#whenIdle.splice(0)) resolve();
  }

  /** Resolves once nothing is busy. */
  idle(): Promise<void> {
    return this.#busy <= 0 ? Promise.resolve() : new Promise((resolve) => this.#whenIdle.push(resolve));
  }

  /** Resolves once nothing is active. */
  ended(): Promise<void> {
    return this.#active === 0 ? Promise.resolve() : new Promise((resolve) => this.#whenEnded.push(resolve));
  }
}
