/** JSON of which the test says what it should be; reading a field that is not there fails the test. */
// oxlint-disable-next-line typescript/no-explicit-any
type Json = any;

/** An answer of the REST API, read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Null where there is no body. */
  readonly body: Json;
}

export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A value is sent as JSON, a text as it is. */
  readonly body?: unknown;
}

export function restClient(address: string): (path: string, asked?: Asked) => Promise<Answer> {
  return async (path, { method = 'GET', headers = {}, body } = {}) => {
    const isText = typeof body === 'string' || body instanceof Uint8Array;
    const response = await fetch(`${address}${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': isText ? 'text/plain' : 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: isText ? (body as BodyInit) : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) };
  };
}

export function source(attributes: Readonly<Record<string, unknown>>): unknown {
  return { data: { type: 'sources', attributes } };
}
