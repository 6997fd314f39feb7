import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Credentials } from '../../../domain/credentials.ts';
import { authorizedGet } from '../../../processors/collect/authorized-get.ts';
import { type ConnectorContext, defineConnector } from '../../../processors/collect/connector.ts';
import { valueAt } from '../../../processors/collect/json-answer.ts';
import type { PoliteOptions } from '../../../processors/collect/polite-client.ts';

/** What was asked for, with which options. */
const asked: (readonly [string, PoliteOptions])[] = [];
const get: ConnectorContext['get'] = async (url, options) => {
  asked.push([url, options]);
  return { status: 200, headers: {}, finalUrl: url, body: Buffer.alloc(0), truncated: false, redirects: [] };
};
const context: ConnectorContext = {
  url: 'https://a.example/feed',
  validators: null,
  credentials: null,
  nowMs: 0,
  get,
  parse: () => Promise.reject(new Error('parsed')),
  read: { list: () => Promise.reject(new Error('read')), sitemap: () => Promise.reject(new Error('read')) },
};
const settings = {
  name: 'greedy',
  types: ['greedy'],
  config: z.strictObject({}),
  credentials: ['bearer'],
  requires_auth: false,
  scheduled: true,
} as const;

const greedy = (requires_auth: boolean) =>
  defineConnector({
    settings: { ...settings, requires_auth },
    purpose: 'Asks without end.',
    limits: { requests: 3, bytes: 10 },
    async collect({ get: ask, url }) {
      for (;;) await ask(url, {});
    },
  });

describe('a connector', () => {
  test('that asks more often than it may is stopped, and each answer is bounded', async () => {
    asked.length = 0;
    await expect(greedy(false).collect(context, {})).rejects.toMatchObject({ code: 'too-many-requests' });
    expect(asked.map(([, { maxBytes }]) => maxBytes)).toEqual([10, 10, 10]);
  });

  test('that needs credentials does not ask without', async () => {
    asked.length = 0;
    await expect(greedy(true).collect(context, {})).rejects.toMatchObject({ code: 'credentials-missing' });
    expect(asked).toEqual([]);
  });
});

test.each<[Credentials, PoliteOptions]>([
  [
    { kind: 'bearer', token: 't' },
    { agreed: true, headers: { a: 'b', authorization: 'Bearer t' } },
  ],
  [
    { kind: 'api_key', in: 'query', name: 'k', value: 'v' },
    { agreed: true, headers: { a: 'b' }, secretQuery: { k: 'v' } },
  ],
])('%j are sent to the origin of the source only', async (credentials, sent) => {
  asked.length = 0;
  const authorized = authorizedGet({ ...context, credentials });
  const plain = { headers: { a: 'b' } };
  for (const url of [
    'https://a.example/x',
    'http://a.example/x',
    'https://b.a.example/x',
    'https://a.example:8443/x',
  ]) {
    await authorized(url, plain);
  }
  expect(asked.map(([, options]) => options)).toEqual([sent, plain, plain, plain]);
});

test.each([
  ['a.b.0', 'x'],
  ['a.c', undefined],
  ['__proto__', undefined],
  ['constructor', undefined],
  ['a.b.length.x', undefined],
  ['s.0', undefined],
])('at the path %s of JSON is %s', (path, expected) => {
  expect(valueAt({ a: { b: ['x'] }, s: 'text' }, path)).toBe(expected);
});
