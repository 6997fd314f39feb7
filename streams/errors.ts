/**
 * What a stage may throw, and what the runner does about it. Any other error counts as poison: the message is tried a
 * few times and then goes to the dead letters.
 */

/** Something that the stage needs is away for now. The partition waits and tries again; no message is given up. */
export class TransientError extends Error {
  override name = 'TransientError';
}

/**
 * This one message cannot be processed for now, and others can: the runner puts it off, and what comes later under the
 * same key waits behind it. For stages that declare `putsOff`; elsewhere it counts as transient.
 */
export class PutOffError extends Error {
  override name = 'PutOffError';
  /** After how many milliseconds to try again. */
  readonly afterMs: number;

  constructor(message: string, afterMs: number, options?: ErrorOptions) {
    super(message, options);
    this.afterMs = afterMs;
  }
}

/** Going on would do harm. The stage stops, and health says why. */
export class FatalError extends Error {
  override name = 'FatalError';
}

/** A fault in what somebody gave us: settings, arguments, requests. The message says what, where, and how to mend it. */
export class InputError extends Error {
  override name = 'InputError';
}

/** Bytes that cannot be read as what they claim to be, now or ever: a dead letter at once. */
export class UndecodableError extends Error {
  override name = 'UndecodableError';
}

/** What was thrown, in words; an aggregate without words of its own speaks in those of its parts. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
