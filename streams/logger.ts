import { pino, stdTimeFunctions, type DestinationStream, type Logger, type LoggerOptions } from 'pino';

/** Fields that may carry a secret, at the top and one level down. */
const secretFields = ['password', 'secret', 'token', 'authorization', 'cookie', 'apiKey', 'api_key', 'credentials'];

/** Credentials inside addresses: `postgres://name:password@host` becomes `postgres://name:***@host`. */
export function withoutCredentials(text: string): string {
  return text.replaceAll(/(\b[a-z][a-z\d+.-]*:\/\/[^\s:@/]*):[^\s@/]+@/giu, '$1:***@');
}

/** One JSON object a line, on standard output unless told otherwise. Messages are static, what varies is in fields. */
export function createLogger(
  level: string,
  bindings: Readonly<Record<string, unknown>> = {},
  destination?: DestinationStream,
): Logger {
  const options: LoggerOptions = {
    level,
    base: { ...bindings },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: secretFields.flatMap((field) => [field, `*.${field}`]), censor: '***' },
    serializers: { err: serializeError },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  return {
    type: error.name,
    message: withoutCredentials(error.message),
    stack: withoutCredentials(error.stack ?? ''),
    ...(error.cause instanceof Error ? { cause: withoutCredentials(error.cause.message) } : {}),
  };
}
