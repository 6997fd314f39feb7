import type { StageContext } from '../stage.ts';
import type { Entry } from './partition-work.ts';

/** Calls a kind of handler: decides which of the delivered entries may start, and how many at once. */
export interface Driver {
  /** Takes up an entry in the order of its partition. */
  admit(entry: Entry): void;
  /** Starts what may start. */
  start(): void;
  /** Begins a generation, whose calls get this context. */
  begin(context: StageContext): void;
  /** Forgets what was never started of generations that are over. */
  forget(): void;
}
