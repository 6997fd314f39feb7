import type { Logger } from 'pino';
import type { KafkaConsumer, KafkaRecord, TopicPartition, TopicPartitionOffset } from '../kafka/port.ts';
import type { Handler, Message, Outcome, StageContext } from '../stage.ts';
import type { TopicName } from '../topics.ts';
import { KeyOrder } from './key-order.ts';
import type { Settings } from './limits.ts';
import { keyOf } from './message.ts';
import { PartitionWork, type Entry } from './partition-work.ts';
import type { StageActivity } from './running-stage.ts';
import { Abandoned, Treatment, type TreatmentParts } from './treatment.ts';

type Flow = Pick<KafkaConsumer, 'pause' | 'resume'>;

interface DispatcherParts extends Omit<TreatmentParts, 'aside'> {
  readonly inputs: readonly string[];
  readonly handler: Handler<TopicName, TopicName>;
  readonly onFatal: (error: Error) => void;
  /** Something was done, and may be there to commit. */
  readonly onDone: () => void;
}

const nameOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;

/**
 * Decides what starts when: earlier inputs first, a message of a key at a time, as many as the handler allows, nothing
 * new on a partition that waits; holds fetching back where too much is held.
 */
export class Dispatcher {
  readonly #parts: DispatcherParts;
  readonly #settings: Settings;
  readonly #log: Logger;
  readonly #treatment: Treatment;
  readonly #keys = new KeyOrder();
  #flow: Flow | undefined;
  #partitions = new Map<string, PartitionWork>();
  #abort = new AbortController();
  #context: StageContext;
  #accepts = false;
  /** Places in the handler that are free, and those who came back from waiting and want one. */
  #places: number;
  readonly #wantPlace: (() => void)[] = [];
  #turn = 0;
  #isBatchRunning = false;
  readonly #running = new Set<Entry>();
  #active = 0;
  #busy = 0;
  #sleeping = 0;
  #completed = 0;
  #lastProgressMs: number;
  readonly #whenIdle: (() => void)[] = [];
  readonly #whenEnded: (() => void)[] = [];

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
    this.#settings = parts.settings;
    this.#log = parts.log;
    this.#treatment = new Treatment({ ...parts, aside: (entries, wait) => this.#aside(entries, wait) });
    this.#places = parts.handler.kind === 'each' ? Math.max(1, parts.handler.concurrency) : 1;
    this.#context = this.#contextFor(this.#abort.signal);
    this.#lastProgressMs = this.#settings.clock.now();
  }

  /** Begins a generation: everything of the one before is aborted and forgotten. */
  assign(partitions: readonly TopicPartition[], flow: Flow | undefined): void {
    this.abort(new Abandoned('the group moved its partitions'));
    this.#flow = flow;
    this.#abort = new AbortController();
    this.#context = this.#contextFor(this.#abort.signal);
    this.#partitions = new Map(
      partitions.map((partition) => [nameOf(partition), new PartitionWork(partition, this.#abort.signal)]),
    );
    this.#accepts = true;
    this.#lastProgressMs = this.#settings.clock.now();
    this.#measure();
  }

  deliver(partition: TopicPartition, records: readonly KafkaRecord[]): void {
    const work = this.#partitions.get(nameOf(partition));
    if (work === undefined || work.signal.aborted) return;
    for (const record of records) {
      const entry = work.take(record);
      if (this.#parts.handler.kind === 'batch' || this.#keys.enter(orderKey(entry), entry)) work.ready.push(entry);
    }
    this.#lastProgressMs = this.#settings.clock.now();
    this.#adjustFlow(work);
    this.#start();
  }

  /** Starts nothing more until the next assignment. */
  hold(): void {
    this.#accepts = false;
    this.#flow?.pause([...this.#partitions.values()]);
  }

  /** Ends what is under way, without its result; what still runs is told by its signal. */
  abort(reason: Error): void {
    this.#accepts = false;
    this.#abort.abort(reason);
    for (const work of this.#partitions.values()) work.ready.length = 0;
    this.#partitions = new Map();
    this.#keys.forget((entry) => entry.work.signal.aborted && !this.#running.has(entry));
  }

  /** Resolves once nothing is in the handler or being written, apart from what waits for something that is away. */
  idle(): Promise<void> {
    return this.#busy <= 0 ? Promise.resolve() : new Promise((resolve) => this.#whenIdle.push(resolve));
  }

  /** Resolves once nothing runs at all. */
  ended(): Promise<void> {
    return this.#active === 0 ? Promise.resolve() : new Promise((resolve) => this.#whenEnded.push(resolve));
  }

  /** What may be committed and is not yet. */
  committable(): TopicPartitionOffset[] {
    return [...this.#partitions.values()].flatMap(({ topic, partition, position, committed, delivered }) =>
      position === undefined || delivered === undefined || position === committed
        ? []
        : [{ topic, partition, offset: position }],
    );
  }

  markCommitted(offsets: readonly TopicPartitionOffset[]): void {
    for (const offset of offsets) {
      const work = this.#partitions.get(nameOf(offset));
      if (work !== undefined) work.committed = offset.offset;
    }
  }

  get partitions(): readonly PartitionWork[] {
    return [...this.#partitions.values()];
  }

  get activity(): StageActivity & { readonly lastProgressMs: number } {
    let held = 0;
    for (const work of this.#partitions.values()) {
      held += work.heldRecords;
    }
    return {
      active: this.#active,
      busy: this.#busy,
      sleeping: this.#sleeping,
      held,
      completed: this.#completed,
      lastProgressMs: this.#lastProgressMs,
    };
  }

  #start(): void {
    if (this.#parts.handler.kind === 'batch') {
      if (!this.#isBatchRunning) void this.#runBatches(this.#parts.handler);
      return;
    }
    while (this.#places > 0) {
      const returning = this.#wantPlace.shift();
      if (returning !== undefined) {
        this.#places -= 1;
        returning();
        continue;
      }
      const entry = this.#next();
      if (entry === undefined) return;
      this.#places -= 1;
      void this.#runOne(entry, this.#parts.handler);
    }
  }

  async #runOne(entry: Entry, handler: Extract<Handler<TopicName, TopicName>, { kind: 'each' }>): Promise<void> {
    const context = this.#context;
    this.#begin([entry]);
    try {
      await this.#treatment.one(entry, context, (message) => handler.process(message, context));
      this.#finish([entry]);
    } catch (error) {
      this.#giveUp(error);
    } finally {
      this.#places += 1;
      this.#end([entry]);
      const following = this.#keys.leave(orderKey(entry), entry);
      if (following !== undefined && !following.work.signal.aborted) following.work.ready.unshift(following);
      this.#start();
    }
  }

  async #runBatches(handler: Extract<Handler<TopicName, TopicName>, { kind: 'batch' }>): Promise<void> {
    this.#isBatchRunning = true;
    // What arrives in the same turn of the event loop makes one batch.
    await new Promise((resolve) => setImmediate(resolve));
    for (
      let entries = this.#nextBatch(handler.maxBatch);
      entries.length > 0;
      entries = this.#nextBatch(handler.maxBatch)
    ) {
      const context = this.#context;
      this.#begin(entries);
      try {
        await this.#treatment.many(entries, context, (messages: readonly Message[]): Promise<readonly Outcome[]> =>
          handler.process(messages, context),
        );
        this.#finish(entries);
      } catch (error) {
        this.#giveUp(error);
      } finally {
        this.#end(entries);
      }
    }
    this.#isBatchRunning = false;
  }

  /** The next that may start: of the earliest input that has one, partitions taking turns. */
  #next(): Entry | undefined {
    if (!this.#accepts) return undefined;
    for (const topic of this.#parts.inputs) {
      const candidates = [...this.#partitions.values()].filter(
        (work) => work.topic === topic && work.waiting === 0 && work.ready.length > 0,
      );
      if (candidates.length === 0) continue;
      this.#turn = (this.#turn + 1) % 1_000_003;
      return candidates[this.#turn % candidates.length]?.ready.shift();
    }
    return undefined;
  }

  #nextBatch(size: number): Entry[] {
    const entries: Entry[] = [];
    for (let entry = this.#next(); entry !== undefined; entry = entries.length < size ? this.#next() : undefined) {
      entries.push(entry);
    }
    return entries;
  }

  #begin(entries: readonly Entry[]): void {
    for (const entry of entries) this.#running.add(entry);
    this.#active += 1;
    this.#busy += 1;
    this.#measure();
  }

  #end(entries: readonly Entry[]): void {
    for (const entry of entries) this.#running.delete(entry);
    this.#active -= 1;
    this.#leaveBusy();
    if (this.#active === 0) for (const resolve of this.#whenEnded.splice(0)) resolve();
    this.#measure();
  }

  #leaveBusy(): void {
    this.#busy -= 1;
    if (this.#busy <= 0) for (const resolve of this.#whenIdle.splice(0)) resolve();
  }

  #finish(entries: readonly Entry[]): void {
    for (const entry of entries) {
      entry.work.finish(entry);
      this.#completed += 1;
    }
    this.#lastProgressMs = this.#settings.clock.now();
    for (const work of new Set(entries.map((entry) => entry.work))) this.#adjustFlow(work);
    this.#parts.onDone();
  }

  #giveUp(error: unknown): void {
    if (!(error instanceof Abandoned)) this.#parts.onFatal(error as Error);
  }

  /** While it waits, its partitions start nothing new and its place in the handler is another's. */
  async #aside(entries: readonly Entry[], wait: () => Promise<void>): Promise<void> {
    const works = new Set(entries.map((entry) => entry.work));
    for (const work of works) {
      work.waiting += 1;
      this.#adjustFlow(work);
    }
    this.#leaveBusy();
    const givesPlace = this.#parts.handler.kind === 'each';
    if (givesPlace) {
      this.#places += 1;
      this.#start();
    }
    try {
      await wait();
    } finally {
      this.#busy += 1;
      if (givesPlace) await this.#place();
      for (const work of works) {
        work.waiting -= 1;
        this.#adjustFlow(work);
      }
    }
  }

  async #place(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wantPlace.push(resolve);
    this.#start();
    await promise;
  }

  #adjustFlow(work: PartitionWork): void {
    if (work.signal.aborted) return;
    const share = Math.max(1, this.#partitions.size);
    const records = Math.max(1, Math.floor(this.#settings.maxHeldRecords / share));
    const bytes = Math.max(1, Math.floor(this.#settings.maxHeldBytes / share));
    // Paused until half of it is done, so that it does not pause and resume with every record.
    const part = work.isPaused ? 0.5 : 1;
    const isFull =
      work.heldRecords >= Math.max(1, records * part) ||
      work.heldBytes >= bytes * part ||
      work.window >= records * 10 * part;
    const shouldPause = isFull || work.waiting > 0 || !this.#accepts;
    if (shouldPause === work.isPaused) return;
    work.isPaused = shouldPause;
    if (shouldPause) this.#flow?.pause([work]);
    else this.#flow?.resume([work]);
  }

  #contextFor(signal: AbortSignal): StageContext {
    const { clock } = this.#settings;
    return {
      now: () => clock.now(),
      sleep: async (ms, given) => {
        this.#sleeping += 1;
        try {
          await clock.sleep(ms, given === undefined ? signal : AbortSignal.any([signal, given]));
          this.#lastProgressMs = clock.now();
        } finally {
          this.#sleeping -= 1;
        }
      },
      log: this.#log,
      signal,
    };
  }

  #measure(): void {
    const { metrics, stage } = this.#parts;
    let records = 0;
    let bytes = 0;
    for (const work of this.#partitions.values()) {
      records += work.heldRecords;
      bytes += work.heldBytes;
    }
    metrics.inFlight.set({ stage }, this.#running.size);
    metrics.heldRecords.set({ stage }, records);
    metrics.heldBytes.set({ stage }, bytes);
  }
}

/** Keys that are no text do not share an order with those that are; they go to the dead letters anyway. */
function orderKey({ record }: Entry): string {
  return keyOf(record) ?? `\u{0}${record.key?.toString('hex') ?? ''}`;
}
