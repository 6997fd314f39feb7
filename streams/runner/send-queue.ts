import { backoffMs } from '../clock.ts';
import { TransientError } from '../errors.ts';
import type { KafkaProducer, OutgoingRecord } from '../kafka/port.ts';
import type { Settings } from './limits.ts';

/** A record that the broker refuses, for its size for example, however often it is sent. */
export interface Refusal {
  readonly index: number;
  readonly error: Error;
}

interface Waiting {
  readonly records: readonly OutgoingRecord[];
  readonly resolve: (refusals: readonly Refusal[]) => void;
  readonly reject: (error: unknown) => void;
}

const none: readonly Refusal[] = [];

interface SendQueueParts {
  readonly producer: KafkaProducer;
  readonly settings: Settings;
  /** Told of each failure that may pass, and of undefined once something was written again. */
  readonly onTransient: (error: TransientError | undefined) => void;
}

/**
 * Brings the outputs to the broker in the order in which they were handed in. What is handed in while a request is under
 * way goes with the next. While Kafka is away it tries again and again, so that nothing overtakes what failed.
 */
export class SendQueue {
  readonly #parts: SendQueueParts;
  #waiting: Waiting[] = [];
  #underWay: readonly Waiting[] = [];
  #isSending = false;
  #isAway = false;
  #abandoned = new AbortController();

  constructor(parts: SendQueueParts) {
    this.#parts = parts;
  }

  /** True while it waits for Kafka to come back. */
  get isAway(): boolean {
    return this.#isAway;
  }

  /**
   * Resolves once all of them are acknowledged or refused; they keep their order.
   *
   * @returns the refused ones, by their index; none as a rule
   * @throws the reason given to `abandon`
   */
  send(records: readonly OutgoingRecord[]): Promise<readonly Refusal[]> {
    if (records.length === 0) return Promise.resolve(none);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ records, resolve, reject });
      if (this.#isSending) return;
      this.#isSending = true;
      // Whatever else ends in this turn of the event loop comes along.
      setImmediate(() => void this.#sendAll());
    });
  }

  /** Rejects all that is not acknowledged yet; what is under way may still arrive. */
  abandon(reason: Error): void {
    this.#abandoned.abort(reason);
    this.#abandoned = new AbortController();
    for (const { reject } of [...this.#underWay, ...this.#waiting.splice(0)]) reject(reason);
    this.#underWay = [];
  }

  async #sendAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      const { signal } = this.#abandoned;
      this.#waiting = [];
      this.#underWay = batch;
      try {
        const records = batch.length === 1 ? (batch[0]?.records ?? []) : batch.flatMap((one) => one.records);
        await this.#insist(records, signal);
        for (const { resolve } of batch) resolve(none);
      } catch {
        // Either all of it is abandoned, and whoever waits knows, or one record must not take the others with it.
        for (const { records, resolve, reject } of batch) await this.#sendEach(records, signal).then(resolve, reject);
      }
      this.#underWay = [];
    }
    this.#isSending = false;
  }

  async #sendEach(records: readonly OutgoingRecord[], signal: AbortSignal): Promise<readonly Refusal[]> {
    const refusals: Refusal[] = [];
    for (const [index, record] of records.entries()) {
      try {
        await this.#insist([record], signal);
      } catch (error) {
        if (signal.aborted) throw error;
        refusals.push({ index, error: error as Error });
      }
    }
    return refusals;
  }

  async #insist(records: readonly OutgoingRecord[], signal: AbortSignal): Promise<void> {
    const { producer, settings, onTransient } = this.#parts;
    for (let attempt = 1; ; attempt += 1) {
      signal.throwIfAborted();
      try {
        await producer.send(records);
        if (this.#isAway) onTransient(undefined);
        this.#isAway = false;
        return;
      } catch (error) {
        if (!(error instanceof TransientError)) throw error;
        this.#isAway = true;
        onTransient(error);
        const waitMs = backoffMs(attempt, settings.transientBackoffMs, settings.transientBackoffMaxMs);
        await settings.clock.sleep(waitMs, signal);
      }
    }
  }
}
