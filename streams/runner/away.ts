import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { TransientError } from '../errors.ts';

const reminderMs = 30_000;

/** Keeps in mind what is away, so that health can say it, and the log says it once and then now and then. */
export class Away {
  readonly #log: Logger;
  readonly #clock: Clock;
  #error: TransientError | undefined;
  #saidAtMs = Number.NEGATIVE_INFINITY;

  constructor(log: Logger, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  readonly note = (error: TransientError | undefined): void => {
    if (error === undefined) {
      if (this.#error !== undefined) this.#log.info('what was away is back');
      this.#error = undefined;
      this.#saidAtMs = Number.NEGATIVE_INFINITY;
      return;
    }
    this.#error = error;
    const now = this.#clock.now();
    if (now - this.#saidAtMs < reminderMs) return;
    this.#saidAtMs = now;
    this.#log.warn({ err: error }, 'something is away: waiting, and trying again');
  };

  get message(): string | undefined {
    return this.#error?.message;
  }
}
