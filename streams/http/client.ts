import type { LookupFunction } from 'node:net';
import type { Logger } from 'pino';
import { type Agent, type Dispatcher, request } from 'undici';
import packageJson from '../../package.json' with { type: 'json' };
import type { Config } from '../config.ts';
import { addressGuard } from './address-guard.ts';
import { BadEncoding, readDecoded } from './decoded-body.ts';
import { FetchError, fetchErrorFrom } from './fetch-error.ts';
import { BlockedName, guardedAgent } from './guarded-agent.ts';
import { blockedAddress, requestTarget } from './request-target.ts';

/**
 * The only way in which Mimir asks other machines over HTTP. Every hop's address is checked, every answer is bounded
 * in bytes and time.
 */
export interface HttpClient {
  /**
   * Answers with whatever status the server gives; redirects are followed.
   *
   * @throws FetchError for everything that is no complete HTTP answer
   * @throws the signal's reason, once it is aborted
   */
  get(url: string, options?: GetOptions): Promise<HttpResponse>;
  close(): Promise<void>;
}

export interface GetOptions {
  /** The Accept header. */
  readonly accept?: string;
  /** More headers, with names in lower case. They are sent to the first origin only. */
  readonly headers?: Readonly<Record<string, string>>;
  /** More parameters of the query, sent to the first origin only. They stand in no error, log or final address. */
  readonly secretQuery?: Readonly<Record<string, string>>;
  /** Sent as a form with POST; a redirect is then the answer and not followed. */
  readonly form?: Readonly<Record<string, string>>;
  /** Sent with POST as it is; a redirect is then the answer and not followed. */
  readonly text?: { readonly contentType: string; readonly body: string };
  /** Bytes of the body at most, after decoding; 15 MB unless told. */
  readonly maxBytes?: number;
  /** What becomes of a longer body; `fail` (too-large) unless told. */
  readonly whenLonger?: 'fail' | 'truncate';
  /** For all hops together, in milliseconds, without the time in beforeRequest; 30 s unless told. */
  readonly deadlineMs?: number;
  readonly maxRedirects?: number;
  /** Called before each hop: waits for its turn, or throws to refuse. */
  readonly beforeRequest?: (url: string) => Promise<void>;
  readonly signal?: AbortSignal;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case; repeated headers joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly finalUrl: string;
  /** Decoded of its content codings. */
  readonly body: Buffer;
  readonly truncated: boolean;
  readonly redirects: readonly { readonly status: number; readonly from: string }[];
}

export interface HttpClientOptions {
  readonly egress: Config['egress'];
  readonly log: Logger;
  /** Ports of our own engines and services, not asked at private addresses even where a range is allowed. */
  readonly ownPorts?: readonly number[];
  /** Resolves names; the system's unless told. */
  readonly lookup?: LookupFunction;
}

const defaults = { maxBytes: 15_000_000, deadlineMs: 30_000, maxRedirects: 3, accept: '*/*' };
const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** @throws InputError where an allowed range is none */
export function openHttpClient({ egress, log, ownPorts = [], lookup }: HttpClientOptions): HttpClient {
  const outsideOnly = addressGuard([]);
  const guard = addressGuard(egress.allow);
  const closedPorts = new Set(ownPorts.map(String));
  const agent = guardedAgent(guard, outsideOnly, closedPorts, lookup);
  const contact = egress.contact === '' ? '' : ` (+${egress.contact})`;
  const userAgent = `Mimir/${packageJson.version}${contact}`;
  const targetOf = (url: string, base?: string): URL => {
    const target = requestTarget(url, guard, base);
    return closedPorts.has(target.port) ? requestTarget(url, outsideOnly, base) : target;
  };

  const get = async (url: string, options: GetOptions = {}): Promise<HttpResponse> => {
    const redirects: { status: number; from: string }[] = [];
    const deadlineMs = options.deadlineMs ?? defaults.deadlineMs;
    let remainingMs = deadlineMs;
    let target = targetOf(url);
    const firstOrigin = target.origin;
    for (;;) {
      await options.beforeRequest?.(target.href);
      const isFirst = target.origin === firstOrigin;
      const extra = isFirst ? options.headers : {};
      const headers = { 'user-agent': userAgent, accept: options.accept ?? defaults.accept, ...accepted, ...extra };
      const startedAt = performance.now();
      const answer = await oneHop(agent, target, headers, {
        ...options,
        secretQuery: isFirst ? (options.secretQuery ?? {}) : {},
        deadlineMs,
        remainingMs,
      });
      remainingMs -= performance.now() - startedAt;
      log.debug({ url: target.href, status: answer.status, bytes: answer.body.length }, 'fetched');
      const isFollowed =
        options.form === undefined && options.text === undefined && redirectStatuses.has(answer.status);
      const location = isFollowed ? answer.headers['location'] : undefined;
      if (location === undefined) return { ...answer, finalUrl: target.href, redirects };
      if (redirects.length === (options.maxRedirects ?? defaults.maxRedirects)) {
        throw new FetchError(
          'bad-redirect',
          target.href,
          `more than ${redirects.length} redirects, beginning at ${url}`,
        );
      }
      redirects.push({ status: answer.status, from: target.href });
      target = redirectTarget(location, target, targetOf);
    }
  };
  return { get, close: () => agent.close() };
}

