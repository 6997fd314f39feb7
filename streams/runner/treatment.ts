import type { Logger } from 'pino';
import { backoffMs } from '../clock.ts';
import type { Codec } from '../codec.ts';
import { deadLetterRecord } from '../dead-letter.ts';
import { FatalError, PutOffError, TransientError, UndecodableError } from '../errors.ts';
import { passFailPoint } from '../fail-points.ts';
import type { OutgoingRecord } from '../kafka/port.ts';
import type { StageTally } from '../metrics.ts';
import type { Message, Outcome, StageContext } from '../stage.ts';
import type { Settings } from './limits.ts';
import { decodeMessage } from './message.ts';
import { encodeOutputs, type Maker } from './outputs.ts';
import type { Entry } from './partition-work.ts';
import { originalRecord } from './retry-topic.ts';
import type { Refusal, SendQueue } from './send-queue.ts';

/** The generation is over: whoever gets the partition next begins the record anew. */
export class Abandoned extends Error {}

export interface TreatmentParts extends Maker {
  readonly codec: Codec;
  readonly queue: SendQueue;
  readonly settings: Settings;
  readonly tally: StageTally;
  readonly log: Logger;
  /** Waits with the partitions held back and the place in the handler given to others. */
  readonly aside: (entries: readonly Entry[], wait: () => Promise<void>) => Promise<void>;
  /** Puts a message off: `moved` to the retry topic, or, where it is in there already, `waited` until it is due. */
  readonly putOff: (entry: Entry, error: PutOffError) => Promise<'moved' | 'waited' | 'refused'>;
  /** Told of each transient error, and of undefined once something worked again. */
  readonly onTransient: (error: TransientError | undefined) => void;
}

type Call = (message: Message) => Promise<Outcome>;
type BatchCall = (messages: readonly Message[]) => Promise<readonly Outcome[]>;

/** Messages whose outcomes are known and not yet brought about. */
interface Answered {
  readonly entries: readonly Entry[];
  /** One an entry, or none at all where everything is done already. */
  readonly outcomes: readonly Outcome[];
  readonly records: readonly OutgoingRecord[];
  /** For each record the index of its entry. */
  readonly owners: readonly number[];
}

/**
 * What is done with a message, from its bytes to its effect: try, wait, try again, give up. Each function resolves once
 * the entry is finished for good, so that its offset may be committed.
 *
 * @throws Abandoned, or FatalError where the stage must stop
 */
export class Treatment {
  readonly #parts: TreatmentParts;

  constructor(parts: TreatmentParts) {
    this.#parts = parts;
  }

  async one(entry: Entry, context: StageContext, call: Call): Promise<void> {
    const { codec, settings, tally, stage } = this.#parts;
    let message: Message | undefined;
    let outcome: Outcome | undefined;
    let isProduced = false;
    let failures = 0;
    let waits = 0;
    // Each step that succeeded is kept: what is away at one step does not have the steps before done again.
    for (;;) {
      try {
        message ??= await decodeMessage(codec, entry.record);
        if (outcome === undefined) {
          outcome = await this.#timed(() => call(message as Message));
          passFailPoint('handled', stage);
        }
        if (!isProduced) {
          const records = this.#encode(entry, outcome);
          const [refusal] = await this.#produce(records instanceof Promise ? await records : records);
          if (refusal !== undefined) throw refusal.error;
          isProduced = true;
        }
        await this.#conclude(entry, outcome);
        if (waits > 0) this.#parts.onTransient(undefined);
        return;
      } catch (error) {
        if (isFinal(error)) throw error;
        if (context.signal.aborted) abandon();
        if (error instanceof PutOffError) {
          const how = await this.#parts.putOff(entry, error);
          if (how === 'moved') return;
          if (how === 'waited') continue;
        }
        if (error instanceof TransientError || error instanceof PutOffError) {
          waits += 1;
          await this.#wait([entry], context, error, waits);
          continue;
        }
        failures += 1;
        if (error instanceof UndecodableError || failures >= settings.poisonTries) {
          await this.#bury(entry, reasonFor(error), error as Error, failures);
          return;
        }
        outcome = undefined;
        tally.retries.add(1, 'poison');
        await context.sleep(backoffMs(failures, settings.poisonBackoffMs, 5_000)).catch(() => abandon());
      }
    }
  }

