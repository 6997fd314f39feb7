import { deadLetters } from './lookouts/dead-letters.ts';
import { sourceFailing } from './lookouts/source-failing.ts';
import { stageLag } from './lookouts/stage-lag.ts';
import type { Lookout } from './standing.ts';

/** Every kind of event, a file each. */
export const lookouts: readonly Lookout[] = [sourceFailing, deadLetters, stageLag];
