import { Invalid, NotFound, Unavailable } from '../gateways/services/faults.ts';
import { SetupError } from '../infra/local/setup-error.ts';
import { FatalError, InputError, messageOf, TransientError } from '../streams/errors.ts';
import { exitCodeOf } from './exit-codes.ts';

/** What to tell a person about an error, and the exit code that goes with it. */
export function explain(error: unknown): { readonly message: string; readonly code: number } {
  if (error instanceof InputError || error instanceof Invalid || error instanceof NotFound) {
    return { message: error.message, code: exitCodeOf('usage') };
  }
  if (error instanceof FatalError || error instanceof SetupError) {
    return { message: error.message, code: exitCodeOf('failed') };
  }
  if (error instanceof TransientError || error instanceof Unavailable || isConnectionError(error)) {
    return {
      message: `${messageOf(error)}. Is Mimir running here? \`npm start\` starts it; KAFKA_BROKERS, DATABASE_URL and REDIS_URL name engines elsewhere.`,
      code: exitCodeOf('away'),
    };
  }
  return { message: messageOf(error), code: exitCodeOf('failed') };
}

function isConnectionError(error: unknown): boolean {
  const codes = [error, ...(error instanceof AggregateError ? error.errors : [])].map((one) =>
    one instanceof Error && 'code' in one ? one.code : undefined,
  );
  return codes.some((code) => code === 'ECONNREFUSED' || code === 'ECONNRESET' || code === 'ENOTFOUND');
}
