import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { graphql } from '../../../gateways/graphql/graphql.ts';
import { rest } from '../../../gateways/rest/rest.ts';
import { defaultOrganizationId as acme } from '../../../gateways/schema.ts';
import type { Service } from '../../../streams/service.ts';
import { raise, secretKeys } from '../notify/notifying.ts';
import { enriched, id } from '../views/messages.ts';
import { openWorld, type World } from '../world.ts';
import { restClient } from './client.ts';

const other = '22222222-2222-4222-8222-222222222222';
let world: World;
let services: Service[];
let ask: ReturnType<typeof restClient>;
let query: (text: string, variables?: object) => Promise<ReturnType<typeof JSON.parse>>;

/** Fetched so many minutes ago. */
function recent(number: number, title: string) {
  const whole = enriched(number, 1, { title });
  return { ...whole, article: { ...whole.article, fetched_at: Date.now() - number * 60_000 } };
}

beforeAll(async () => {
  world = await openWorld({ MIMIR_SECRET_KEYS: secretKeys });
  services = [await rest.open(world.runtime), await graphql.open(world.runtime)];
  ask = restClient(services[0]?.address ?? '');
  const graph = restClient(services[1]?.address ?? '');
  query = async (text, variables = {}) =>
    (await graph('/graphql', { method: 'POST', body: { query: text, variables } })).body;
  await world.pool.query(`insert into organizations (id, name, slug) values ($1, 'Other', 'other')`, [other]);
  await world.store([
    recent(1, 'A comet'),
    recent(2, 'Another comet'),
    recent(3, 'Rain'),
    enriched(4, 1, { title: 'An old comet' }),
  ]);
});
afterAll(async () => {
  for (const service of services ?? []) await service.close();
  await world?.[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await world.pool.query(
    'truncate outbox, saved_searches, notification_channels, alerts, alert_settings, alert_kind_settings cascade',
  );
});

const send = (method: string, path: string, type: string, attributes: object) =>
  ask(path, { method, body: { data: { type, attributes } } });
const save = (attributes: object) => send('POST', '/api/v1/saved-searches', 'saved-searches', attributes);
const change = (searchId: string, attributes: object) =>
  send('PATCH', `/api/v1/saved-searches/${searchId}`, 'saved-searches', attributes);
const faultsOf = ({ body }: Awaited<ReturnType<typeof ask>>) =>
  body.errors.map(({ code, source }: { code: string; source: { pointer: string } }) => [code, source.pointer]);
const told = async () => (await world.pool.query('select topic, key, payload from outbox order by id')).rows;

const changeSettings = (attributes: object) => send('PATCH', '/api/v1/alert-settings', 'alert-settings', attributes);

describe('a saved search', () => {
  test('is saved, read, changed and deleted, and the streams hear of it', async () => {
    const created = await save({ name: ' Comets ', query: 'comet   AND language:EN' });
    expect(created.status).toBe(201);
    const { id: searchId, attributes } = created.body.data;
    expect(attributes).toMatchObject({
      name: 'Comets',
      query: 'comet   AND language:EN',
      user_id: null,
      alert_enabled: false,
      alerting_since: null,
      throttle_minutes: null,
      digest: 'none',
      snoozed_until: null,
      channel_ids: [],
    });
    expect((await ask(`/api/v1/saved-searches/${searchId}`)).body.data.attributes).toEqual(attributes);
    const changed = await change(searchId, { alert_enabled: true, digest: 'daily', throttle_minutes: 30 });
    expect(changed.body.data.attributes).toMatchObject({ alert_enabled: true, digest: 'daily', throttle_minutes: 30 });
    expect(await told()).toMatchObject([
      {
        topic: 'saved-search',
        key: `${acme}/${searchId}`,
        payload: {
          saved_search_id: searchId,
          organization_id: acme,
          alert_enabled: true,
          alerting_since: expect.any(Number),
        },
      },
    ]);
    expect((await ask(`/api/v1/saved-searches/${searchId}`, { method: 'DELETE' })).status).toBe(204);
    expect(await told()).toEqual([{ topic: 'saved-search', key: `${acme}/${searchId}`, payload: null }]);
    expect((await ask(`/api/v1/saved-searches/${searchId}`)).status).toBe(404);
  });

  test('begins anew when its query changes or its alerts are switched on, and not otherwise', async () => {
    const { id: searchId, attributes } = (await save({ name: 'x', query: 'comet', alert_enabled: true })).body.data;
    const since = async (changes: object) => (await change(searchId, changes)).body.data.attributes.alerting_since;
    const first = attributes.alerting_since;
    expect(await since({ name: 'y', digest: 'hourly', query: 'comet' })).toBe(first);
    const second = await since({ query: 'rain' });
    expect(Date.parse(second)).toBeGreaterThanOrEqual(Date.parse(first));
    expect(second).not.toBe(first);
    expect(await since({ alert_enabled: false })).toBeNull();
    expect(await since({ alert_enabled: true })).not.toBe(second);
  });

  test('whose query cannot be read is refused, with the place', async () => {
    const answer = await save({ name: 'x', query: 'comet AND (rain' });
    expect(answer.status).toBe(422);
    expect(faultsOf(answer)).toEqual([['invalid_query', '/data/attributes/query']]);
    expect(answer.body.errors[0].detail).toMatch(/comet AND \(rain\n +\^/);
  });

  test('can be tried, and is written anew, also where it is longer with ids than a person may write', async () => {
    await world.pool.query(
      `insert into topics (id, organization_id, name, description)
       select gen_random_uuid(), $1, 't' || n, 'x' from generate_series(0, 45) n`,
      [acme],
    );
    const names = Array.from({ length: 46 }, (_, at) => `t${at}`).join(' OR ');
    const { status, body } = await save({ name: 'x', query: `topic:(${names}) OR comet` });
    expect(status).toBe(201);
    const answer = await ask(`/api/v1/saved-searches/${body.data.id}/test?days=2`, { method: 'POST' });
    expect(answer.body.data.attributes.count).toBe(2);
    expect((await change(body.data.id, { alert_enabled: true })).status).toBe(200);
    expect((await told())[0]?.payload.query.length).toBeGreaterThan(2_000);
  });

  test('whose topic was deleted says so when it is tried', async () => {
    await world.pool.query(`insert into topics (id, organization_id, name, description) values ($1, $2, 'gone', 'x')`, [
      id(800),
      acme,
    ]);
    const { id: searchId } = (await save({ name: 'x', query: 'topic:gone OR comet' })).body.data;
    await world.pool.query('delete from topics where id = $1', [id(800)]);
    const { body } = await ask(`/api/v1/saved-searches/${searchId}/test`, { method: 'POST' });
    expect(body.errors).toMatchObject([
      { code: 'invalid_query', detail: expect.stringContaining(`there is no topic ${id(800)}, or not any more`) },
    ]);
  });

  test('can be tried: what it would have matched in the last days', async () => {
    const { id: searchId } = (await save({ name: 'x', query: 'comet' })).body.data;
    const answer = await ask(`/api/v1/saved-searches/${searchId}/test?days=2&limit=1`, { method: 'POST' });
    expect(answer.status).toBe(200);
    const { count, days, examples } = answer.body.data.attributes;
    expect({ count, days }).toEqual({ count: 2, days: 2 });
    expect(examples).toMatchObject([{ url: expect.stringContaining('https://news.example/') }]);
    expect((await world.pool.query('select from alerts')).rowCount).toBe(0);
  });

  test.each([
    [{ name: '', query: 'x' }, [['too_small', '/data/attributes/name']]],
    [{ name: 'x', query: 'y', digest: 'weekly' }, [['invalid_value', '/data/attributes/digest']]],
    [{ name: 'x', query: 'y', throttle_minutes: 0 }, [['too_small', '/data/attributes/throttle_minutes']]],
    [{ name: 'x', query: 'y', organization_id: other }, [['unknown_field', '/data/attributes/organization_id']]],
    [{ name: 'x', query: 'y', channel_ids: [id(9)] }, [['unknown_channel', '/data/attributes/channel_ids/0']]],
  ])('%j is refused', async (attributes, faults) => {
    const answer = await save(attributes);
    expect(answer.status).toBe(422);
    expect(faultsOf(answer)).toEqual(faults);
  });

  test('has a name of its own, and another organisation’s is unknown', async () => {
    await save({ name: 'x', query: 'y' });
    expect(faultsOf(await save({ name: 'x', query: 'z' }))).toEqual([['name_taken', '/data/attributes/name']]);
    await world.pool.query(`insert into saved_searches (id, organization_id, name, query) values ($1, $2, 'x', '{}')`, [
      id(7),
      other,
    ]);
    expect((await ask(`/api/v1/saved-searches/${id(7)}`)).status).toBe(404);
    expect((await change(id(7), { name: 'mine' })).status).toBe(404);
    expect((await ask(`/api/v1/saved-searches/${id(7)}`, { method: 'DELETE' })).status).toBe(404);
    expect((await ask('/api/v1/saved-searches')).body.data).toHaveLength(1);
  });

  test('GraphQL does the same', async () => {
    const created = await query(
      `mutation ($input: NewSavedSearch!) { createSavedSearch(input: $input) { id name query alertEnabled digest } }`,
      { input: { name: 'g', query: 'comet', alertEnabled: true, digest: 'hourly' } },
    );
    const { id: searchId, ...fields } = created.data.createSavedSearch;
    expect(fields).toEqual({ name: 'g', query: 'comet', alertEnabled: true, digest: 'hourly' });
    const asked = await query(
      `query ($id: ID!) { savedSearchTrial(id: $id) { count examples { title } } savedSearches { edges { node { id } } } }`,
      { id: searchId },
    );
    expect(asked.data.savedSearchTrial.count).toBe(2);
    expect(asked.data.savedSearches.edges).toEqual([{ node: { id: searchId } }]);
    const gone = await query('mutation ($id: ID!) { deleteSavedSearch(id: $id) }', { id: searchId });
    expect(gone.data.deleteSavedSearch).toBe(searchId);
  });
});

describe('alerts', () => {
  test('are listed page by page, the latest first, and by what is asked', async () => {
    for (let at = 1; at <= 5; at += 1)
      await raise(world, { window: String(at), subject: at % 2 === 0 ? 'even' : 'odd' });
    await raise(world, { window: 'theirs', organization_id: other });
    const titles: string[] = [];
    for (let path: string | null = '/api/v1/alerts?kind=stage_lag&limit=2'; path !== null;) {
      const { body } = await ask(path);
      titles.push(...body.data.map(({ attributes }: { attributes: { title: string } }) => attributes.title));
      path = body.links.next;
    }
    expect(titles.toSorted()).toEqual(['alert 1', 'alert 2', 'alert 3', 'alert 4', 'alert 5']);
    expect(titles[0]).toBe('alert 5');
    expect((await ask('/api/v1/alerts?kind=saved_search')).body.data).toEqual([]);
    await raise(world, { window: 'ruled', kind: 'rule' });
    expect((await ask('/api/v1/alerts?kind=rule')).body.data).toMatchObject([{ attributes: { title: 'alert ruled' } }]);
    expect((await ask('/api/v1/alerts?kind=nonsense')).status).toBe(400);
    expect((await ask('/api/v1/alerts?cursor=bm9uc2Vuc2U')).status).toBe(400);
  });

  test('that were raised at one moment are each on one page', async () => {
    await raise(world, ...Array.from({ length: 7 }, (_, at) => ({ window: String(at) })));
    const found: string[] = [];
    for (let path: string | null = '/api/v1/alerts?limit=3'; path !== null;) {
      const { body } = await ask(path);
      found.push(...body.data.map((alert: { id: string }) => alert.id));
      path = body.links.next;
    }
    expect(new Set(found).size).toBe(7);
    expect(found).toHaveLength(7);
  });

  test('are acknowledged once, and another organisation’s are unknown', async () => {
    const [ours] = await raise(world, { window: 'ours' });
    const [theirs] = await raise(world, { window: 'theirs', organization_id: other });
    const acknowledge = (alertId: string | undefined) =>
      ask(`/api/v1/alerts/${alertId}/acknowledge`, { method: 'POST' });
    const first = (await acknowledge(ours)).body.data.attributes.acknowledged_at;
    expect(first).not.toBeNull();
    expect((await acknowledge(ours)).body.data.attributes.acknowledged_at).toBe(first);
    expect((await ask('/api/v1/alerts?state=open')).body.data).toEqual([]);
    expect((await ask('/api/v1/alerts?state=acknowledged')).body.data).toHaveLength(1);
    expect((await acknowledge(theirs)).status).toBe(404);
    expect((await ask(`/api/v1/alerts/${theirs}`)).status).toBe(404);
    const graph = await query('query ($id: ID!) { alert(id: $id) { title } alerts { edges { node { title } } } }', {
      id: theirs,
    });
    expect(graph.data).toEqual({ alert: null, alerts: { edges: [{ node: { title: 'alert ours' } }] } });
  });

  test('have settings of the organisation', async () => {
    expect((await ask('/api/v1/alert-settings')).body.data.attributes).toMatchObject({
      min_relevance: null,
      channel_ids: [],
    });
    expect((await changeSettings({ min_relevance: 0.7 })).body.data.attributes.min_relevance).toBe(0.7);
    expect((await changeSettings({ min_relevance: 1.1 })).status).toBe(422);
    expect((await changeSettings({ channel_ids: [id(9)] })).status).toBe(422);
    expect((await ask('/api/v1/alert-settings')).body.data.attributes.min_relevance).toBe(0.7);
  });

  test('are gathered by kind as the organisation says, events once an hour unless told', async () => {
    const eachAtOnce = { throttle_minutes: null, digest: 'none', snoozed_until: null };
    const onceAnHour = { ...eachAtOnce, throttle_minutes: 60 };
    const unlessTold = {
      high_score: eachAtOnce,
      volume_anomaly: onceAnHour,
      activity_anomaly: onceAnHour,
      source_failing: onceAnHour,
      source_silent: onceAnHour,
      dead_letters: onceAnHour,
      stage_lag: onceAnHour,
      rule: eachAtOnce,
    };
    await world.pool.query(`insert into alert_kind_settings (organization_id, kind) values ($1, 'stage_lag')`, [other]);
    expect((await ask('/api/v1/alert-settings')).body.data.attributes.kinds).toEqual(unlessTold);
    const snoozed_until = '2027-01-31T12:00:00.000Z';
    await changeSettings({ kinds: { source_failing: { digest: 'daily' }, rule: { throttle_minutes: 5 } } });
    const { kinds } = (await changeSettings({ kinds: { source_failing: { throttle_minutes: null, snoozed_until } } }))
      .body.data.attributes;
    expect(kinds).toEqual({
      ...unlessTold,
      source_failing: { throttle_minutes: null, digest: 'daily', snoozed_until },
      rule: { ...eachAtOnce, throttle_minutes: 5 },
    });
    expect((await changeSettings({ min_relevance: 0.7 })).body.data.attributes.kinds).toEqual(kinds);
  });

  test.each([
    [{ stage_lag: { throttle_minutes: 0 } }, [['too_small', '/data/attributes/kinds/stage_lag/throttle_minutes']]],
    [{ stage_lag: { digest: 'weekly' } }, [['invalid_value', '/data/attributes/kinds/stage_lag/digest']]],
    [{ stage_lag: { channel_ids: [] } }, [['unknown_field', '/data/attributes/kinds/stage_lag/channel_ids']]],
    // Each of them says it itself.
    [{ saved_search: { digest: 'daily' } }, [['unknown_field', '/data/attributes/kinds/saved_search']]],
  ])('are not gathered as %j says', async (kinds, faults) => {
    const answer = await changeSettings({ kinds });
    expect(answer.status).toBe(422);
    expect(faultsOf(answer)).toEqual(faults);
  });

  test('are gathered in GraphQL as in REST', async () => {
    await changeSettings({ kinds: { source_failing: { digest: 'daily' } } });
    const changed = await query(
      `mutation ($input: AlertSettingsChanges!) { updateAlertSettings(input: $input) { minRelevance kinds {
        sourceFailing { throttleMinutes digest snoozedUntil } deadLetters { throttleMinutes digest snoozedUntil } } } }`,
      {
        input: {
          minRelevance: 0.5,
          kinds: { sourceFailing: { throttleMinutes: null, snoozedUntil: '2027-01-31T12:00:00.000Z' } },
        },
      },
    );
    expect(changed.data.updateAlertSettings).toEqual({
      minRelevance: 0.5,
      kinds: {
        sourceFailing: { throttleMinutes: null, digest: 'daily', snoozedUntil: '2027-01-31T12:00:00.000Z' },
        deadLetters: { throttleMinutes: 60, digest: 'none', snoozedUntil: null },
      },
    });
    const stays = await query(
      'mutation { updateAlertSettings(input: { kinds: null }) { kinds { sourceFailing { digest } } } }',
    );
    expect(stays.data.updateAlertSettings.kinds.sourceFailing.digest).toBe('daily');
    const refused = await query(
      'mutation { updateAlertSettings(input: { kinds: { stageLag: { digest: "weekly" } } }) { minRelevance } }',
    );
    expect(refused.errors[0].message).toContain('should be one of none, hourly, daily');
    expect((await ask('/api/v1/alert-settings')).body.data.attributes.kinds.source_failing.digest).toBe('daily');
  });
});

const createChannel = (attributes: object) => send('POST', '/api/v1/channels', 'channels', attributes);

describe('a channel', () => {
  test('of a webhook shows its secret once, and keeps it sealed', async () => {
    const { id: channelId, attributes } = (
      await createChannel({ name: 'hook', kind: 'webhook', address: 'https://receiver.example/' })
    ).body.data;
    expect(attributes.secret).toMatch(/^whsec_[\w+/]{43}=$/);
    expect((await ask(`/api/v1/channels/${channelId}`)).body.data.attributes.secret).toBeNull();
    const { rows } = await world.pool.query<{ secret: string }>('select secret from notification_channels');
    expect(rows[0]?.secret).toMatch(/^sealed1\.test\./);
    const tested = await ask(`/api/v1/channels/${channelId}/test`, { method: 'POST' });
    expect(tested.body.data.attributes.waiting).toBe(1);
    expect((await ask(`/api/v1/channels/${channelId}`, { method: 'DELETE' })).status).toBe(204);
  });

  test.each([
    [{ name: 'x', kind: 'pigeon' }, [['invalid_value', '/data/attributes/kind']]],
    [{ name: 'x', kind: 'webhook' }, [['bad_address', '/data/attributes/address']]],
    [{ name: 'x', kind: 'webhook', address: 'ftp://a.example' }, [['bad_address', '/data/attributes/address']]],
    [{ name: 'x', kind: 'email', address: 'nobody' }, [['bad_address', '/data/attributes/address']]],
    [{ name: 'x', kind: 'log', address: 'here' }, [['bad_address', '/data/attributes/address']]],
  ])('%j is refused', async (attributes, faults) => {
    const answer = await createChannel(attributes);
    expect(answer.status).toBe(422);
    expect(faultsOf(answer)).toEqual(faults);
  });
});
