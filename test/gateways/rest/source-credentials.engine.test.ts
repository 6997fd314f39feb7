import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { feedId } from '../../../domain/identity.ts';
import { openSealer } from '../../../domain/sealed.ts';
import { openCredentials } from '../../../domain/sealed-credentials.ts';
import { typedQueries } from '../../../gateways/postgres.ts';
import { rest } from '../../../gateways/rest/rest.ts';
import { requestDueFeeds } from '../../../gateways/scheduler/due-feeds.ts';
import { defaultOrganizationId } from '../../../gateways/schema.ts';
import { rotateSecrets } from '../../../gateways/services/rotate-secrets.ts';
import type { Service } from '../../../streams/service.ts';
import { openWorld, type World } from '../world.ts';
import { restClient, source } from './client.ts';

const keys = [
  { id: 'old', key: Buffer.alloc(32, 1) },
  { id: 'new', key: Buffer.alloc(32, 2) },
];
const sealer = openSealer(keys.slice(0, 1));
const password = 'correct horse battery staple';
const basic = { kind: 'basic', username: 'reader', password };
const url = 'https://closed.example/feed';

let world: World;
let service: Service;
let ask: ReturnType<typeof restClient>;
const texts: string[] = [];

beforeAll(async () => {
  world = await openWorld({ MIMIR_SECRET_KEYS: `old:${keys[0]?.key.toString('base64')}` });
  service = await rest.open(world.runtime);
  const asked = restClient(service.address ?? '');
  ask = async (...given) => {
    const answer = await asked(...given);
    texts.push(JSON.stringify(answer.body));
    return answer;
  };
});

afterAll(async () => {
  await service?.close();
  await world?.[Symbol.asyncDispose]();
});

const create = (attributes: Readonly<Record<string, unknown>>) =>
  ask('/api/v1/sources', { method: 'POST', body: source(attributes) });
const stored = async (id: string): Promise<string | null> => {
  const { rows } = await world.pool.query<{ credentials: string | null }>(
    'select credentials from sources where id = $1',
    [id],
  );
  return rows[0]?.credentials ?? null;
};

describe('credentials', () => {
  test('are kept sealed, make the source private, travel sealed, and are never shown', async () => {
    const { body } = await create({ name: 'closed', url, credentials: basic });
    const { id, attributes, relationships } = body.data;
    expect(attributes).toMatchObject({ has_credentials: true });
    expect(attributes).not.toHaveProperty('credentials');
    expect(relationships.feed.data.id).toBe(feedId(url, defaultOrganizationId));
    const sealed = (await stored(id)) ?? '';
    expect(openCredentials(sealer, sealed, defaultOrganizationId)).toEqual(basic);

    await ask(`/api/v1/sources/${id}/collect`, { method: 'POST' });
    await requestDueFeeds(typedQueries(world.pool), { defaultIntervalSeconds: 900, adaptive: true, limit: 100 });
    const { rows } = await world.pool.query(
      "select topic, payload ->> 'credentials' as credentials, payload ->> 'visibility' as visibility from outbox order by id",
    );
    expect(rows).toEqual(
      ['collect-request-user', 'collect-request'].map((topic) => ({
        topic,
        credentials: sealed,
        visibility: defaultOrganizationId,
      })),
    );
    await ask('/api/v1/sources');
    await ask(`/api/v1/sources/${id}`);
    const { rows: everything } = await world.pool.query(
      'select sources::text from sources union all select outbox::text from outbox',
    );
    expect(`${texts.join('')}${JSON.stringify(everything)}`).not.toContain(password);
  });

  test('stay when other things change, go where that is said, and are not sent to another place', async () => {
    const { body } = await create({ name: 'staying', url: 'https://staying.example/feed', credentials: basic });
    const change = (attributes: Readonly<Record<string, unknown>>) =>
      ask(`/api/v1/sources/${body.data.id}`, { method: 'PATCH', body: source(attributes) });
    const before = await stored(body.data.id);
    expect((await change({ description: 'x', url: 'https://staying.example/other' })).status).toBe(200);
    expect(await stored(body.data.id)).toBe(before);
    const stolen = await change({ url: 'https://thief.example/feed' });
    expect([stolen.status, stolen.body.errors[0].source.pointer]).toEqual([422, '/data/attributes/credentials']);
    expect(await stored(body.data.id)).toBe(before);
    const open = await change({ url: 'https://thief.example/feed', credentials: null });
    expect(open.body.data).toMatchObject({
      attributes: { has_credentials: false },
      relationships: { feed: { data: { id: feedId('https://thief.example/feed') } } },
    });
    expect(await stored(body.data.id)).toBeNull();
  });

  test.each([
    ['an unknown kind', { kind: 'oauth', token: password }, '/data/attributes/credentials/kind'],
    ['half of a pair', { kind: 'basic', username: password }, '/data/attributes/credentials/password'],
    ['a line break', { kind: 'bearer', token: `${password}\r\nX: y` }, '/data/attributes/credentials/token'],
    [
      'a header of the connection',
      { kind: 'api_key', in: 'header', name: 'Host', value: password },
      '/data/attributes/credentials/name',
    ],
    [
      'a kind that feeds do not take',
      { kind: 'oauth_client', client_id: 'x', client_secret: password },
      '/data/attributes/credentials/kind',
    ],
  ])('that cannot be used are refused without being told: %s', async (_, credentials, pointer) => {
    const { status, body } = await create({ name: 'refused', url, credentials });
    expect([status, body.errors[0].source.pointer]).toEqual([422, pointer]);
    expect(JSON.stringify(body)).not.toContain(password);
  });

  test('are sealed anew with another key, and what opens with none is named', async () => {
    const { body } = await create({ name: 'rotated', url: 'https://rotated.example/feed', credentials: basic });
    const lost = openSealer([{ id: 'lost', key: Buffer.alloc(32, 9) }]).seal('{}', 'x');
    const other = await create({ name: 'lost', url: 'https://lost.example/feed' });
    await world.pool.query('update sources set credentials = $1 where id = $2', [lost, other.body.data.id]);
    const both = openSealer(keys.toReversed());
    const db = typedQueries(world.pool);
    const first = await rotateSecrets(db, both);
    expect(first.resealed).toBeGreaterThan(0);
    expect(first.unopened).toEqual([
      { id: other.body.data.id, name: 'lost', reason: expect.stringContaining('"lost"') },
    ]);
    expect(await rotateSecrets(db, both)).toMatchObject({ resealed: 0, current: first.resealed });
    const sealed = (await stored(body.data.id)) ?? '';
    expect(openCredentials(openSealer(keys.slice(1)), sealed, defaultOrganizationId)).toEqual(basic);
  });
});

test('without keys no source with credentials is made', async () => {
  await using other = await openWorld({ MIMIR_ENV: 'production' });
  const alone = await rest.open(other.runtime);
  const answer = await restClient(alone.address ?? '')('/api/v1/sources', {
    method: 'POST',
    body: source({ name: 'closed', url, credentials: basic }),
  });
  expect([answer.status, answer.body.errors[0].detail]).toEqual([503, expect.stringContaining('MIMIR_SECRET_KEYS')]);
  await alone.close();
});
