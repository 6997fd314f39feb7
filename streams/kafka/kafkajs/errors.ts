import { FatalError, TransientError } from '../../errors.ts';

const refusals = new Set([
  'TOPIC_AUTHORIZATION_FAILED',
  'GROUP_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'SASL_AUTHENTICATION_FAILED',
  'UNSUPPORTED_SASL_MECHANISM',
  'INVALID_TOPIC_EXCEPTION',
]);
/** Faults of the records themselves: sending them again cannot help. */
const unfitRecords = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD', 'INVALID_TIMESTAMP']);

interface KafkajsError extends Error {
  readonly type?: string;
  readonly cause?: unknown;
}

/** The first error in a chain of causes that carries Kafka's own name for it, or the last in the chain. */
export function rootOf(error: unknown): KafkajsError {
  let current = error as KafkajsError;
  while (current.type === undefined && current.cause instanceof Error && current.cause !== current) {
    current = current.cause;
  }
  return current;
}

/** Puts kafkajs' errors into our classes: what Kafka refuses is fatal, what is wrong with a record a plain error. */
export function classified(error: unknown, doing: string): Error {
  if (error instanceof TransientError || error instanceof FatalError) return error;
  const root = rootOf(error);
  const said = `kafka, ${doing}: ${root.message}`;
  if (root.type !== undefined && refusals.has(root.type)) return new FatalError(said, { cause: error });
  if (root.name === 'KafkaJSSASLAuthenticationError') return new FatalError(said, { cause: error });
  if (root.type !== undefined && unfitRecords.has(root.type)) return new Error(said, { cause: error });
  return new TransientError(said, { cause: error });
}

export async function asking<T>(doing: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw classified(error, doing);
  }
}
