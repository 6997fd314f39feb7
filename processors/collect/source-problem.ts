import { FetchError } from '../../streams/http/fetch-error.ts';

/**
 * A fault of a source: it becomes a feed's status or an article's page_error and never holds up another source. The
 * message is for people and tells the next step.
 */
export class SourceProblem extends Error {
  override name = 'SourceProblem';
  /** For programs, a few words with hyphens. */
  readonly code: string;
  readonly httpStatus: number | null;

  constructor(code: string, message: string, httpStatus: number | null = null, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.httpStatus = httpStatus;
  }
}

/** @throws the error itself where it is no fault of a source */
export function sourceProblemOf(error: unknown): SourceProblem {
  if (error instanceof SourceProblem) return error;
  if (error instanceof FetchError) return new SourceProblem(error.code, error.message, null, { cause: error });
  throw error;
}

const statusWords: Readonly<Record<number, readonly [string, string]>> = {
  401: ['unauthorized', 'wants a user name and password'],
  402: ['forbidden', 'wants to be paid'],
  403: ['forbidden', 'forbids us to read this'],
  404: ['not-found', 'has nothing at this address: has it moved?'],
  410: ['gone', 'says that this is gone for good'],
  429: ['rate-limited', 'says that we ask too often'],
  451: ['forbidden', 'must not show this for legal reasons'],
  503: ['unavailable', 'is not available just now'],
};

/** @param host for people */
export function problemOfStatus(status: number, host: string): SourceProblem {
  const known = statusWords[status];
  if (known !== undefined) return new SourceProblem(known[0], `${host} ${known[1]} (HTTP ${status})`, status);
  const code = status >= 500 ? 'server-error' : 'http-error';
  return new SourceProblem(code, `${host} answered with HTTP ${status} and no content`, status);
}
