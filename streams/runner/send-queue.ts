import { TransientError } from '../errors.ts';
import type { KafkaProducer, OutgoingRecord } from '../kafka/port.ts';

interface Waiting {
  readonly records: readonly OutgoingRecord[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Collects the outputs of handlers that run at the same time into one request: what is handed in while a request is
 * under way goes with the next.
 */
export class SendQueue {
  readonly #producer: KafkaProducer;
  #waiting: Waiting[] = [];
  #isSending = false;

  constructor(producer: KafkaProducer) {
    this.#producer = producer;
  }

  /** Resolves once all of them are acknowledged; they keep their order. */
  send(records: readonly OutgoingRecord[]): Promise<void> {
    if (records.length === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#waiting.push({ records, resolve, reject });
      if (this.#isSending) return;
      this.#isSending = true;
      // Whatever else ends in this turn of the event loop comes along.
      setImmediate(() => void this.#sendAll());
    });
  }

  async #sendAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        await this.#producer.send(batch.flatMap(({ records }) => records));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        if (error instanceof TransientError || batch.length === 1) for (const { reject } of batch) reject(error);
        else await this.#sendEach(batch);
      }
    }
    this.#isSending = false;
  }

  /** One record that the broker refuses must not take the others with it. */
  async #sendEach(batch: readonly Waiting[]): Promise<void> {
    for (const { records, resolve, reject } of batch) await this.#producer.send(records).then(resolve, reject);
  }
}
