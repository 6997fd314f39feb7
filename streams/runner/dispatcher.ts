import { FatalError, type PutOffError } from '../errors.ts';
import { nameOf, type Kafka, type KafkaRecord, type TopicPartition, type TopicPartitionOffset } from '../kafka/port.ts';
import type { StageHoldings } from '../metrics.ts';
import type { Handler, StageContext } from '../stage.ts';
import { retryTopicOf, type TopicName } from '../topics.ts';
import { Backpressure, type Flow } from './backpressure.ts';
import { BatchDriver } from './batch-driver.ts';
import type { Driver } from './driver.ts';
import { EachDriver, orderKeyOf } from './each-driver.ts';
import type { Settings } from './limits.ts';
import { PartitionWork, type Entry } from './partition-work.ts';
import type { StageActivity } from './running-stage.ts';
import { Abandoned, Treatment, type TreatmentParts } from './treatment.ts';
import { Turns } from './turns.ts';
import { UnderWay } from './under-way.ts';
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

/**
 * What a process holds of its stage's partitions, from one assignment by the group to the next: takes deliveries, lets
 * the driver start them, knows what may be committed, and holds fetching back where too much is held.
 */
export class Dispatcher {
  readonly #parts: DispatcherParts;
  readonly #settings: Settings;
  readonly #waitingRoom: WaitingRoom | undefined;
  readonly #backpressure: Backpressure;
  readonly #turns: Turns;
  readonly #underWay: UnderWay;
  readonly #driver: Driver;
  #partitions = new Map<string, PartitionWork>();
  #abort = new AbortController();
  #sleeping = 0;
  #completed = 0;
  #lastProgressMs: number;

