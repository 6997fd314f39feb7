import type { Logger } from 'pino';
import { backoffMs } from '../clock.ts';
import type { Codec } from '../codec.ts';
import { deadLetterRecord } from '../dead-letter.ts';
import { FatalError, TransientError, UndecodableError } from '../errors.ts';
import type { OutgoingRecord } from '../kafka/port.ts';
import type { StageMetrics } from '../metrics.ts';
import type { Message, Outcome, StageContext } from '../stage.ts';
import type { TopicName } from '../topics.ts';
import type { Settings } from './limits.ts';
import { decodeMessage } from './message.ts';
import { encodeOutputs } from './outputs.ts';
import type { Entry } from './partition-work.ts';
import type { SendQueue } from './send-queue.ts';

/** The generation is over: whoever gets the partition next begins the record anew. */
export class Abandoned extends Error {}

export interface TreatmentParts {
  readonly stage: string;
  readonly codec: Codec;
  readonly queue: SendQueue;
  readonly settings: Settings;
  readonly metrics: StageMetrics;
  readonly log: Logger;
  /** Waits with the partitions held back and the place in the handler given to others. */
  readonly aside: (entries: readonly Entry[], wait: () => Promise<void>) => Promise<void>;
  /** Told of each transient error, and of undefined once something worked again. */
  readonly onTransient: (error: TransientError | undefined) => void;
}

