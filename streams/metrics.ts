import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/**
 * What the stages count. Every metric of the stream floor is named here:
 *
 * - `mimir_stage_messages_total{stage,outcome,reason}`: messages done; outcome is emitted, dropped or dead
 * - `mimir_stage_outputs_total{stage,topic}`: records produced and acknowledged
 * - `mimir_stage_duration_seconds{stage}`: time in the handler, a call
 * - `mimir_stage_retries_total{stage,class}`: tries that failed; class is transient or poison
 * - `mimir_stage_dead_letters_total{stage,reason}`
 * - `mimir_stage_lag{stage,topic,partition}`: records between what is done and the end of the partition
 * - `mimir_stage_in_flight{stage}`: messages in the handler now
 * - `mimir_stage_held_records{stage}`, `mimir_stage_held_bytes{stage}`: fetched and not yet done
 * - `mimir_stage_consumer_restarts_total{stage,cause}`: cause is failed or stalled
 */
export interface StageMetrics {
  readonly messages: Counter<'stage' | 'outcome' | 'reason'>;
  readonly outputs: Counter<'stage' | 'topic'>;
  readonly duration: Histogram<'stage'>;
  readonly retries: Counter<'stage' | 'class'>;
  readonly deadLetters: Counter<'stage' | 'reason'>;
  readonly lag: Gauge<'stage' | 'topic' | 'partition'>;
  readonly inFlight: Gauge<'stage'>;
  readonly heldRecords: Gauge<'stage'>;
  readonly heldBytes: Gauge<'stage'>;
  readonly restarts: Counter<'stage' | 'cause'>;
}

const made = new WeakMap<Registry, StageMetrics>();

/** The same metrics for all stages of a process. */
export function stageMetrics(registry: Registry): StageMetrics {
  const existing = made.get(registry);
  if (existing !== undefined) return existing;
  const registers = [registry];
  const counter = <L extends string>(name: string, help: string, labelNames: L[]): Counter<L> =>
    new Counter({ name, help, labelNames, registers });
  const gauge = <L extends string>(name: string, help: string, labelNames: L[]): Gauge<L> =>
    new Gauge({ name, help, labelNames, registers });
  const metrics: StageMetrics = {
    messages: counter('mimir_stage_messages_total', 'Messages done', ['stage', 'outcome', 'reason']),
    outputs: counter('mimir_stage_outputs_total', 'Records produced and acknowledged', ['stage', 'topic']),
    duration: new Histogram({
      name: 'mimir_stage_duration_seconds',
      help: 'Time in the handler, a call',
      labelNames: ['stage'],
      buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 30, 120],
      registers,
    }),
    retries: counter('mimir_stage_retries_total', 'Tries that failed', ['stage', 'class']),
    deadLetters: counter('mimir_stage_dead_letters_total', 'Messages given up', ['stage', 'reason']),
    lag: gauge('mimir_stage_lag', 'Records to the end of the partition', ['stage', 'topic', 'partition']),
    inFlight: gauge('mimir_stage_in_flight', 'Messages in the handler now', ['stage']),
    heldRecords: gauge('mimir_stage_held_records', 'Records fetched and not yet done', ['stage']),
    heldBytes: gauge('mimir_stage_held_bytes', 'Bytes fetched and not yet done', ['stage']),
    restarts: counter('mimir_stage_consumer_restarts_total', 'Consumers begun anew', ['stage', 'cause']),
  };
  made.set(registry, metrics);
  return metrics;
}
