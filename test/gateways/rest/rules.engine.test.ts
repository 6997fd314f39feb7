import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { graphql } from '../../../gateways/graphql/graphql.ts';
import { rest } from '../../../gateways/rest/rest.ts';
import { ruleApplier } from '../../../gateways/rules/rule-applier.ts';
import type { Service } from '../../../streams/service.ts';
import { acme, other } from '../rules/rule-making.ts';
import { enriched, id } from '../views/messages.ts';
import { openWorld, type World } from '../world.ts';
import { restClient } from './client.ts';

let world: World;
let services: Service[];
let ask: ReturnType<typeof restClient>;
let query: (text: string, variables?: object) => Promise<ReturnType<typeof JSON.parse>>;

beforeAll(async () => {
  world = await openWorld();
  services = [await rest.open(world.runtime), await graphql.open(world.runtime), await ruleApplier.open(world.runtime)];
  ask = restClient(services[0]?.address ?? '');
  const graph = restClient(services[1]?.address ?? '');
  query = async (text, variables = {}) =>
    (await graph('/graphql', { method: 'POST', body: { query: text, variables } })).body;
  await world.pool.query(`insert into organizations (id, name, slug) values ($1, 'Other', 'other')`, [other]);
  await world.store([
    enriched(1, 1, { title: 'Strike at the harbour', tags: ['ports'] }),
    enriched(2, 1, { title: 'Strike at the airport' }),
    enriched(3, 1, { title: 'Football tonight' }),
    enriched(4, 1, { title: 'Parliament votes' }),
  ]);
});
afterAll(async () => {
  for (const service of services ?? []) await service.close();
  await world?.[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await world.pool.query('truncate outbox, article_marks, rule_runs, notification_channels cascade');
  await world.pool.query('delete from rule_sets');
  await world.pool.query('update content.articles set scraped_at = now()');
});

const post = (path: string, type: string, attributes: object) =>
  ask(path, { method: 'POST', body: { data: { type, attributes } } });
const patch = (path: string, attributes: object) =>
  ask(path, { method: 'PATCH', body: { data: { type: 'rules', attributes } } });
const create = async (name: string, text: string, actions: object, more: object = {}) => {
  const answer = await post('/api/v1/rules', 'rules', { name, query: text, actions, ...more });
  expect(answer.body.errors).toBeUndefined();
  return answer.body.data as { readonly id: string; readonly attributes: Record<string, unknown> };
};
const codesOf = (answer: Awaited<ReturnType<typeof ask>>) =>
  answer.body.errors.map(({ code, source }: { code: string; source: { pointer: string } }) => [code, source.pointer]);
const told = async () =>
  (await world.pool.query(`select key, payload from outbox where topic = 'rule-set' order by id`)).rows;
const namesInOrder = async () =>
  (await ask('/api/v1/rules')).body.data.map((rule: { attributes: { name: string; position: number } }) => [
    rule.attributes.position,
    rule.attributes.name,
  ]);
/** Applies and waits for the end. */
async function applied(path: string): Promise<Record<string, unknown>> {
  const answer = await ask(path, { method: 'POST' });
  expect(answer.status).toBe(202);
  const run = () => ask(`/api/v1/rule-runs/${answer.body.data.id}`);
  await expect
    .poll(async () => (await run()).body.data.attributes.state, { timeout: 30_000, interval: 50 })
    .toBe('done');
  return (await run()).body.data.attributes;
}
const titles = async (path: string): Promise<readonly string[]> =>
  (await ask(path)).body.data.map((one: { attributes: { title: string } }) => one.attributes.title);

describe('a rule', () => {
  test('is created, read, changed and deleted, and the stage hears of all of them in their order', async () => {
    const first = await create(' Labour ', 'strike OR "walk out"', { tags: ['Labour', 'Labour'], priority: 1 });
    expect(first.attributes).toMatchObject({
      name: 'Labour',
      query: 'strike OR "walk out"',
      actions: { tags: ['Labour'], drop: false, priority: 1, route: null, channel_id: null, stop: false },
      position: 1,
      enabled: true,
      revision: 1,
    });
    const second = await create('Sport', 'football', { drop: true });
    expect(await told()).toMatchObject([
      {
        key: acme,
        payload: {
          organization_id: acme,
          revision: 2,
          rules: [
            { rule_id: first.id, name: 'Labour', tags: ['Labour'], priority: 1, drop: false },
            { rule_id: second.id, name: 'Sport', query: 'football', drop: true },
          ],
        },
      },
    ]);
    const path = `/api/v1/rules/${second.id}`;
    expect((await patch(path, { enabled: false })).body.data.attributes).toMatchObject({ enabled: false, revision: 1 });
    expect((await patch(path, { query: 'tennis' })).body.data.attributes).toMatchObject({ revision: 2 });
    expect((await told())[0]?.payload.rules.map((rule: { name: string }) => rule.name)).toEqual(['Labour']);
    expect((await ask(path)).body.data.attributes.query).toBe('tennis');
    expect((await ask(path, { method: 'DELETE' })).status).toBe(204);
    expect((await ask(path)).status).toBe(404);
    expect((await ask(`/api/v1/rules/${first.id}`, { method: 'DELETE' })).status).toBe(204);
    expect(await told()).toMatchObject([{ key: acme, payload: { rules: [], revision: 6 } }]);
  });

  test('can be tried also where it is longer as it is kept than a person may write', async () => {
    const words = Array.from({ length: 60 }, (_, at) => `${'x'.repeat(25)}${at}`).join(' OR ');
    const { id: ruleId } = await create('Long', `summary:(${words}) OR football`, { drop: true });
    const answer = await post(`/api/v1/rules/${ruleId}/test`, 'rule-trials', {});
    expect(answer.body.data.attributes).toMatchObject({ matched: 1, changes: { dropped: 1 } });
  });

  test('whose topic was deleted says so when it is tried', async () => {
    await world.pool.query(`insert into topics (id, organization_id, name, description) values ($1, $2, 'gone', 'x')`, [
      id(800),
      acme,
    ]);
    const { id: ruleId } = await create('Gone', 'topic:gone', { drop: true });
    await world.pool.query('delete from topics where id = $1', [id(800)]);
    const { body } = await post(`/api/v1/rules/${ruleId}/test`, 'rule-trials', {});
    expect(body.errors[0].detail).toContain(`there is no topic ${id(800)}, or not any more`);
  });

  test('has a place in the order, and the others move', async () => {
    const ids: string[] = [];
    for (const name of ['a', 'b', 'c']) ids.push((await create(name, name, { stop: true })).id);
    await create('d', 'd', { stop: true }, { position: 2 });
    expect(await namesInOrder()).toEqual([
      [1, 'a'],
      [2, 'd'],
      [3, 'b'],
      [4, 'c'],
    ]);
    await patch(`/api/v1/rules/${ids[0]}`, { position: 99 });
    await ask(`/api/v1/rules/${ids[1]}`, { method: 'DELETE' });
    expect(await namesInOrder()).toEqual([
      [1, 'd'],
      [2, 'c'],
      [3, 'a'],
    ]);
    const page = await ask('/api/v1/rules?limit=2');
    expect((await ask(page.body.links.next)).body.data[0].attributes.name).toBe('a');
  });

  test.each([
    [{ name: 'x', query: 'a', actions: {} }, [['custom', '/data/attributes/actions']]],
    [{ name: '', query: 'a', actions: { drop: true } }, [['too_small', '/data/attributes/name']]],
    [
      { name: 'x', query: 'a', actions: { route: 'No Spaces' } },
      [['invalid_format', '/data/attributes/actions/route']],
    ],
    [{ name: 'x', query: 'a', actions: { tags: [' '] } }, [['custom', '/data/attributes/actions/tags/0']]],
    [{ name: 'x', query: 'a', actions: { priority: 9 } }, [['too_big', '/data/attributes/actions/priority']]],
    [
      { name: 'x', query: 'a', actions: { drop: true, shout: 1 } },
      [['unknown_field', '/data/attributes/actions/shout']],
    ],
    [
      { name: 'x', query: 'a', actions: { channel_id: id(9) } },
      [['unknown_channel', '/data/attributes/actions/channel_id']],
    ],
    [
      { name: 'x', query: 'a', actions: { drop: true }, organization_id: other },
      [['unknown_field', '/data/attributes/organization_id']],
    ],
  ])('is refused: %j', async (attributes, codes) => {
    const answer = await post('/api/v1/rules', 'rules', attributes);
    expect(answer.status).toBe(422);
    expect(codesOf(answer)).toEqual(codes);
    expect(await told()).toEqual([]);
  });

  test('whose query cannot be read is refused with a word on the place', async () => {
    const answer = await post('/api/v1/rules', 'rules', {
      name: 'x',
      query: 'strike AND (port',
      actions: { drop: true },
    });
    expect(answer.status).toBe(422);
    const [error] = answer.body.errors;
    expect(error.source.pointer).toBe('/data/attributes/query');
    expect(error.detail).toContain('^');
  });

  test('of another organisation is unknown, and so are its runs', async () => {
    const [ruleId, runId] = [crypto.randomUUID(), crypto.randomUUID()];
    await world.pool.query('insert into rule_sets (organization_id) values ($1)', [other]);
    await world.pool.query(
      `insert into rules (id, organization_id, name, query, resolved, position, actions)
       values ($1, $2, 'secret', 'a', 'a', 1, '{}')`,
      [ruleId, other],
    );
    await world.pool.query(
      `insert into rule_runs (id, organization_id, rules_revision, state) values ($1, $2, 1, 'done')`,
      [runId, other],
    );
    const path = `/api/v1/rules/${ruleId}`;
    expect((await ask(path)).status).toBe(404);
    expect((await patch(path, { name: 'mine' })).status).toBe(404);
    expect((await ask(path, { method: 'DELETE' })).status).toBe(404);
    expect((await post(`${path}/test`, 'rule-trials', {})).status).toBe(404);
    expect((await ask(`${path}/apply`, { method: 'POST' })).status).toBe(404);
    expect((await ask(`/api/v1/rule-runs/${runId}`)).status).toBe(404);
    expect((await ask(`/api/v1/rule-runs/${runId}/cancel`, { method: 'POST' })).status).toBe(404);
    expect((await ask('/api/v1/rules')).body.data).toEqual([]);
    expect((await ask('/api/v1/rule-runs')).body.data).toEqual([]);
  });
});

const everything = async () => {
  const tables = ['rules', 'rule_sets', 'article_marks', 'rule_runs', 'outbox', 'alerts'];
  const rows = await Promise.all(
    tables.map(async (table) => (await world.pool.query(`select * from ${table} order by 1`)).rows),
  );
  return JSON.stringify(rows);
};

describe('a trial', () => {
  test('tells what would change and stores nothing', async () => {
    await create('Labour', 'strike', { tags: ['Labour'] });
    const before = await everything();
    const answer = await post('/api/v1/rules/test', 'rule-trials', {
      query: 'tag:labour harbour',
      actions: { drop: true, priority: -1, route: 'desk' },
      limit: 1,
    });
    // In the database nothing is tagged yet: what rules did to it so far is what the query finds.
    expect(answer.body.data.attributes).toMatchObject({ matched: 0, judged: 0, examples: [] });
    await applied('/api/v1/rules/apply');
    await world.pool.query('truncate outbox, rule_runs');
    const after = await everything();
    const again = await post('/api/v1/rules/test', 'rule-trials', {
      query: 'tag:labour',
      actions: { drop: true, priority: -1, route: 'desk' },
      limit: 1,
    });
    expect(again.status).toBe(200);
    expect(again.body.data.attributes).toMatchObject({
      days: 7,
      matched: 2,
      judged: 2,
      changes: { changed: 2, tagged: 0, untagged: 0, dropped: 2, undropped: 0, raised: 0, lowered: 2, routed: 2 },
      examples: [
        {
          before: { tags: ['Labour'], dropped: false, priority: 'normal', routes: [] },
          after: { tags: ['Labour'], dropped: true, priority: 'low', routes: ['desk'] },
        },
      ],
    });
    expect(await everything()).toBe(after);
    expect(before).not.toBe(after);
  });

  test('of a change also tells what the rule would no longer do', async () => {
    const { id: ruleId } = await create('Labour', 'strike', { tags: ['Labour'] });
    await applied(`/api/v1/rules/${ruleId}/apply`);
    const answer = await post(`/api/v1/rules/${ruleId}/test`, 'rule-trials', { query: 'harbour' });
    expect(answer.body.data.attributes).toMatchObject({
      matched: 1,
      judged: 2,
      changes: { changed: 1, untagged: 1, tagged: 0 },
    });
    const unread = await post(`/api/v1/rules/${ruleId}/test`, 'rule-trials', { query: 'language:' });
    expect([unread.status, unread.body.errors[0].source.pointer]).toEqual([422, '/data/attributes/query']);
  });
});

const routed = async () =>
  (await world.pool.query(`select key from outbox where topic = 'article-routed' order by key`)).rows;

describe('applying', () => {
  test('judges what came before, and again changes nothing', async () => {
    const { id: ruleId } = await create('Labour', 'strike', { tags: ['Labour'], route: 'desk' });
    await create('Sport', 'football', { drop: true });
    expect(await applied(`/api/v1/rules/${ruleId}/apply`)).toMatchObject({
      total: 4,
      judged: 4,
      changed: 2,
      rule_id: ruleId,
    });
    // What the other rule would do is not asked for.
    expect(await titles('/api/v1/articles?q=is:dropped')).toEqual([]);
    expect(await routed()).toEqual([{ key: `${acme}/desk/${id(1)}` }, { key: `${acme}/desk/${id(2)}` }]);
    expect(await applied(`/api/v1/rules/${ruleId}/apply`)).toMatchObject({ judged: 4, changed: 0 });
    expect(await routed()).toHaveLength(2);
    expect(await applied('/api/v1/rules/apply')).toMatchObject({ rule_id: null, changed: 1 });
    expect(await titles('/api/v1/articles?q=is:dropped')).toEqual(['Football tonight']);
    await ask(`/api/v1/rules/${ruleId}`, { method: 'DELETE' });
    expect(await applied('/api/v1/rules/apply')).toMatchObject({ changed: 2 });
    expect(await titles('/api/v1/articles?q=tag:labour')).toEqual([]);
  });

  test('the same twice is one run, and one that was changed ends the earlier', async () => {
    await world.pool.query(`insert into rule_sets (organization_id) values ($1)`, [acme]);
    // A run that nobody takes further: another process holds it.
    const client = await world.pool.connect();
    await client.query('begin');
    const one = (await ask('/api/v1/rules/apply', { method: 'POST' })).body.data.id;
    await client.query(`select from rule_runs where id = $1 for update`, [one]);
    expect((await ask('/api/v1/rules/apply', { method: 'POST' })).body.data.id).toBe(one);
    await client.query('rollback');
    client.release();
    await expect
      .poll(async () => (await ask(`/api/v1/rule-runs/${one}`)).body.data.attributes.state, { timeout: 30_000 })
      .toBe('done');
  });
});

describe('lists and searches', () => {
  beforeEach(async () => {
    await create('Labour', 'harbour', { tags: ['Working Class'], priority: 1 });
    await create('Votes', 'parliament', { priority: 2 });
    await create('Sport', 'football', { drop: true });
    await create('Air', 'airport', { priority: -1 });
    await applied('/api/v1/rules/apply');
  });

  test.each([
    ['/api/v1/articles', 3],
    ['/api/v1/articles?dropped=exclude', 3],
    ['/api/v1/articles?dropped=include', 4],
    ['/api/v1/articles?dropped=only', 1],
    ['/api/v1/articles?q=football', 0],
    ['/api/v1/articles?q=football&dropped=include', 1],
    ['/api/v1/articles?q=football+is:dropped', 1],
    ['/api/v1/articles?q=football&dropped=only', 1],
    ['/api/v1/search?mode=fulltext&q=football', 0],
    ['/api/v1/search?mode=fulltext&q=football&dropped=include', 1],
    ['/api/v1/search?mode=fulltext&q=football+is:dropped', 1],
    ['/api/v1/articles?q=tag:"working+class"', 1],
    ['/api/v1/articles?q=tag:ports', 1],
    ['/api/v1/articles?q=priority:urgent', 1],
    ['/api/v1/articles?q=priority:>=1', 2],
    ['/api/v1/articles?q=-priority:normal', 3],
  ])('%s shows %i', async (path, count) => {
    expect((await ask(path)).body.data).toHaveLength(count);
  });

  test('sort by priority, a page after the other', async () => {
    const seen: string[] = [];
    let next: string | null = '/api/v1/articles?sort=-priority&dropped=include&limit=1&fields=title';
    while (next !== null) {
      const { body }: Awaited<ReturnType<typeof ask>> = await ask(next);
      seen.push(...body.data.map((one: { attributes: { title: string } }) => one.attributes.title));
      next = body.links.next;
    }
    expect(seen).toEqual(['Parliament votes', 'Strike at the harbour', 'Football tonight', 'Strike at the airport']);
    expect(await titles('/api/v1/articles?sort=-priority')).toEqual([
      'Parliament votes',
      'Strike at the harbour',
      'Strike at the airport',
    ]);
  });

  test('show what rules did, and both APIs the same', async () => {
    const expected = {
      tags: ['Working Class'],
      dropped: false,
      priority: 'high',
      routes: [],
      rules: [{ id: expect.any(String), name: 'Labour', revision: 1 }],
    };
    expect((await ask(`/api/v1/articles/${id(1)}`)).body.data.attributes.marks).toEqual(expected);
    const { data } = await query(
      `query ($id: ID!) {
        article(id: $id) { marks { tags dropped priority routes rules { id name revision } } }
        articles(dropped: only) { edges { node { title marks { dropped } } } }
        rules { edges { node { name position actions { priority } } } }
      }`,
      { id: id(1) },
    );
    expect(data.article.marks).toEqual(expected);
    expect(data.articles.edges).toEqual([{ node: { title: 'Football tonight', marks: { dropped: true } } }]);
    expect(data.rules.edges.map(({ node }: { node: { name: string } }) => node.name)).toEqual([
      'Labour',
      'Votes',
      'Sport',
      'Air',
    ]);
  });

  test('a dropped article is read by its id', async () => {
    expect((await ask(`/api/v1/articles/${id(3)}`)).status).toBe(200);
  });
});

test('GraphQL creates, tries, applies and deletes rules', async () => {
  const { data } = await query(
    `mutation { createRule(input: { name: "Labour", query: "strike", actions: { tags: ["Labour"] } }) { id position } }`,
  );
  const { id: ruleId } = data.createRule;
  const more = await query(
    `mutation ($id: ID!) {
      updateRule(id: $id, input: { actions: { priority: 1 } }) { revision actions { tags priority } }
      testRule(id: $id, input: { days: 1 }) { matched changes { raised } examples { article { title } after { priority } } }
      tryNew: testRule(input: { query: "football", actions: { drop: true } }) { matched }
      applyRule(id: $id) { state ruleId }
    }`,
    { id: ruleId },
  );
  expect(more.data).toMatchObject({
    updateRule: { revision: 2, actions: { tags: [], priority: 1 } },
    testRule: { matched: 2, changes: { raised: 2 }, examples: [{ after: { priority: 'high' } }, {}] },
    tryNew: { matched: 1 },
    applyRule: { ruleId },
  });
  expect((await query(`mutation ($id: ID!) { deleteRule(id: $id) }`, { id: ruleId })).data.deleteRule).toBe(ruleId);
  const wrong = await query(
    `mutation { createRule(input: { name: "x", query: "(", actions: { drop: true } }) { id } }`,
  );
  expect(wrong.errors[0].message).toContain('^');
});
