import { AuthenticationError, MultipleErrors, ProtocolError, protocolErrorsCodesById } from '@platformatic/kafka';
import { FatalError, TransientError } from '../../errors.ts';

const refusals = new Set([
  'TOPIC_AUTHORIZATION_FAILED',
  'GROUP_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'SASL_AUTHENTICATION_FAILED',
  'UNSUPPORTED_SASL_MECHANISM',
  'UNSUPPORTED_VERSION',
  'INVALID_TOPIC_EXCEPTION',
  'INVALID_SESSION_TIMEOUT',
]);
/** Faults of the records themselves: sending them again cannot help. */
const unfitRecords = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD', 'INVALID_TIMESTAMP']);

/** What a broker answered with, by Kafka's own name for it. */
export class BrokerError extends Error {
  readonly type: string;

  constructor(type: string, doing: string, detail?: string | null) {
    super(`${doing}: ${type}${detail ? `, ${detail}` : ''}`);
    this.type = type;
  }
}

/** Kafka's name for an error code, undefined for none. */
export function typeOf(code: number): string | undefined {
  return code === 0 ? undefined : (protocolErrorsCodesById[code] ?? `ERROR_${code}`);
}

/** @throws BrokerError where the code says so */
export function assertNone(code: number, doing: string, detail?: string | null): void {
  const type = typeOf(code);
  if (type !== undefined) throw new BrokerError(type, doing, detail);
}

/** Kafka's own name for what went wrong, where it has one. */
export function typeIn(error: unknown): string | undefined {
  if (error instanceof BrokerError) return error.type;
  if (error instanceof ProtocolError) return String(error['apiId']);
  if (error instanceof AggregateError) return error.errors.map(typeIn).find((type) => type !== undefined);
  if (error instanceof Error && error.cause !== undefined) return typeIn(error.cause);
  return undefined;
}

/** Puts errors into our classes: what Kafka refuses is fatal, what is wrong with a record a plain error. */
export function classified(error: unknown, doing: string): Error {
  if (error instanceof TransientError || error instanceof FatalError) return error;
  const type = typeIn(error);
  const said = `kafka, ${doing}: ${wordsOf(error)}`;
  if (type !== undefined && refusals.has(type)) return new FatalError(said, { cause: error });
  if (error instanceof AuthenticationError) return new FatalError(said, { cause: error });
  if (type !== undefined && unfitRecords.has(type)) return new Error(said, { cause: error });
  return new TransientError(said, { cause: error });
}

function wordsOf(error: unknown): string {
  if (error instanceof MultipleErrors) return error.errors.map(wordsOf).join('; ');
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} ${wordsOf(error.cause)}` : error.message;
}

export async function asking<T>(doing: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw classified(error, doing);
  }
}