  constructor(parts: DispatcherParts) {
    const { stage, settings, handler, inputs, putsOff, onFatal } = parts;
    if (putsOff && handler.kind === 'batch') throw new FatalError(`${stage} cannot put messages off out of batches`);
    this.#parts = parts;
    this.#settings = settings;
    this.#waitingRoom = putsOff ? new WaitingRoom(parts) : undefined;
    this.#backpressure = new Backpressure(settings);
    this.#turns = new Turns(putsOff ? [retryTopicOf(stage), ...inputs] : inputs);
    this.#underWay = new UnderWay({ onDone: (entries) => this.#finish(entries), onFatal });
    const treatment = new Treatment({
      ...parts,
      aside: (entries, wait) => this.#aside(entries, wait),
      putOff: (entry, error) => this.#putOff(entry, error),
    });
    const shared = { treatment, underWay: this.#underWay, turns: this.#turns };
    this.#driver =
      handler.kind === 'batch'
        ? new BatchDriver({ ...shared, handler })
        : new EachDriver({ ...shared, handler, waitingRoom: this.#waitingRoom });
    this.#lastProgressMs = settings.clock.now();
    parts.tally.holdings = () => this.#holdings();
  }

  /** Begins a generation: everything of the one before is aborted and forgotten. */
  assign(partitions: readonly TopicPartition[], flow: Flow | undefined): void {
    this.abort(new Abandoned('the group moved its partitions'));
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    this.#driver.begin(this.#contextFor(signal));
    this.#partitions = new Map(partitions.map((one) => [nameOf(one), new PartitionWork(one, signal)]));
    this.#turns.begin(this.partitions);
    this.#backpressure.begin(partitions.length, flow);
    this.#lastProgressMs = this.#settings.clock.now();
    if (this.#waitingRoom === undefined || partitions.length === 0) this.#open();
    else void this.#openAfterRestoring(this.#waitingRoom, partitions, signal);
  }

  /** Who waits must be known before anybody of the same key may go on. */
  async #openAfterRestoring(
    room: WaitingRoom,
    partitions: readonly TopicPartition[],
    signal: AbortSignal,
  ): Promise<void> {
    try {
      await room.restore(partitions, signal);
      if (!signal.aborted) this.#open();
    } catch (error) {
      if (!signal.aborted) this.#parts.onFatal(error as Error);
    }
  }

  #open(): void {
    this.#turns.isOpen = true;
    for (const work of this.#partitions.values()) {
      for (const entry of work.intake.splice(0)) this.#driver.admit(entry);
      this.#backpressure.adjust(work, true);
    }
    this.#driver.start();
  }

  deliver(partition: TopicPartition, records: readonly KafkaRecord[]): void {
    const work = this.#partitions.get(nameOf(partition));
    if (work === undefined || work.signal.aborted) return;
    const { isOpen } = this.#turns;
    for (const record of records) {
      const entry = work.take(record);
      if (isOpen) this.#driver.admit(entry);
      else work.intake.push(entry);
    }
    this.#lastProgressMs = this.#settings.clock.now();
    this.#backpressure.adjust(work, isOpen);
    this.#driver.start();
  }

  /** Starts nothing more until the next assignment. */
  hold(): void {
    this.#turns.isOpen = false;
    this.#backpressure.pauseAll(this.partitions);
  }

  /** Ends what is under way, without its result; what still runs is told by its signal. */
  abort(reason: Error): void {
    this.#turns.isOpen = false;
    this.#abort.abort(reason);
    this.#parts.queue.abandon(reason instanceof Abandoned ? reason : new Abandoned(reason.message));
    for (const work of this.#partitions.values()) work.ready.length = 0;
    this.#partitions = new Map();
    this.#turns.begin([]);
    this.#driver.forget();
  }

  /** Resolves once nothing is in the handler or being written, apart from what waits for something that is away. */
  idle(): Promise<void> {
    return this.#underWay.idle();
  }

  /** Resolves once nothing runs at all. */
  ended(): Promise<void> {
    return this.#underWay.ended();
  }

  /** What may be committed and is not yet. */
  committable(): TopicPartitionOffset[] {
    return this.partitions.flatMap(({ topic, partition, position, committed, delivered }) =>
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
      active: this.#underWay.active,
      // Who waits for Kafka to take the outputs is not at work.
      busy: this.#parts.queue.isAway ? 0 : this.#underWay.busy,
      sleeping: this.#sleeping,
      held: this.#holdings().heldRecords,
      completed: this.#completed,
      lastProgressMs: this.#lastProgressMs,
    };
  }

  #finish(entries: readonly Entry[]): void {
    let last: PartitionWork | undefined;
    for (const entry of entries) {
      entry.work.finish(entry);
      if (last !== undefined && last !== entry.work) this.#backpressure.adjust(last, this.#turns.isOpen);
      last = entry.work;
    }
    if (last !== undefined) this.#backpressure.adjust(last, this.#turns.isOpen);
    this.#completed += entries.length;
    this.#lastProgressMs = this.#settings.clock.now();
    this.#parts.onDone();
  }

  /** While it waits, its partitions start nothing new. */
  async #aside(entries: readonly Entry[], wait: () => Promise<void>): Promise<void> {
    const works = new Set(entries.map((entry) => entry.work));
    for (const work of works) {
      work.waiting += 1;
      this.#backpressure.adjust(work, this.#turns.isOpen);
    }
    try {
      await this.#underWay.waiting(wait);
    } finally {
      for (const work of works) {
        work.waiting -= 1;
        this.#backpressure.adjust(work, this.#turns.isOpen);
      }
    }
  }

  async #putOff(entry: Entry, { afterMs }: PutOffError): Promise<'moved' | 'waited' | 'refused'> {
    const room = this.#waitingRoom;
    if (room === undefined) return 'refused';
    if (!room.isIn(entry)) return room.isFull ? 'refused' : room.moveIn(entry, orderKeyOf(entry), afterMs);
    const { clock } = this.#settings;
    await this.#underWay.waiting(() => clock.sleep(afterMs, entry.work.signal).catch(() => undefined));
    if (entry.work.signal.aborted) throw new Abandoned('the partition was lost while its message waited');
    this.#lastProgressMs = clock.now();
    return 'waited';
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
      log: this.#parts.log,
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
    const inFlight = this.#underWay.entries.size;
    return { inFlight, heldRecords, heldBytes, putOffKeys: this.#waitingRoom?.size ?? 0 };
  }
}
