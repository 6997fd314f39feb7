import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { feedId } from '../../../domain/identity.ts';
import { rest } from '../../../gateways/rest/rest.ts';
import type { Service } from '../../../streams/service.ts';
import { openWorld, type World } from '../world.ts';
import { restClient, source } from './client.ts';

let world: World;
let service: Service;
let ask: ReturnType<typeof restClient>;

beforeAll(async () => {
  world = await openWorld();
  service = await rest.open(world.runtime);
  ask = restClient(service.address ?? '');
});

afterAll(async () => {
  await service?.close();
  await world?.[Symbol.asyncDispose]();
});

const create = (attributes: Readonly<Record<string, unknown>>) =>
  ask('/api/v1/sources', { method: 'POST', body: source(attributes) });
const feedExists = async (url: string): Promise<boolean> =>
  (await world.pool.query('select from feeds where id = $1', [feedId(url)])).rowCount === 1;

const opml = (outlines: string): string => `<opml version="2.0"><body>${outlines}</body></opml>`;

describe('a source', () => {
  test('is created, read, changed and deleted', async () => {
    const created = await create({ name: '  Morning News ', url: 'https://Morning.example:443/feed#top' });
    expect(created.status).toBe(201);
    const { id } = created.body.data;
    expect(created.body).toEqual({
      data: {
        type: 'sources',
        id: expect.stringMatching(/^[\da-f-]{36}$/),
        attributes: {
          name: 'Morning News',
          display_name: null,
          description: null,
          url: 'https://Morning.example:443/feed#top',
          type: 'rss',
          config: {},
          enabled: true,
          tags: [],
          has_credentials: false,
          delay_seconds: null,
          interval_seconds: null,
          cron: null,
          time_zone: null,
          frequency: null,
          feed_title: null,
          site_url: null,
          status: {
            state: 'waiting',
            words: 'Not collected yet',
            checked_at: null,
            next_attempt_at: expect.any(String),
            http_status: null,
            error_code: null,
          },
          created_at: expect.any(String),
          updated_at: expect.any(String),
        },
        relationships: { feed: { data: { type: 'feeds', id: feedId('https://morning.example/feed') } } },
      },
      meta: { version: '1', timestamp: expect.any(String) },
    });
    expect((await ask(`/api/v1/sources/${id}`)).body.data).toEqual(created.body.data);

    const changed = await ask(`/api/v1/sources/${id}`, {
      method: 'PATCH',
      body: source({ enabled: false, description: 'Early' }),
    });
    expect(changed.status).toBe(200);
    expect(changed.body.data.attributes).toMatchObject({
      name: 'Morning News',
      enabled: false,
      description: 'Early',
      status: { state: 'disabled' },
    });

    const gone = await ask(`/api/v1/sources/${id}`, { method: 'DELETE' });
    expect([gone.status, gone.body]).toEqual([204, null]);
    for (const method of ['GET', 'DELETE']) expect((await ask(`/api/v1/sources/${id}`, { method })).status).toBe(404);
    expect((await ask(`/api/v1/sources/${id}`, { method: 'PATCH', body: source({}) })).status).toBe(404);
  });

  test('shares its feed with others; the feed goes with the last of them', async () => {
    const first = await create({ name: 'shared 1', url: 'https://shared.example/feed' });
    const second = await create({ name: 'shared 2', url: 'https://shared.example/feed?utm_source=x' });
    expect(second.body.data.relationships).toEqual(first.body.data.relationships);
    await ask(`/api/v1/sources/${first.body.data.id}`, { method: 'DELETE' });
    expect(await feedExists('https://shared.example/feed')).toBe(true);
    await ask(`/api/v1/sources/${second.body.data.id}`, { method: 'DELETE' });
    expect(await feedExists('https://shared.example/feed')).toBe(false);
  });

  test('read in another way is another feed, and goes when it is read in that way no more', async () => {
    const url = 'https://conf.example/list';
    const asPage = (config: Record<string, unknown>) => feedId(url, 'public', { connector: 'html-list', config });
    const { body } = await create({ name: 'conf', url, type: 'html', config: { limit: 5, item: 'li' } });
    expect(body.data.relationships.feed.data.id).toBe(asPage({ item: 'li', limit: 5 }));
    await create({ name: 'conf 2', url });
    const changed = await ask(`/api/v1/sources/${body.data.id}`, {
      method: 'PATCH',
      body: source({ config: { item: 'p' } }),
    });
    expect(changed.body.data.relationships.feed.data.id).toBe(asPage({ item: 'p' }));
    const { rows } = await world.pool.query('select connector, config from feeds where url = $1 order by connector', [
      url,
    ]);
    expect(rows).toEqual([
      { connector: 'feed', config: {} },
      { connector: 'html-list', config: { item: 'p' } },
    ]);
  });

  test('follows another feed once its url is changed', async () => {
    const { body } = await create({ name: 'mover', url: 'https://old.example/feed' });
    const moved = await ask(`/api/v1/sources/${body.data.id}`, {
      method: 'PATCH',
      body: source({ url: 'https://new.example/feed' }),
    });
    expect(moved.body.data.relationships.feed.data.id).toBe(feedId('https://new.example/feed'));
    expect([await feedExists('https://old.example/feed'), await feedExists('https://new.example/feed')]).toEqual([
      false,
      true,
    ]);
  });

  test('survives being created and deleted by many at once', async () => {
    const url = 'https://busy.example/feed';
    const statuses = await Promise.all(
      Array.from({ length: 12 }, async (_, number) => {
        const { body, status } = await create({ name: `busy ${number}`, url });
        const removed = await ask(`/api/v1/sources/${body.data.id}`, { method: number > 0 ? 'DELETE' : 'GET' });
        return [status, removed.status];
      }),
    );
    expect(statuses).toEqual([[201, 200], ...Array.from({ length: 11 }, () => [201, 204])]);
    expect(await feedExists(url)).toBe(true);
  });

  test('says in words why its feed fails', async () => {
    const { body } = await create({ name: 'failing', url: 'https://failing.example/feed' });
    await world.pool.query(
      `insert into content.feed_status (feed_id, checked_at, outcome, http_status, error_code, error_detail, entry_count, new_entry_count, duration_ms)
       values ($1, '2026-01-01', 'failed', 404, 'http_404', 'The server says that there is no such page', 0, 0, 5)`,
      [feedId('https://failing.example/feed')],
    );
    await world.pool.query(
      `update feeds set health = 'failing', health_reason = 'There is no such page', checked_at = '2026-01-01',
         retry_at = '2026-01-02' where id = $1`,
      [feedId('https://failing.example/feed')],
    );
    expect((await ask(`/api/v1/sources/${body.data.id}`)).body.data.attributes.status).toEqual({
      state: 'failing',
      words: 'There is no such page',
      checked_at: '2026-01-01T00:00:00.000Z',
      next_attempt_at: '2026-01-02T00:00:00.000Z',
      http_status: 404,
      error_code: 'http_404',
    });
  });

  test('is collected now by a request in the outbox', async () => {
    const { body } = await create({ name: 'now', url: 'https://now.example:8443/feed' });
    const asked = await ask(`/api/v1/sources/${body.data.id}/collect`, { method: 'POST' });
    expect(asked.status).toBe(201);
    const { rows } = await world.pool.query("select topic, key, payload from outbox where key like 'now.example%'");
    expect(rows).toEqual([
      {
        topic: 'collect-request-user',
        key: 'now.example:8443',
        payload: {
          request_id: asked.body.data.id,
          kind: 'feed',
          reason: 'user',
          feed_id: feedId('https://now.example:8443/feed'),
          connector: 'feed',
          config: '{}',
          url: 'https://now.example:8443/feed',
          visibility: 'public',
          requested_at: Date.parse(asked.body.data.attributes.requested_at),
          entry: null,
          credentials: null,
          delay_ms: 0,
        },
      },
    ]);
  });
});

