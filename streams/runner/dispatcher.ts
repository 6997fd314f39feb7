import type { Logger } from 'pino';
import { FatalError } from '../errors.ts';
import type { Kafka, KafkaRecord, TopicPartition, TopicPartitionOffset } from '../kafka/port.ts';
import type { StageHoldings } from '../metrics.ts';
import type { Handler, StageContext } from '../stage.ts';
import type { TopicName } from '../topics.ts';
import { retryTopicOf } from '../topics.ts';
import { Backpressure, type Flow } from './backpressure.ts';
import { KeyOrder } from './key-order.ts';
import type { Settings } from './limits.ts';
import { keyOf } from './message.ts';
import { PartitionWork, type Entry } from './partition-work.ts';
import type { StageActivity } from './running-stage.ts';
import { Abandoned, Treatment, type TreatmentParts } from './treatment.ts';
import { WaitingRoom } from './waiting-room.ts';

interface DispatcherParts extends Omit<TreatmentParts, 'aside' | 'putOff'> {
  readonly kafka: Kafka;
  readonly inputs: readonly string[];
  /** Whether the stage has a retry topic. */
  readonly putsOff: boolean;
  readonly handler: Handler<TopicName, TopicName>;
  readonly onFatal: (error: Error) => void;
  /** Something was done, and may be there to commit. */
  readonly onDone: () => void;
}

type EachHandler = Extract<Handler<TopicName, TopicName>, { kind: 'each' }>;
type BatchHandler = Extract<Handler<TopicName, TopicName>, { kind: 'batch' }>;

/** Batches whose outputs may be on their way while the handler has the next. */
const maxBatchesUnderWay = 4;

export const nameOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;

/**
 * Decides what starts when: earlier inputs first, a message of a key at a time, as many as the handler allows, nothing
 * new on a partition that waits; holds fetching back where too much is held.
 */
