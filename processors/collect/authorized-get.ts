import type { Credentials } from '../../domain/credentials.ts';
import type { HttpResponse } from '../../streams/http/client.ts';
import { FetchError } from '../../streams/http/fetch-error.ts';
import type { PoliteOptions } from './polite-client.ts';

type Get = (url: string, options: PoliteOptions) => Promise<HttpResponse>;

/**
 * Sends the source's credentials along, to the source's own origin only. What comes back holds no secret: a server that
 * redirects to an address with the key in it must not bring the key into a feed's status or a log.
 */
export function authorizedGet(source: {
  readonly url: string;
  readonly credentials: Credentials | null;
  readonly get: Get;
}): Get {
  const { credentials, get } = source;
  if (credentials === null || credentials.kind === 'oauth_client') return get;
  const origin = URL.parse(source.url)?.origin;
  const secrets = secretsOf(credentials);
  return async (url, options) => {
    if (URL.parse(url)?.origin !== origin) return get(url, options);
    try {
      const response = await get(url, withCredentials(options, credentials));
      return {
        ...response,
        finalUrl: without(response.finalUrl, secrets),
        redirects: response.redirects.map(({ status, from }) => ({ status, from: without(from, secrets) })),
      };
    } catch (error) {
      if (!(error instanceof FetchError) || !secrets.some((secret) => `${error.message} ${error.url}`.includes(secret)))
        throw error;
      throw new FetchError(error.code, without(error.url, secrets), without(error.message, secrets));
    }
  };
}

/** With robots.txt not asked: who gave us a key has agreed to our coming. */
function withCredentials(
  options: PoliteOptions,
  credentials: Exclude<Credentials, { kind: 'oauth_client' }>,
): PoliteOptions {
  if (credentials.kind === 'api_key' && credentials.in === 'query') {
    return { ...options, agreed: true, secretQuery: { [credentials.name]: credentials.value } };
  }
  const [name, value] = headerOf(credentials);
  return { ...options, agreed: true, headers: { ...options.headers, [name]: value } };
}

function headerOf(credentials: Exclude<Credentials, { kind: 'oauth_client' }>): readonly [string, string] {
  if (credentials.kind === 'api_key') return [credentials.name.toLowerCase(), credentials.value];
  if (credentials.kind === 'bearer') return ['authorization', `Bearer ${credentials.token}`];
  const pair = `${credentials.username}:${credentials.password}`;
  return ['authorization', `Basic ${Buffer.from(pair).toString('base64')}`];
}

/** In the spellings that addresses use. */
function secretsOf(credentials: Exclude<Credentials, { kind: 'oauth_client' }>): readonly string[] {
  const plain =
    credentials.kind === 'basic'
      ? credentials.password
      : credentials.kind === 'bearer'
        ? credentials.token
        : credentials.value;
  const query = new URLSearchParams({ '': plain }).toString().slice(1);
  return [...new Set([plain, encodeURIComponent(plain), query])];
}

function without(text: string, secrets: readonly string[]): string {
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
}