type Call = (message: Message) => Promise<Outcome>;
type BatchCall = (messages: readonly Message[]) => Promise<readonly Outcome[]>;

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
    const { codec, settings, metrics, stage } = this.#parts;
    let failures = 0;
    for (;;) {
      try {
        const message = await this.#insist([entry], context, () => decodeMessage<TopicName>(codec, entry.record));
        const outcome = await this.#insist([entry], context, () => this.#timed(() => call(message)));
        await this.#settle(entry, context, outcome);
        return;
      } catch (error) {
        if (isFinal(error)) throw error;
        failures += 1;
        const isHopeless = error instanceof UndecodableError;
        if (isHopeless || failures >= settings.poisonTries) {
          await this.#bury(entry, context, reasonFor(error), error as Error, failures);
          return;
        }
        metrics.retries.inc({ stage, class: 'poison' });
        await context.sleep(backoffMs(failures, settings.poisonBackoffMs, 5_000)).catch(() => abandon());
      }
    }
  }

  async many(entries: readonly Entry[], context: StageContext, call: BatchCall): Promise<void> {
    const alone = (entry: Entry): Promise<void> =>
      this.one(entry, context, async (message) => {
        const [outcome] = expectOutcomes(await call([message]), 1);
        return outcome as Outcome;
      });
    const readable = (await Promise.all(entries.map((entry) => this.#decodeOrBury(entry, context)))).filter(
      (pair) => pair !== undefined,
    );
    if (readable.length === 0) return;
    const all = readable.map(({ entry }) => entry);
    try {
      const outcomes = await this.#insist(all, context, () =>
        this.#timed(async () => expectOutcomes(await call(readable.map(({ message }) => message)), readable.length)),
      );
      // One request for all, in order: two messages of one key must not overtake each other.
      const records = await Promise.all(
        outcomes.map((outcome, index) => this.#encode(all[index] as Entry, context, outcome)),
      );
      await this.#send(all, context, records.flat());
      await Promise.all(outcomes.map((outcome, index) => this.#settleSent(all[index] as Entry, context, outcome)));
    } catch (error) {
      if (isFinal(error)) throw error;
      // Somewhere in the batch is a message that breaks it: each alone shows which.
      for (const entry of all) await alone(entry);
    }
  }

  async #decodeOrBury(entry: Entry, context: StageContext): Promise<{ entry: Entry; message: Message } | undefined> {
    try {
      const message = await this.#insist([entry], context, () =>
        decodeMessage<TopicName>(this.#parts.codec, entry.record),
      );
      return { entry, message };
    } catch (error) {
      if (isFinal(error)) throw error;
      await this.#bury(entry, context, reasonFor(error), error as Error, 1);
      return undefined;
    }
  }

  async #settle(entry: Entry, context: StageContext, outcome: Outcome): Promise<void> {
    await this.#send([entry], context, await this.#encode(entry, context, outcome));
    await this.#settleSent(entry, context, outcome);
  }

  async #encode(entry: Entry, context: StageContext, outcome: Outcome): Promise<OutgoingRecord[]> {
    if (outcome.kind !== 'emit' || outcome.outputs.length === 0) return [];
    const { codec, stage, settings } = this.#parts;
    return this.#insist([entry], context, () =>
      encodeOutputs(codec, stage, settings.clock.now(), entry.record, outcome.outputs),
    );
  }

  async #send(entries: readonly Entry[], context: StageContext, records: readonly OutgoingRecord[]): Promise<void> {
    if (records.length === 0) return;
    await this.#insist(entries, context, () => this.#parts.queue.send(records));
    for (const { topic } of records) this.#parts.metrics.outputs.inc({ stage: this.#parts.stage, topic });
  }

  async #settleSent(entry: Entry, context: StageContext, outcome: Outcome): Promise<void> {
    const { metrics, stage } = this.#parts;
    if (outcome.kind === 'dead') {
      const detail = outcome.detail === undefined ? undefined : new Error(outcome.detail);
      await this.#bury(entry, context, outcome.reason, detail, 1);
      return;
    }
    if (outcome.kind === 'drop') {
      metrics.messages.inc({ stage, outcome: 'dropped', reason: outcome.reason });
      return;
    }
    const { onAcknowledged } = outcome;
    if (onAcknowledged !== undefined) await this.#insist([entry], context, onAcknowledged);
    metrics.messages.inc({ stage, outcome: 'emitted', reason: '' });
  }

  async #bury(
    entry: Entry,
    context: StageContext,
    reason: string,
    error: Error | undefined,
    tries: number,
  ): Promise<void> {
    const { stage, log, metrics, settings, queue } = this.#parts;
    const timestampMs = settings.clock.now();
    const fault = { stage, reason, exception: error?.name, message: error?.message, tries, timestampMs };
    const letter = deadLetterRecord(entry.record, fault);
    try {
      await this.#insist([entry], context, () => queue.send([letter]));
    } catch (refusal) {
      if (isFinal(refusal)) throw refusal;
      throw new FatalError(`a dead letter cannot be written: ${(refusal as Error).message}`, { cause: refusal });
    }
    const { topic, partition, offset } = entry.record;
    log.warn({ topic, partition, offset: String(offset), reason, err: error, tries }, 'message given up: dead letter');
    metrics.deadLetters.inc({ stage, reason });
    metrics.messages.inc({ stage, outcome: 'dead', reason });
  }

  /** Tries for as long as something is away. Any other error is the caller's. */
  async #insist<T>(entries: readonly Entry[], context: StageContext, act: () => Promise<T>): Promise<T> {
    const { settings, metrics, stage, aside, onTransient } = this.#parts;
    for (let attempt = 1; ; attempt += 1) {
      if (context.signal.aborted) abandon();
      try {
        const result = await act();
        if (attempt > 1) onTransient(undefined);
        return result;
      } catch (error) {
        if (context.signal.aborted) abandon();
        if (!(error instanceof TransientError)) throw error;
        metrics.retries.inc({ stage, class: 'transient' });
        onTransient(error);
        const waitMs = backoffMs(attempt, settings.transientBackoffMs, settings.transientBackoffMaxMs);
        await aside(entries, () => settings.clock.sleep(waitMs, context.signal).catch(() => abandon()));
      }
    }
  }

  async #timed<T>(act: () => Promise<T>): Promise<T> {
    const { settings, metrics, stage } = this.#parts;
    const startedAt = settings.clock.now();
    try {
      return await act();
    } finally {
      metrics.duration.observe({ stage }, (settings.clock.now() - startedAt) / 1_000);
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
