import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/**
 * What the stages count. Every metric of the stream floor is named here:
 *
 * - `mimir_stage_messages_total{stage,outcome,reason}`: messages done; outcome is emitted, dropped, dead or put_off
 * - `mimir_stage_outputs_total{stage,topic}`: records produced and acknowledged
 * - `mimir_stage_duration_seconds{stage}`: time in the handler, a call
 * - `mimir_stage_retries_total{stage,class}`: tries that failed; class is transient or poison
 * - `mimir_stage_dead_letters_total{stage,reason}`
 * - `mimir_stage_lag{stage,topic,partition}`: records between what is done and the end of the partition
 * - `mimir_stage_in_flight{stage}`: messages in the handler now
 * - `mimir_stage_held_records{stage}`, `mimir_stage_held_bytes{stage}`: fetched and not yet done
 * - `mimir_stage_put_off_keys{stage}`: keys whose messages wait in the retry topic
 * - `mimir_stage_consumer_restarts_total{stage,cause}`: cause is failed or stalled
 */
interface StageMetrics {
  readonly duration: Histogram<'stage'>;
  readonly lag: Gauge<'stage' | 'topic' | 'partition'>;
  readonly restarts: Counter<'stage' | 'cause'>;
  readonly tallies: Map<string, StageTally>;
}

/** What a stage holds at the moment of asking. */
export interface StageHoldings {
  readonly inFlight: number;
  readonly heldRecords: number;
  readonly heldBytes: number;
  readonly putOffKeys: number;
}

/** Plain numbers, raised for each message; the metrics library, which costs more than the message, reads them when asked. */
class Tally<L extends string> {
  readonly #names: readonly L[];
  readonly #counts = new Map<string, number>();

  constructor(names: readonly L[]) {
    this.#names = names;
  }

  add(count: number, ...values: readonly string[]): void {
    const key = values.length === 1 ? (values[0] ?? '') : values.join('\u{0}');
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + count);
  }

  report(into: Counter<L | 'stage'>, stage: string): void {
    for (const [key, count] of this.#counts) {
      const values = key.split('\u{0}');
      const labels = Object.fromEntries(this.#names.map((name, index) => [name, values[index] ?? '']));
      into.inc({ stage, ...labels } as Partial<Record<L | 'stage', string>>, count);
    }
  }
}

/** The counts of one stage. */
export class StageTally {
  readonly #stage: string;
  readonly #metrics: StageMetrics;
  readonly messages = new Tally(['outcome', 'reason']);
  readonly outputs = new Tally(['topic']);
  readonly retries = new Tally(['class']);
  readonly deadLetters = new Tally(['reason']);
  /** Asked when the metrics are read. */
  holdings: () => StageHoldings = () => ({ inFlight: 0, heldRecords: 0, heldBytes: 0, putOffKeys: 0 });

  constructor(stage: string, metrics: StageMetrics) {
    this.#stage = stage;
    this.#metrics = metrics;
  }

  /** @param seconds time in the handler, a call */
  observe(seconds: number): void {
    this.#metrics.duration.observe({ stage: this.#stage }, seconds);
  }

  restarted(cause: 'failed' | 'stalled'): void {
    this.#metrics.restarts.inc({ stage: this.#stage, cause });
  }

  /** Forgets the lags of partitions that are no longer held. */
  clearLag(): void {
    this.#metrics.lag.remove({ stage: this.#stage });
  }

  lag(topic: string, partition: number, records: number): void {
    this.#metrics.lag.set({ stage: this.#stage, topic, partition: String(partition) }, records);
  }
}

const made = new WeakMap<Registry, StageMetrics>();

/** The counts of a stage in the metrics of its process. */
export function stageTally(registry: Registry, stage: string): StageTally {
  let metrics = made.get(registry);
  if (metrics === undefined) made.set(registry, (metrics = register(registry)));
  let tally = metrics.tallies.get(stage);
  if (tally === undefined) metrics.tallies.set(stage, (tally = new StageTally(stage, metrics)));
  return tally;
}

function register(registry: Registry): StageMetrics {
  const registers = [registry];
  const tallies = new Map<string, StageTally>();

  function counted<L extends string>(
    name: string,
    help: string,
    labels: readonly L[],
    of: (tally: StageTally) => Tally<L>,
  ): void {
    const counter: Counter<L | 'stage'> = new Counter({
      name,
      help,
      labelNames: ['stage', ...labels],
      registers,
      collect() {
        counter.reset();
        for (const [stage, tally] of tallies) of(tally).report(counter, stage);
      },
    });
  }

  function held(name: string, help: string, of: (holdings: StageHoldings) => number): void {
    const gauge: Gauge<'stage'> = new Gauge({
      name,
      help,
      labelNames: ['stage'],
      registers,
      collect() {
        for (const [stage, tally] of tallies) gauge.set({ stage }, of(tally.holdings()));
      },
    });
  }

  counted('mimir_stage_messages_total', 'Messages done', ['outcome', 'reason'], (tally) => tally.messages);
  counted('mimir_stage_outputs_total', 'Records produced and acknowledged', ['topic'], (tally) => tally.outputs);
  counted('mimir_stage_retries_total', 'Tries that failed', ['class'], (tally) => tally.retries);
  counted('mimir_stage_dead_letters_total', 'Messages given up', ['reason'], (tally) => tally.deadLetters);
  held('mimir_stage_in_flight', 'Messages in the handler now', ({ inFlight }) => inFlight);
  held('mimir_stage_held_records', 'Records fetched and not yet done', ({ heldRecords }) => heldRecords);
  held('mimir_stage_held_bytes', 'Bytes fetched and not yet done', ({ heldBytes }) => heldBytes);
  held('mimir_stage_put_off_keys', 'Keys that wait in the retry topic', ({ putOffKeys }) => putOffKeys);
  return {
    tallies,
    duration: new Histogram({
      name: 'mimir_stage_duration_seconds',
      help: 'Time in the handler, a call',
      labelNames: ['stage'],
      buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 30, 120],
      registers,
    }),
    lag: new Gauge({
      name: 'mimir_stage_lag',
      help: 'Records to the end of the partition',
      labelNames: ['stage', 'topic', 'partition'],
      registers,
    }),
    restarts: new Counter({
      name: 'mimir_stage_consumer_restarts_total',
      help: 'Consumers begun anew',
      labelNames: ['stage', 'cause'],
      registers,
    }),
  };
}