const accepted = { 'accept-encoding': 'gzip, deflate, br, zstd' };

function redirectTarget(location: string, from: URL, targetOf: (url: string, base: string) => URL): URL {
  try {
    return targetOf(location, from.href);
  } catch (error) {
    if (!(error instanceof FetchError) || error.code === 'blocked-address') throw error;
    throw new FetchError('bad-redirect', from.href, `${from.host} redirects to where nobody can go: ${error.message}`);
  }
}

type Hop = Pick<HttpResponse, 'status' | 'headers' | 'body' | 'truncated'>;
type HopOptions = GetOptions & {
  readonly secretQuery: Readonly<Record<string, string>>;
  readonly deadlineMs: number;
  readonly remainingMs: number;
};

async function oneHop(
  agent: Agent,
  target: URL,
  headers: Readonly<Record<string, string>>,
  options: HopOptions,
): Promise<Hop> {
  const deadline = AbortSignal.timeout(Math.max(1, Math.ceil(options.remainingMs)));
  const signal = options.signal === undefined ? deadline : AbortSignal.any([deadline, options.signal]);
  const { maxBytes = defaults.maxBytes, whenLonger = 'fail' } = options;
  try {
    const asked = withQuery(target, options.secretQuery);
    const posted = postedBody(options);
    const sent =
      posted === undefined
        ? { method: 'GET' as const, headers }
        : {
            method: 'POST' as const,
            headers: { ...headers, 'content-type': posted.contentType },
            body: posted.body,
          };
    const response = await request(asked, { dispatcher: agent, ...sent, signal });
    const flat = flatHeaders(response);
    if (redirectStatuses.has(response.statusCode) && flat['location'] !== undefined) {
      response.body.on('error', ignore).destroy();
      return { status: response.statusCode, headers: flat, body: Buffer.alloc(0), truncated: false };
    }
    const body = await readDecoded(response.body, flat['content-encoding'] ?? '', maxBytes);
    if (body.truncated && whenLonger === 'fail') {
      const megabytes = (maxBytes / 1e6).toLocaleString('en');
      throw new FetchError('too-large', target.href, `${target.host} sent more than ${megabytes} MB`);
    }
    return { status: response.statusCode, headers: flat, body: body.bytes, truncated: body.truncated };
  } catch (error) {
    if (options.signal?.aborted === true) throw options.signal.reason;
    if (deadline.aborted) {
      const seconds = options.deadlineMs / 1000;
      throw new FetchError('timeout', target.href, `${target.host} did not answer completely within ${seconds} s`);
    }
    if (error instanceof BlockedName) throw blockedAddress(target);
    if (error instanceof BadEncoding) {
      throw new FetchError(
        'bad-encoding',
        target.href,
        `${target.host} sent a body that cannot be decoded (${error.message})`,
      );
    }
    throw fetchErrorFrom(error, target.href, target.host);
  }
}

function postedBody({ form, text }: Pick<GetOptions, 'form' | 'text'>): GetOptions['text'] {
  if (form === undefined) return text;
  return { contentType: 'application/x-www-form-urlencoded', body: new URLSearchParams(form).toString() };
}

function withQuery(target: URL, parameters: Readonly<Record<string, string>>): URL {
  const asked = new URL(target);
  for (const [name, value] of Object.entries(parameters)) asked.searchParams.set(name, value);
  return asked;
}

function flatHeaders(response: Dispatcher.ResponseData): Record<string, string> {
  const entries = Object.entries(response.headers).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value]],
  );
  return Object.fromEntries(entries);
}

/** A body that nobody reads may fail when it is thrown away. */
function ignore(): void {}
