/**
 * What a service says when it cannot do what was asked. Both APIs translate these; any other error is a defect of ours
 * and told to nobody but the log.
 */
export abstract class ServiceFault extends Error {
  /** For programs: one word with underscores. */
  abstract readonly code: string;
}

/** There is no such thing, or the asker may not know of it. */
export class NotFound extends ServiceFault {
  override name = 'NotFound';
  readonly code = 'not_found';

  constructor(kind: string, id: string) {
    super(`there is no ${kind} ${id}`);
  }
}

export interface Fault {
  /** The argument, as the service names it: `name`, `cursor`, `config.url`. */
  readonly field: string;
  /** For people: what is wrong, and what would do. */
  readonly detail: string;
  /** For programs. */
  readonly code: string;
  /** What is wrong within a text, in UTF-16 units from its beginning; the end is exclusive. */
  readonly position?: { readonly start: number; readonly end: number };
}

/** What was given cannot be used; every fault is named. */
export class Invalid extends ServiceFault {
  override name = 'Invalid';
  readonly code = 'invalid';
  readonly faults: readonly Fault[];

  constructor(...faults: readonly Fault[]) {
    super(faults.map((fault) => `${fault.field}: ${fault.detail}`).join('; '));
    this.faults = faults;
  }
}

/** Something that the answer needs is away for now: asking again later may help. */
export class Unavailable extends ServiceFault {
  override name = 'Unavailable';
  readonly code = 'unavailable';
  /** Seconds after which asking again makes sense. */
  readonly retryAfterSeconds: number;

  constructor(detail: string, options: { readonly cause?: unknown; readonly retryAfterSeconds?: number } = {}) {
    super(detail, { cause: options.cause });
    this.retryAfterSeconds = options.retryAfterSeconds ?? 5;
  }
}

/** Too much of this kind is under way: asking again in a moment helps. */
export class Busy extends ServiceFault {
  override name = 'Busy';
  readonly code = 'busy';
  readonly retryAfterSeconds = 5;
}
