import { appendFileSync } from 'node:fs';

/** What has really happened so far: an end counts once the process has told its exit signal. */
export class Tally {
  /** SIGKILL from outside, by kind of process. */
  readonly kills = new Map<string, number>();
  /** SIGKILL by the process itself, by fail point. */
  readonly failPoints = new Map<string, number>();
  /** The same by kind of process and actor, where the order named one. */
  readonly failPointsByActor = new Map<string, number>();
  /** Orders of fail points at which nothing passed in time. */
  readonly unreached = new Map<string, number>();
  readonly stops = new Map<string, number>();
  readonly restarts = new Map<string, number>();
  vectorsAwayMs: number[] = [];
  rebalances = 0;
  rebuilds = 0;
  lateRepeats = 0;
  /** Processes that ended though nobody had asked, with how. */
  readonly unexpectedEnds: string[] = [];
  readonly #file: string;
  readonly #startedAt = Date.now();

  constructor(file: string) {
    this.#file = file;
  }

  count(of: Map<string, number>, name: string): void {
    of.set(name, (of.get(name) ?? 0) + 1);
  }

  /** Every action with its time, in a file of its own. */
  note(what: string, fields: object = {}): void {
    const second = Number(((Date.now() - this.#startedAt) / 1_000).toFixed(1));
    appendFileSync(this.#file, `${JSON.stringify({ second, what, ...fields })}\n`);
  }

  /** All processes of the product that died by SIGKILL. */
  get allKills(): number {
    return sumOf(this.kills) + sumOf(this.failPoints);
  }

  get restartsOfEngines(): number {
    return sumOf(this.restarts);
  }

  get seconds(): number {
    return Math.round((Date.now() - this.#startedAt) / 1_000);
  }
}

export function sumOf(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, one) => sum + one, 0);
}
