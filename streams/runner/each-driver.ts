import type { Handler, Message, Outcome, StageContext } from '../stage.ts';
import type { TopicName } from '../topics.ts';
import type { Driver } from './driver.ts';
import { KeyOrder } from './key-order.ts';
import { keyOf } from './message.ts';
import type { Entry } from './partition-work.ts';
import type { Treatment } from './treatment.ts';
import type { Turns } from './turns.ts';
import type { UnderWay } from './under-way.ts';
import type { WaitingRoom } from './waiting-room.ts';

type EachHandler = Extract<Handler<TopicName, TopicName>, { kind: 'each' }>;

/** Messages that may be answered and not yet acknowledged: what is handed in together goes in one request. */
const maxUnderWay = 1_000;

interface EachParts {
  readonly handler: EachHandler;
  readonly treatment: Treatment;
  readonly underWay: UnderWay;
  readonly turns: Turns;
  /** Where the stage has a retry topic. */
  readonly waitingRoom: WaitingRoom | undefined;
}

/** Many calls of the handler at once, of different lanes; a message of a lane begins when the one before it is done. */
export class EachDriver implements Driver {
  readonly #parts: EachParts;
  readonly #inputLanes = new KeyOrder();
  /** Of messages that were put off. An input of their key does not stand in line with them: it is put off as well. */
  readonly #putOffLanes = new KeyOrder();
  /** Places in the handler that are free, and those who want one again after a failure. */
  #places: number;
  readonly #wantPlace: (() => void)[] = [];
  #context: StageContext | undefined;

  constructor(parts: EachParts) {
    this.#parts = parts;
    this.#places = Math.max(1, parts.handler.concurrency);
  }

  begin(context: StageContext): void {
    this.#context = context;
  }

  forget(): void {
    const { underWay } = this.#parts;
    for (const lanes of [this.#inputLanes, this.#putOffLanes]) {
      lanes.forget((entry) => entry.work.signal.aborted && !underWay.entries.has(entry));
    }
  }

  /** Puts the entry in the line of its lane, ahead of what later topics have there. */
  admit(entry: Entry): void {
    const { turns } = this.#parts;
    const { topic } = entry.work;
    const overtakes = turns.isLast(topic) ? undefined : (other: Entry) => turns.isBefore(topic, other.work.topic);
    if (this.#lineOf(entry).enter(this.#laneOf(entry), entry, overtakes)) this.#comesFirst(entry);
  }

  start(): void {
    const { turns, underWay } = this.#parts;
    while (this.#places > 0) {
      const returning = this.#wantPlace.shift();
      if (returning !== undefined) {
        this.#places -= 1;
        returning();
        continue;
      }
      if (underWay.active >= maxUnderWay) return;
      const entry = turns.next()?.ready.shift();
      if (entry === undefined) return;
      this.#places -= 1;
      void this.#treat(entry);
    }
  }

  async #treat(entry: Entry): Promise<void> {
    const { handler, treatment, underWay, waitingRoom } = this.#parts;
    const shared = this.#context as StageContext;
    const context = waitingRoom?.contextOf(entry, shared) ?? shared;
    let hasPlace = true;
    const call = async (message: Message): Promise<Outcome> => {
      if (!hasPlace) await this.#place();
      try {
        return await handler.process(message, context);
      } finally {
        // What follows, up to the acknowledgement, takes no place.
        hasPlace = false;
        this.#leavePlace();
      }
    };
    await underWay.run([entry], () => treatment.one(entry, context, call));
    if (waitingRoom?.isIn(entry) === true && entry.work.isFinished(entry)) waitingRoom.moveOut(orderKeyOf(entry));
    if (hasPlace) this.#leavePlace();
    this.#leaveLine(entry);
  }

  #leavePlace(): void {
    this.#places += 1;
    this.start();
  }

  async #place(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wantPlace.push(resolve);
    this.start();
    await promise;
  }

  #lineOf(entry: Entry): KeyOrder {
    return this.#parts.waitingRoom?.isIn(entry) === true ? this.#putOffLanes : this.#inputLanes;
  }

  #laneOf(entry: Entry): string {
    const key = orderKeyOf(entry);
    return this.#parts.handler.lane?.(key) ?? key;
  }

  /** Nobody of the entry's lane is before it: it may start, must follow others of its key, or is not due yet. */
  #comesFirst(entry: Entry, isNext = false): void {
    const room = this.#parts.waitingRoom;
    if (room?.isIn(entry) === true) void this.#startWhenDue(entry, room);
    else if (room?.holds(orderKeyOf(entry)) === true) void this.#sendBehind(entry, room);
    else if (isNext) entry.work.ready.unshift(entry);
    else entry.work.ready.push(entry);
  }

  async #startWhenDue(entry: Entry, room: WaitingRoom): Promise<void> {
    await room.untilDue(entry);
    if (entry.work.signal.aborted) return;
    entry.work.ready.push(entry);
    this.start();
  }

  async #sendBehind(entry: Entry, room: WaitingRoom): Promise<void> {
    await this.#parts.underWay.run([entry], () => room.moveIn(entry, orderKeyOf(entry), 0));
    this.#leaveLine(entry);
  }

  #leaveLine(entry: Entry): void {
    const following = this.#lineOf(entry).leave(this.#laneOf(entry), entry);
    if (following !== undefined && !following.work.signal.aborted) this.#comesFirst(following, true);
    this.start();
  }
}

/** Keys that are no text do not share an order with those that are; they go to the dead letters anyway. */
export function orderKeyOf({ record }: Entry): string {
  return keyOf(record) ?? `\u{0}${record.key?.toString('hex') ?? ''}`;
}
