import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { restApp } from '../../../gateways/rest/app.ts';
import { routes } from '../../../gateways/rest/openapi.ts';
import { route } from '../../../gateways/rest/route.ts';
import type { Services } from '../../../gateways/services/services.ts';
import { restClient } from './client.ts';

const one = '11111111-1111-4111-8111-11111111111a';
const another = '22222222-2222-4222-8222-222222222222';

/** Answers with what it was given; the other routes are never reached by what is sent here. */
const thing = route({
  method: 'patch',
  path: '/api/v1/things/{id}',
  operationId: 'changeThing',
  tag: 'things',
  summary: 'Change a thing',
  params: z.strictObject({ id: z.string() }),
  body: { kind: 'resource', type: 'things', attributes: z.strictObject({ name: z.string() }) },
  reply: { describes: 'The thing', document: null },
  handle: ({ params: { id }, attributes }) =>
    Promise.resolve({ kind: 'resource', resource: { type: 'things', id, attributes, relationships: {} } }),
});
const changes = [...routes, thing].map(({ operation }) => operation).filter(({ method }) => method === 'patch');

let server: Server;
let patch: (path: string, data: unknown) => ReturnType<ReturnType<typeof restClient>>;

beforeAll(async () => {
  const app = restApp({
    log: pino({ level: 'silent' }),
    observe: () => undefined,
    mount(router) {
      for (const each of [...routes, thing]) each.mount(router, {} as Services);
    },
  });
  server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const ask = restClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  patch = (path, data) => ask(path, { method: 'PATCH', body: { data } });
});
afterAll(() => server?.close());

const faultsOf = async (answer: ReturnType<typeof patch>) => {
  const { status, body } = await answer;
  return [
    status,
    ...body.errors.map((error: { code: string; source: { pointer: string } }) => [error.code, error.source.pointer]),
  ];
};

test('a change may carry the id and the type of what its address names, or no id', async () => {
  const attributes = { name: 'new' };
  for (const id of [undefined, one, one.toUpperCase()]) {
    const { status, body } = await patch(`/api/v1/things/${one}`, { type: 'things', id, attributes });
    expect([status, body.data]).toEqual([200, { type: 'things', id: one, attributes, relationships: {} }]);
  }
});

test('every change refuses the id of something else as a conflict, before anything is done', async () => {
  expect(changes.length).toBeGreaterThan(8);
  for (const { path } of changes) {
    const answer = patch(path.replace('{id}', one), { type: typeOf(path), id: another, attributes: {} });
    expect([path, await faultsOf(answer)]).toEqual([path, [409, ['id_conflict', '/data/id']]]);
  }
});

test('every change takes the id of its own: what is wrong then is told, and nothing of the id', async () => {
  for (const { path } of changes) {
    const id = path.includes('{id}') ? one : 'own';
    const answer = patch(path.replace('{id}', one), { type: typeOf(path), id, attributes: { nonsense: 1 } });
    const [status, ...faults] = await faultsOf(answer);
    expect([path, status]).toEqual([path, 422]);
    expect(faults).toContainEqual(['unknown_field', '/data/attributes/nonsense']);
    expect(faults.filter(([, pointer]: string[]) => pointer === '/data/id')).toEqual([]);
  }
});

test('another type is a conflict too; an id that is no text is a fault of the body', async () => {
  const attributes = { name: 'new' };
  const path = `/api/v1/things/${one}`;
  expect(await faultsOf(patch(path, { type: 'rules', id: another, attributes }))).toEqual([
    409,
    ['type_conflict', '/data/type'],
    ['id_conflict', '/data/id'],
  ]);
  expect(await faultsOf(patch(path, { type: 'things', id: 7, attributes }))).toEqual([
    422,
    ['invalid_type', '/data/id'],
  ]);
  expect(await faultsOf(patch(path, null))).toEqual([422, ['invalid_type', '/data']]);
});

/** Addresses are named as the types are. */
const typeOf = (path: string): string => path.split('/')[3] ?? '';
