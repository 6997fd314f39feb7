import { deadLetters } from './lookouts/dead-letters.ts';
import { sourceFailing } from './lookouts/source-failing.ts';
import { sourceSilent } from './lookouts/source-silent.ts';
import { stageLag } from './lookouts/stage-lag.ts';
import { activityAnomaly, volumeAnomaly } from './lookouts/volume-anomaly.ts';
import type { Lookout } from './standing.ts';

/** Every kind of event, a file each. */
export const lookouts: readonly Lookout[] = [
  sourceFailing,
  sourceSilent,
  deadLetters,
  stageLag,
  volumeAnomaly,
  activityAnomaly,
];