export class Dispatcher {
  readonly #parts: DispatcherParts;
  readonly #settings: Settings;
  readonly #log: Logger;
  readonly #treatment: Treatment;
  readonly #inputKeys = new KeyOrder();
  /** Of messages that were put off. An input of their key does not stand in line with them: it is put off as well. */
  readonly #putOffKeys = new KeyOrder();
  readonly #waitingRoom: WaitingRoom | undefined;
  readonly #backpressure: Backpressure;
  /** Topics in the order in which they are drained. */
  readonly #precedence: readonly string[];
  #partitions = new Map<string, PartitionWork>();
  /** The same, by topic in that order. */
  #drained: readonly (readonly PartitionWork[])[] = [];
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
    const { stage, settings, handler, inputs, putsOff } = parts;
    if (putsOff && handler.kind === 'batch') throw new FatalError(`${stage} cannot put messages off out of batches`);
    this.#parts = parts;
    this.#settings = settings;
    this.#log = parts.log;
    this.#precedence = putsOff ? [retryTopicOf(stage), ...inputs] : inputs;
    this.#waitingRoom = putsOff ? new WaitingRoom(parts) : undefined;
    this.#backpressure = new Backpressure(settings);
    this.#treatment = new Treatment({
      ...parts,
      aside: (entries, wait) => this.#aside(entries, wait),
      putOff: async (entry, error) => {
        const room = this.#waitingRoom;
        if (room === undefined || room.isFull) return 'refused';
        if (!room.isIn(entry)) return room.moveIn(entry, keyOfEntry(entry), error.afterMs);
        await this.#giveWay(() => settings.clock.sleep(error.afterMs, entry.work.signal).catch(() => undefined));
        if (entry.work.signal.aborted) throw new Abandoned('the partition was lost while its message waited');
        this.#lastProgressMs = settings.clock.now();
        return 'waited';
      },
    });
    this.#places = handler.kind === 'each' ? Math.max(1, handler.concurrency) : 1;
    this.#context = this.#contextFor(this.#abort.signal);
    this.#lastProgressMs = settings.clock.now();
    parts.tally.holdings = () => this.#holdings();
  }

  /** Begins a generation: everything of the one before is aborted and forgotten. */
  assign(partitions: readonly TopicPartition[], flow: Flow | undefined): void {
    this.abort(new Abandoned('the group moved its partitions'));
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    this.#context = this.#contextFor(signal);
    this.#partitions = new Map(partitions.map((one) => [nameOf(one), new PartitionWork(one, signal)]));
    const works = [...this.#partitions.values()];
    this.#drained = this.#precedence.map((topic) => works.filter((work) => work.topic === topic));
    this.#backpressure.begin(works.length, flow);
    this.#lastProgressMs = this.#settings.clock.now();
    if (this.#waitingRoom === undefined || partitions.length === 0) {
      this.#accept(true);
      return;
    }
    // Who waits must be known before anybody of the same key may go on.
    this.#waitingRoom.restore(partitions, signal).then(
      () => this.#accept(!signal.aborted),
      (error: unknown) => {
        if (!signal.aborted) this.#parts.onFatal(error as Error);
      },
    );
  }

  #accept(isAccepting: boolean): void {
    if (!isAccepting) return;
    this.#accepts = true;
    for (const work of this.#partitions.values()) for (const entry of work.intake.splice(0)) this.#admit(entry);
    this.#start();
  }

  deliver(partition: TopicPartition, records: readonly KafkaRecord[]): void {
    const work = this.#partitions.get(nameOf(partition));
    if (work === undefined || work.signal.aborted) return;
    for (const record of records) {
      const entry = work.take(record);
      if (this.#parts.handler.kind === 'batch') work.ready.push(entry);
      else if (this.#accepts) this.#admit(entry);
      else work.intake.push(entry);
    }
    this.#lastProgressMs = this.#settings.clock.now();
    this.#backpressure.adjust(work, this.#accepts);
    this.#start();
  }

  /** Puts the entry in the line of its key. */
  #admit(entry: Entry): void {
    if (this.#lineOf(entry).enter(keyOfEntry(entry), entry)) this.#comesFirst(entry);
  }

  #lineOf(entry: Entry): KeyOrder {
    return this.#waitingRoom?.isIn(entry) === true ? this.#putOffKeys : this.#inputKeys;
  }

  /** Nobody of the entry's key is before it: it may start, must follow others of its key, or is not due yet. */
  #comesFirst(entry: Entry, isNext = false): void {
    const room = this.#waitingRoom;
    if (room?.isIn(entry) === true) void this.#startWhenDue(entry, room);
    else if (room?.holds(keyOfEntry(entry)) === true) void this.#sendBehind(entry, room);
    else if (isNext) entry.work.ready.unshift(entry);
    else entry.work.ready.push(entry);
  }

  async #startWhenDue(entry: Entry, room: WaitingRoom): Promise<void> {
    await room.untilDue(entry);
    if (entry.work.signal.aborted) return;
    entry.work.ready.push(entry);
    this.#start();
  }

  async #sendBehind(entry: Entry, room: WaitingRoom): Promise<void> {
    await this.#work([entry], () => room.moveIn(entry, keyOfEntry(entry), 0));
    this.#leave(entry);
  }

  #leave(entry: Entry): void {
    const following = this.#lineOf(entry).leave(keyOfEntry(entry), entry);
    if (following !== undefined && !following.work.signal.aborted) this.#comesFirst(following, true);
    this.#start();
  }

  /** Starts nothing more until the next assignment. */
  hold(): void {
    this.#accepts = false;
    this.#backpressure.pauseAll([...this.#partitions.values()]);
  }

  /** Ends what is under way, without its result; what still runs is told by its signal. */
  abort(reason: Error): void {
    this.#accepts = false;
    this.#abort.abort(reason);
    this.#parts.queue.abandon(reason instanceof Abandoned ? reason : new Abandoned(reason.message));
    for (const work of this.#partitions.values()) work.ready.length = 0;
    this.#partitions = new Map();
    this.#drained = [];
    for (const keys of [this.#inputKeys, this.#putOffKeys]) {
      keys.forget((entry) => entry.work.signal.aborted && !this.#running.has(entry));
    }
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
    return {
      active: this.#active,
      // Who waits for Kafka to take the outputs is not at work.
      busy: this.#parts.queue.isAway ? 0 : this.#busy,
      sleeping: this.#sleeping,
      held: this.#holdings().heldRecords,
      completed: this.#completed,
      lastProgressMs: this.#lastProgressMs,
    };
  }

  #start(): void {
    const { handler } = this.#parts;
    if (handler.kind === 'batch') {
      if (!this.#isBatchRunning) void this.#runBatches(handler);
      return;
    }
    while (this.#places > 0) {
      const returning = this.#wantPlace.shift();
      if (returning !== undefined) {
        this.#places -= 1;
        returning();
        continue;
      }
      const entry = this.#next()?.ready.shift();
      if (entry === undefined) return;
      this.#places -= 1;
      void this.#runOne(entry, handler);
    }
  }

  async #runOne(entry: Entry, handler: EachHandler): Promise<void> {
    const context = this.#waitingRoom?.contextOf(entry, this.#context) ?? this.#context;
    await this.#work([entry], () =>
      this.#treatment.one(entry, context, (message) => handler.process(message, context)),
    );
    if (this.#waitingRoom?.isIn(entry) === true && entry.work.isFinished(entry)) {
      this.#waitingRoom.moveOut(keyOfEntry(entry));
    }
    this.#places += 1;
    this.#leave(entry);
  }

  async #runBatches(handler: BatchHandler): Promise<void> {
    this.#isBatchRunning = true;
    // What arrives in the same turn of the event loop makes one batch.
    await new Promise((resolve) => setImmediate(resolve));
    const underWay: Promise<void>[] = [];
    for (let batch = this.#nextBatch(handler.maxBatch); batch.length > 0; batch = this.#nextBatch(handler.maxBatch)) {
      const entries = batch;
      const context = this.#context;
      const answered = Promise.withResolvers<void>();
      const done = this.#work(entries, async () => {
        const answer = await this.#treatment
          .answer(entries, context, (messages) => handler.process(messages, context))
          .finally(answered.resolve);
        await this.#treatment.bringAbout(answer, context);
      });
      await answered.promise;
      underWay.push(done);
      if (underWay.length >= maxBatchesUnderWay) await underWay.shift();
    }
    this.#isBatchRunning = false;
  }

  /** The partition whose turn it is: of the earliest topic that has something, partitions taking turns. */
  #next(): PartitionWork | undefined {
    if (!this.#accepts) return undefined;
    for (const works of this.#drained) {
      for (let step = 1; step <= works.length; step += 1) {
        const work = works[(this.#turn + step) % works.length];
        if (work === undefined || work.waiting > 0 || work.ready.length === 0) continue;
        this.#turn = (this.#turn + step) % works.length;
        return work;
      }
    }
    return undefined;
  }

  #nextBatch(size: number): readonly Entry[] {
    let entries: Entry[] = [];
    for (let work = this.#next(); work !== undefined && entries.length < size; work = this.#next()) {
      const taken = work.ready.splice(0, size - entries.length);
      entries = entries.length === 0 ? taken : [...entries, ...taken];
    }
    return entries;
  }

  /** Does something with entries that finishes them; what it throws is seen to. */
  async #work(entries: readonly Entry[], act: () => Promise<unknown>): Promise<void> {
    for (const entry of entries) this.#running.add(entry);
    this.#active += 1;
    this.#busy += 1;
    try {
      await act();
      this.#finish(entries);
    } catch (error) {
      if (!(error instanceof Abandoned)) this.#parts.onFatal(error as Error);
    } finally {
      for (const entry of entries) this.#running.delete(entry);
      this.#active -= 1;
      this.#leaveBusy();
      if (this.#active === 0) for (const resolve of this.#whenEnded.splice(0)) resolve();
    }
  }

  #leaveBusy(): void {
    this.#busy -= 1;
    if (this.#busy <= 0) for (const resolve of this.#whenIdle.splice(0)) resolve();
  }

  #finish(entries: readonly Entry[]): void {
    let last: PartitionWork | undefined;
    for (const entry of entries) {
      entry.work.finish(entry);
      if (last !== undefined && last !== entry.work) this.#backpressure.adjust(last, this.#accepts);
      last = entry.work;
    }
    this.#completed += entries.length;
    this.#lastProgressMs = this.#settings.clock.now();
    if (last !== undefined) this.#backpressure.adjust(last, this.#accepts);
    this.#parts.onDone();
  }

  /** While it waits, its partitions start nothing new and its place in the handler is another's. */
  async #aside(entries: readonly Entry[], wait: () => Promise<void>): Promise<void> {
    const works = new Set(entries.map((entry) => entry.work));
    for (const work of works) {
      work.waiting += 1;
      this.#backpressure.adjust(work, this.#accepts);
    }
    try {
      await this.#giveWay(wait);
    } finally {
      for (const work of works) {
        work.waiting -= 1;
        this.#backpressure.adjust(work, this.#accepts);
      }
      // A batch that waited elsewhere may have left these partitions behind.
      this.#start();
    }
  }

  /** Gives the place in the handler to others while it waits. */
  async #giveWay(wait: () => Promise<void>): Promise<void> {
    const givesPlace = this.#parts.handler.kind === 'each';
    this.#leaveBusy();
    if (givesPlace) {
      this.#places += 1;
      this.#start();
    }
    try {
      await wait();
    } finally {
      this.#busy += 1;
      if (givesPlace) await this.#place();
    }
  }

  async #place(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wantPlace.push(resolve);
    this.#start();
    await promise;
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

  #holdings(): StageHoldings {
    let heldRecords = 0;
    let heldBytes = 0;
    for (const work of this.#partitions.values()) {
      heldRecords += work.heldRecords;
      heldBytes += work.heldBytes;
    }
    return { inFlight: this.#running.size, heldRecords, heldBytes, putOffKeys: this.#waitingRoom?.size ?? 0 };
  }
}

/** Keys that are no text do not share an order with those that are; they go to the dead letters anyway. */
function keyOfEntry({ record }: Entry): string {
  return keyOf(record) ?? `\u{0}${record.key?.toString('hex') ?? ''}`;
}
