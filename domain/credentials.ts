import { z } from 'zod';

/** What may stand in a header: anything else could end it and begin another. */
const secret = (maxLength: number) =>
  z
    .string()
    .min(1, { error: 'should not be empty' })
    .max(maxLength, { error: `should have at most ${maxLength} characters` })
    .regex(/^[\x20-\x7e]*$/, { error: 'should hold printable ASCII only' });

const parameterName = z
  .string()
  .regex(/^[\w.~-]{1,100}$/, { error: 'should be a name of letters, digits and . _ ~ -, at most 100' })
  .refine((name) => !reservedHeaders.has(name.toLowerCase()), {
    error: 'is a header that the connection itself needs',
  });

/** Headers that say how a connection works, or that credentials of their own kind set. */
export const reservedHeaders: ReadonlySet<string> = new Set(
  (
    'host connection keep-alive transfer-encoding te trailer upgrade expect content-length content-encoding ' +
    'accept-encoding proxy-authorization proxy-connection if-none-match if-modified-since range user-agent'
  ).split(' '),
);

/**
 * What opens a source. Sent to the source's own origin only; never shown, logged, or stored unsealed.
 *
 * basic: user name and password in the Authorization header; bearer: a token there; api_key: a value in a header or in
 * the query; oauth_client: an id and a secret against which the source's own service gives tokens out.
 */
export const credentialsSchema = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('basic'), username: secret(200), password: secret(1_000) }),
    z.strictObject({ kind: z.literal('bearer'), token: secret(4_000) }),
    z.strictObject({
      kind: z.literal('api_key'),
      in: z.enum(['header', 'query'], { error: 'should be header or query' }),
      name: parameterName,
      value: secret(4_000),
    }),
    z.strictObject({ kind: z.literal('oauth_client'), client_id: secret(500), client_secret: secret(2_000) }),
  ],
  { error: 'should be an object with "kind": basic, bearer, api_key or oauth_client' },
);
export type Credentials = z.infer<typeof credentialsSchema>;
export type CredentialKind = Credentials['kind'];