  /**
   * Has the handler answer for all of them. What it breaks on is found and dealt with before this resolves.
   *
   * @returns what is still to be brought about by `bringAbout`
   */
  async answer(entries: readonly Entry[], context: StageContext, call: BatchCall): Promise<Answered> {
    const { stage } = this.#parts;
    const readable = await this.#readable(entries, context);
    const live = readable.map(({ entry }) => entry);
    const messages = readable.map(({ message }) => message);
    if (live.length === 0) return { entries, outcomes: [], records: [], owners: [] };
    for (let waits = 1; ; waits += 1) {
      try {
        const outcomes = expectOutcomes(await this.#timed(() => call(messages)), messages.length);
        passFailPoint('handled', stage);
        const records: OutgoingRecord[] = [];
        const owners: number[] = [];
        for (const [index, outcome] of outcomes.entries()) {
          const encoded = this.#encode(live[index] as Entry, outcome);
          for (const record of encoded instanceof Promise ? await encoded : encoded) {
            records.push(record);
            owners.push(index);
          }
        }
        if (waits > 1) this.#parts.onTransient(undefined);
        return { entries: live, outcomes, records, owners };
      } catch (error) {
        if (isFinal(error)) throw error;
        if (context.signal.aborted) abandon();
        if (error instanceof TransientError || error instanceof PutOffError) {
          await this.#wait(live, context, error, waits);
          continue;
        }
        // Somewhere in the batch is a message that breaks it: each alone shows which.
        const alone: Call = async (message) => expectOutcomes(await call([message]), 1)[0] as Outcome;
        for (const entry of live) await this.one(entry, context, alone);
        return { entries: live, outcomes: [], records: [], owners: [] };
      }
    }
  }

  /** Produces what was answered, waits for the acknowledgement and tells the stage. */
  async bringAbout({ entries, outcomes, records, owners }: Answered, context: StageContext): Promise<void> {
    const refused = new Map<number, Error>();
    for (const { index, error } of await this.#produce(records)) refused.set(owners[index] ?? 0, error);
    let emitted = 0;
    const slow: Promise<void>[] = [];
    for (const [index, outcome] of outcomes.entries()) {
      const entry = entries[index] as Entry;
      const refusal = refused.get(index);
      if (refusal !== undefined) slow.push(this.#bury(entry, 'poison', refusal, 1));
      else if (outcome.kind === 'emit' && outcome.onAcknowledged === undefined) emitted += 1;
      else slow.push(this.#concludePatiently(entry, outcome, context));
    }
    await Promise.all(slow);
    if (emitted > 0) this.#parts.tally.messages.add(emitted, 'emitted', '');
    passFailPoint('acknowledged', this.#parts.stage);
  }

  async #readable(
    entries: readonly Entry[],
    context: StageContext,
  ): Promise<readonly { readonly entry: Entry; readonly message: Message }[]> {
    const { codec } = this.#parts;
    const readable: { entry: Entry; message: Message }[] = [];
    for (const entry of entries) {
      for (let waits = 1; ; waits += 1) {
        try {
          const decoded = decodeMessage(codec, entry.record);
          readable.push({ entry, message: decoded instanceof Promise ? await decoded : decoded });
          break;
        } catch (error) {
          if (isFinal(error)) throw error;
          if (context.signal.aborted) abandon();
          if (!(error instanceof TransientError)) {
            await this.#bury(entry, reasonFor(error), error as Error, 1);
            break;
          }
          await this.#wait([entry], context, error, waits);
        }
      }
    }
    return readable;
  }

  #encode(entry: Entry, outcome: Outcome): OutgoingRecord[] | Promise<OutgoingRecord[]> {
    if (outcome.kind !== 'emit' || outcome.outputs.length === 0) return [];
    const { codec, settings } = this.#parts;
    return encodeOutputs(codec, this.#parts, settings.clock.now(), entry.record, outcome.outputs);
  }

  async #produce(records: readonly OutgoingRecord[]): Promise<readonly Refusal[]> {
    if (records.length === 0) return [];
    const { queue, tally, stage } = this.#parts;
    const refusals = await queue.send(records);
    passFailPoint('produced', stage);
    const refused = new Set(refusals.map(({ index }) => index));
    for (const [index, { topic }] of records.entries()) if (!refused.has(index)) tally.outputs.add(1, topic);
    return refusals;
  }

  async #concludePatiently(entry: Entry, outcome: Outcome, context: StageContext): Promise<void> {
    for (let waits = 1; ; waits += 1) {
      try {
        await this.#conclude(entry, outcome);
        return;
      } catch (error) {
        if (isFinal(error)) throw error;
        if (context.signal.aborted) abandon();
        // What follows the acknowledgement breaks: the outcome is brought about anew, as often as any poison.
        if (!(error instanceof TransientError)) return this.one(entry, context, () => Promise.resolve(outcome));
        await this.#wait([entry], context, error, waits);
      }
    }
  }

  async #conclude(entry: Entry, outcome: Outcome): Promise<void> {
    const { tally, stage } = this.#parts;
    if (outcome.kind === 'dead') {
      const detail = outcome.detail === undefined ? undefined : new Error(outcome.detail);
      await this.#bury(entry, outcome.reason, detail, 1);
      return;
    }
    if (outcome.kind === 'drop') {
      tally.messages.add(1, 'dropped', outcome.reason);
      return;
    }
    await outcome.onAcknowledged?.();
    passFailPoint('acknowledged', stage);
    tally.messages.add(1, 'emitted', '');
  }

  async #bury(entry: Entry, reason: string, error: Error | undefined, tries: number): Promise<void> {
    const { stage, log, tally, settings, queue } = this.#parts;
    const timestampMs = settings.clock.now();
    const fault = { stage, reason, exception: error?.name, message: error?.message, tries, timestampMs };
    const record = originalRecord(entry.record);
    const [refusal] = await queue.send([deadLetterRecord(record, fault)]);
    if (refusal !== undefined) {
      const { error: cause } = refusal;
      throw new FatalError(`a dead letter cannot be written: ${cause.message}`, { cause });
    }
    passFailPoint('dead-letter-written', stage);
    const { topic, partition, offset } = record;
    log.warn({ topic, partition, offset: String(offset), reason, err: error, tries }, 'message given up: dead letter');
    tally.deadLetters.add(1, reason);
    tally.messages.add(1, 'dead', reason);
  }

  /** Waits with the entries' partitions held back; as often as it takes. */
  async #wait(entries: readonly Entry[], context: StageContext, error: Error, waits: number): Promise<void> {
    const { settings, tally, aside, onTransient } = this.#parts;
    tally.retries.add(1, 'transient');
    onTransient(error);
    const waitMs = backoffMs(waits, settings.transientBackoffMs, settings.transientBackoffMaxMs);
    await aside(entries, () => settings.clock.sleep(waitMs, context.signal).catch(() => abandon()));
  }

  async #timed<T>(act: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    try {
      return await act();
    } finally {
      this.#parts.tally.observe((performance.now() - startedAt) / 1_000);
    }
  }
}

function expectOutcomes(outcomes: readonly Outcome[], count: number): readonly Outcome[] {
  if (outcomes.length !== count) throw new Error(`the stage gave ${outcomes.length} outcomes for ${count} messages`);
  return outcomes;
}

function isFinal(error: unknown): boolean {
  return error instanceof Abandoned || error instanceof FatalError;
}

function abandon(): never {
  throw new Abandoned('the partition was lost or the stage stops');
}

function reasonFor(error: unknown): string {
  return error instanceof UndecodableError ? 'undecodable' : 'poison';
}
