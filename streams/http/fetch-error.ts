/** What went wrong with a request, for programs. */
export type FetchErrorCode =
  | 'bad-url'
  | 'blocked-address'
  | 'dns'
  | 'refused'
  | 'unreachable'
  | 'connection-lost'
  | 'tls'
  | 'timeout'
  | 'too-large'
  | 'bad-redirect'
  | 'bad-encoding'
  | 'bad-response';

/** A request that gave no answer to work with. The message is for people: what went wrong, where, what to do. */
export class FetchError extends Error {
  override name = 'FetchError';
  readonly code: FetchErrorCode;
  /** The address that failed: of the last hop, where there were redirects. */
  readonly url: string;

  constructor(code: FetchErrorCode, url: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.url = url;
  }
}

const words: ReadonlyMap<string, readonly [FetchErrorCode, string]> = new Map([
  ['ENOTFOUND', ['dns', 'has no address in the DNS: is its name spelled right, and this machine online?']],
  ['ENODATA', ['dns', 'has no address in the DNS: is its name spelled right, and this machine online?']],
  ['EAI_AGAIN', ['dns', 'could not be looked up: the DNS does not answer']],
  ['ECONNREFUSED', ['refused', 'refuses the connection: nothing listens there']],
  ['EHOSTUNREACH', ['unreachable', 'cannot be reached from here']],
  ['ENETUNREACH', ['unreachable', 'cannot be reached from here']],
  ['EADDRNOTAVAIL', ['unreachable', 'cannot be reached from here']],
  ['ECONNRESET', ['connection-lost', 'ended the connection before its answer was complete']],
  ['EPIPE', ['connection-lost', 'ended the connection before its answer was complete']],
  ['UND_ERR_SOCKET', ['connection-lost', 'ended the connection before its answer was complete']],
  ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', ['connection-lost', 'sent another length than it had announced']],
  ['ETIMEDOUT', ['timeout', 'did not accept a connection in time']],
  ['UND_ERR_CONNECT_TIMEOUT', ['timeout', 'did not accept a connection in time']],
  ['UND_ERR_HEADERS_OVERFLOW', ['bad-response', 'sent more than 64 KB of headers']],
  ['EPROTO', ['tls', 'does not speak TLS as it should']],
]);

/** @param host for people: host name and port */
export function fetchErrorFrom(cause: unknown, url: string, host: string): FetchError {
  if (cause instanceof FetchError) return cause;
  const code = codeOf(cause);
  const known = words.get(code);
  if (known !== undefined) return new FetchError(known[0], url, `${host} ${known[1]}`, { cause });
  const detail = cause instanceof Error ? cause.message : String(cause);
  if (isTls(code)) {
    return new FetchError('tls', url, `${host} has a certificate or TLS that cannot be trusted (${detail})`, { cause });
  }
  return new FetchError('bad-response', url, `${host} gave no valid HTTP answer (${detail})`, { cause });
}

function codeOf(cause: unknown): string {
  if (!(cause instanceof Error)) return '';
  // When several addresses of a name were tried, the first failure tells as much as any.
  if (cause instanceof AggregateError && !('code' in cause)) return codeOf(cause.errors[0]);
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
}

function isTls(code: string): boolean {
  return /^(?:ERR_TLS|ERR_SSL|CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO|CRL_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE)/.test(
    code,
  );
}