describe('the list of sources', () => {
  test('comes newest first, in pages', async () => {
    for (const number of [1, 2, 3]) await create({ name: `listed ${number}`, url: `https://listed.example/${number}` });
    const first = await ask('/api/v1/sources?limit=2');
    const second = await ask(first.body.links.next);
    const names = [...first.body.data, ...second.body.data].map((item) => item.attributes.name);
    expect(names.slice(0, 3)).toEqual(['listed 3', 'listed 2', 'listed 1']);
  });
});

describe('importing OPML', () => {
  test('as a dry run tells what would become of each entry, and changes nothing', async () => {
    await create({ name: 'Dry known', url: 'https://dry-known.example/feed' });
    const text = opml(`<outline text="News"><outline text="Europe">
      <outline text="Dry" xmlUrl="https://dry.example/feed" category="/Tech" description="What it is"/>
      <outline text="Dry" xmlUrl="https://dry.example/feed#x"/></outline></outline>
      <outline text="Dry" xmlUrl="https://dry-known.example/feed"/><outline text="f" xmlUrl="ftp://dry.example/"/>`);
    const send = (query: string) => ask(`/api/v1/sources/import${query}`, { method: 'POST', body: text });
    const told = (await send('?dry_run=true')).body.data.attributes;
    const tags = ['News/Europe', 'Tech'];
    expect(told).toMatchObject({
      dry_run: true,
      created: 1,
      existing: 1,
      duplicate: 1,
      entries: [
        { outcome: 'new', name: 'Dry', tags, reason: null },
        { outcome: 'duplicate', name: null },
        { outcome: 'known', url: 'https://dry-known.example/feed' },
        { outcome: 'invalid', url: 'ftp://dry.example/' },
      ],
    });
    expect(await feedExists('https://dry.example/feed')).toBe(false);
    expect((await send('')).body.data.attributes).toEqual({ ...told, dry_run: false });
    const { rows } = await world.pool.query("select tags, description from sources where name = 'Dry'");
    expect(rows).toEqual([{ tags, description: 'What it is' }]);
    expect((await send('?dry_run=perhaps')).status).toBe(400);
  });

  test('follows what is not followed yet, and changes nothing the second time', async () => {
    await create({ name: 'Known', url: 'https://known.example/feed' });
    const text = opml(`
      <outline text="Known" xmlUrl="https://other.example/feed"/>
      <outline text="x" xmlUrl="https://known.example/feed"/>
      <outline text="Twice" xmlUrl="https://twice.example/1"/><outline text="Twice" xmlUrl="https://twice.example/2"/>
      <outline text="${'n'.repeat(300)}" xmlUrl="https://long.example/feed"/>
      <outline text="bad" xmlUrl="javascript:alert(1)"/>`);
    const send = () =>
      ask('/api/v1/sources/import', { method: 'POST', body: text, headers: { 'content-type': 'text/x-opml' } });
    const first = await send();
    expect(first.status).toBe(201);
    const invalid = [{ url: 'javascript:alert(1)', reason: expect.any(String) }];
    expect(first.body.data).toMatchObject({ type: 'source-imports', attributes: { created: 4, existing: 1, invalid } });
    expect((await send()).body.data.attributes).toMatchObject({ created: 0, existing: 5, duplicate: 0, invalid });
    const { rows } = await world.pool.query("select name from sources where url like 'https://twice%' order by name");
    expect(rows.map(({ name }) => name)).toEqual(['Twice', 'Twice (twice.example)']);
  });

  test('takes back what was exported', async () => {
    const response = await fetch(`${service.address}/api/v1/sources/export`);
    expect(response.headers.get('content-type')).toBe('text/x-opml; charset=utf-8');
    const exported = await response.text();
    const { rows } = await world.pool.query<{ count: number }>('select count(*)::int as count from sources');
    const { body } = await ask('/api/v1/sources/import', { method: 'POST', body: exported });
    const { created, existing, duplicate, invalid } = body.data.attributes;
    expect({ created, invalid, listed: existing + duplicate }).toEqual({
      created: 0,
      invalid: [],
      listed: rows[0]?.count,
    });
  });

  test('takes pages and APIs with their settings, and says what is wrong with those of others', async () => {
    const api = { items: 'data.list', headers: { accept: 'application/json' } };
    const text = opml(`
      <outline type="mimir" mimir:type="html" mimir:url="https://list.example/" mimir:config='{"item":"li"}'/>
      <outline type="mimir" mimir:type="json-api" mimir:url="https://api.example/" mimir:config='${JSON.stringify(api)}'/>
      <outline type="mimir" mimir:type="html" mimir:url="https://odd.example/" mimir:config='{"item":"li["}'/>
      <outline type="mimir" mimir:type="html" mimir:url="https://none.example/" mimir:config="{"/>
      <outline type="mimir" mimir:type="video" mimir:url="https://other.example/"/>`);
    const { body } = await ask('/api/v1/sources/import', { method: 'POST', body: text });
    expect(body.data.attributes).toMatchObject({
      created: 2,
      invalid: [
        { url: 'https://odd.example/', reason: expect.stringContaining('config.item') },
        { url: 'https://none.example/', reason: 'config: should be an object' },
        { url: 'https://other.example/', reason: expect.stringContaining('type: should be one of') },
      ],
    });
    const { rows } = await world.pool.query(
      "select type, config from sources where url in ('https://list.example/', 'https://api.example/') order by type",
    );
    expect(rows).toEqual([
      { type: 'html', config: { item: 'li' } },
      { type: 'json-api', config: api },
    ]);
  });

  test('of thousands of feeds is done in one go', async () => {
    const text = opml(
      Array.from({ length: 3000 }, (_, n) => `<outline text="m${n}" xmlUrl="https://m${n}.example/"/>`).join(''),
    );
    const { body } = await ask('/api/v1/sources/import', { method: 'POST', body: text });
    expect(body.data.attributes).toMatchObject({ created: 3000, existing: 0, duplicate: 0, invalid: [] });
  });
});

