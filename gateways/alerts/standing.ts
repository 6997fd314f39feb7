import type { Pool } from 'pg';
import type { Runtime } from '../../streams/runtime.ts';
import type { StageDefinition } from '../../streams/stage.ts';
import type { Cause } from './raise-alerts.ts';

/** Something that lasts: it raises an alert when it begins, and the alert is over when it is. */
export interface Standing extends Omit<Cause, 'window' | 'channel_ids'> {
  /** Where it has a time of its own; otherwise it counts from when it is seen first. */
  readonly window?: string;
}

export interface LookoutPorts extends Pick<Runtime, 'kafka' | 'config'> {
  readonly pool: Pool;
  /** Everything that consumes topics. */
  readonly stages: readonly Pick<StageDefinition, 'name' | 'inputs' | 'putsOff'>[];
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** One kind of event. */
export interface Lookout {
  readonly kind: string;
  /** How often to look. */
  readonly everyMs: number;
  /** All that is so now, over all organisations. */
  look(ports: LookoutPorts): Promise<readonly Standing[]>;
}
