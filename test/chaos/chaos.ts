import type { Random } from './random.ts';
import type { Slot } from './slot.ts';
import type { Tally } from './tally.ts';
import type { World } from './world.ts';

/** What every kind of fault is given. */
export interface Chaos {
  readonly world: World;
  readonly slots: readonly Slot[];
  readonly tally: Tally;
  readonly random: Random;
  /** False once everything was produced: what was not passed by then may never be. */
  hasLoad: () => boolean;
  /** Aborted when the run is to end. */
  readonly signal: AbortSignal;
}

/** The kind of a process: `process-b` is a second `process`. */
export function kindOf(slot: Pick<Slot, 'name'>): string {
  return slot.name.replace(/-[a-z]$/u, '');
}