describe('a source that cannot be stored', () => {
  const good = { name: 'good', url: 'https://good.example/feed' };
  test.each([
    ['a setting that feeds do not have', source({ ...good, config: { a: 1 } }), '/data/attributes/config/a'],
    [
      'a selector that is none',
      source({ ...good, type: 'html', config: { item: 'li[' } }),
      '/data/attributes/config/item',
    ],
    [
      'a path that is none',
      source({ ...good, type: 'json-api', config: { fields: { url: 'a..b' } } }),
      '/data/attributes/config/fields/url',
    ],
    [
      'a secret among the headers',
      source({ ...good, type: 'json-api', config: { headers: { Authorization: 'x' } } }),
      '/data/attributes/config/headers/Authorization',
    ],
    ['no name', source({ url: good.url }), '/data/attributes/name'],
    ['an empty name', source({ ...good, name: '   ' }), '/data/attributes/name'],
    ['a long name', source({ ...good, name: 'x'.repeat(256) }), '/data/attributes/name'],
    ['a name with NUL', source({ ...good, name: 'a\0b' }), '/data/attributes/name'],
    ['half a character', source({ ...good, name: 'a\uD83D' }), '/data/attributes/name'],
    ['a long description', source({ ...good, description: 'x'.repeat(1001) }), '/data/attributes/description'],
    ['no address', source({ ...good, url: 'example' }), '/data/attributes/url'],
    ['a file', source({ ...good, url: 'file:///etc/passwd' }), '/data/attributes/url'],
    ['a password', source({ ...good, url: 'https://me:secret@example.org/' }), '/data/attributes/url'],
    ['an unknown type', source({ ...good, type: 'carrier-pigeon' }), '/data/attributes/type'],
    ['NUL deep in its config', source({ ...good, config: { a: ['\0'] } }), '/data/attributes/config'],
    ['a large config', source({ ...good, config: { a: 'x'.repeat(20_000) } }), '/data/attributes/config'],
    ['a foreign field', source({ ...good, organization_id: 'x' }), '/data/attributes/organization_id'],
    ['another type of thing', { data: { type: 'articles', attributes: good } }, '/data/type'],
    ['no envelope', good, '/name'],
    ['an array', [], ''],
    ['nothing', undefined, ''],
  ])('for %s is refused with the place of the fault', async (_, body, pointer) => {
    const answer = await ask('/api/v1/sources', { method: 'POST', body });
    expect(answer.status).toBe(422);
    expect(answer.body.errors.map((error: { source: { pointer: string } }) => error.source.pointer)).toContain(pointer);
  });

  test('has a name that another one has: 422, also among many at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 5 }, (_, n) => create({ name: 'taken', url: `https://taken.example/${n}` })),
    );
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([201, 422, 422, 422, 422]);
    const refused = answers.find(({ status }) => status === 422);
    expect(refused?.body.errors).toMatchObject([{ code: 'name_taken', source: { pointer: '/data/attributes/name' } }]);
    // Nothing of the refused ones stays behind.
    const { rowCount } = await world.pool.query("select from feeds where url like 'https://taken.example/%'");
    expect(rowCount).toBe(1);
  });
});
