import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sourceTrials } from '../../../cli/source-trials.ts';
import { graphqlOver } from '../../../gateways/graphql/graphql.ts';
import { restOver } from '../../../gateways/rest/rest.ts';
import type { Service } from '../../../streams/service.ts';
import { type LoopbackServer, serve } from '../../streams/http/loopback-server.ts';
import { restClient, source } from '../rest/client.ts';
import { openWorld, type World } from '../world.ts';

/** JSON of which the test says what it should be. */
// oxlint-disable-next-line typescript/no-explicit-any
type Json = any;

let world: World;
let services: Service[] = [];
let ask: ReturnType<typeof restClient>;
let address: string;
let site: LoopbackServer;
/** Answers that wait for the test. */
let held: (() => void)[] = [];

const page = `<article><h1>Harbour closed</h1>${`<p>${'The storm had torn the ferries from their moorings. '.repeat(5)}</p>`.repeat(5)}</article>`;
const feed = `<rss version="2.0"><channel><title>Gazette</title><item><title>Harbour closed</title><link>/a</link><pubDate>Sun, 01 Mar 2026 10:00:00 GMT</pubDate></item></channel></rss>`;

beforeAll(async () => {
  site = await serve((request, response) => {
    const send = (type: string, body: string) => response.writeHead(200, { 'content-type': type }).end(body);
    if (request.url === '/feed') return send('application/rss+xml', feed);
    if (request.url === '/a') return send('text/html', page);
    if (request.url === '/slow') return held.push(() => send('application/rss+xml', feed));
    if (request.url === '/') return send('text/html', '<link rel=alternate type=application/rss+xml href=/feed>');
    return response.writeHead(404).end();
  });
  world = await openWorld({ MIMIR_EGRESS_ALLOW: '127.0.0.0/8' });
  const api = await restOver(sourceTrials).open(world.runtime);
  services = [api];
  const graph = await graphqlOver(sourceTrials).open(world.runtime);
  services = [api, graph];
  ask = restClient(api.address ?? '');
  address = graph.address ?? '';
});

afterAll(async () => {
  for (const service of services) await service.close();
  await site?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

async function mutation(field: string, variables: Readonly<Record<string, unknown>>): Promise<Json> {
  const types: Readonly<Record<string, string>> = {
    id: 'ID!',
    url: 'String!',
    opml: 'String!',
    dryRun: 'Boolean',
    entries: 'JSON!',
    input: 'SourceToTry!',
  };
  const names = Object.keys(variables);
  const query = `mutation (${names.map((name) => `$${name}: ${types[name]}`).join(', ')}) {
    answer: ${field.replace('(', `(${names.map((name) => `${name}: $${name}`).join(', ')}`)} }`;
  const response = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  return response.json();
}

/** With names as REST has them. */
function snake(value: Json): Json {
  if (Array.isArray(value)) return value.map(snake);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      snake(inner),
    ]),
  );
}

/** What went wrong, as each API tells it. */
const faultsOfRest = ({ body }: Awaited<ReturnType<typeof ask>>) =>
  body.errors.map(({ code, detail }: Json) => ({ code, detail }));
const faultsOfGraph = ({ errors }: Json) => {
  const [{ message, extensions }] = errors;
  if (extensions.faults === undefined) return [{ code: extensions.code, detail: message }];
  return extensions.faults.map(({ code, detail }: Json) => ({ code, detail }));
};

async function created(attributes: Readonly<Record<string, unknown>>): Promise<string> {
  const { body, status } = await ask('/api/v1/sources', { method: 'POST', body: source(attributes) });
  expect([status, body.errors]).toEqual([201, undefined]);
  return body.data.id;
}

const trial = `{ url ok httpStatus errorCode errorDetail title siteUrl
  entries { url title publishedAt updatedAt authors tags imageUrl hasText }
  articles { url title text authors imageUrl publishedAt publishedAtSource extractionMethod extractionConfidence pageError }
  warnings timings { robotsMs fetchMs parseMs extractMs } }`;
const tryNew = (attributes: unknown) =>
  ask('/api/v1/sources/test', { method: 'POST', body: { data: { type: 'source-trials', attributes } } });
const search = (url: string) =>
  ask('/api/v1/sources/discover', {
    method: 'POST',
    body: { data: { type: 'source-discoveries', attributes: { url } } },
  });
const untimed = ({ timings, ...rest }: Json) => ({ ...rest, timings: Object.keys(timings) });
const counts = async () => {
  const { rows } = await world.pool.query(
    'select (select count(*) from sources) as sources, (select count(*) from feeds) as feeds, (select count(*) from outbox) as outbox',
  );
  return rows[0];
};

describe('trying a source, where both APIs agree', () => {
  test('on what is followed yields, on what is not followed yet yields, and store nothing', async () => {
    const url = `${site.origin}/feed`;
    const id = await created({ name: 'followed', url });
    const before = await counts();
    const answers = [
      (await ask(`/api/v1/sources/${id}/test`, { method: 'POST' })).body.data.attributes,
      snake((await mutation(`testSource()${trial}`, { id })).data.answer),
      (await tryNew({ url })).body.data.attributes,
      snake((await mutation(`testNewSource()${trial}`, { input: { url } })).data.answer),
    ].map(untimed);
    expect(answers[0]).toMatchObject({
      ok: true,
      entries: [{ url: `${site.origin}/a`, published_at: '2026-03-01T10:00:00.000Z', has_text: false }],
      articles: [{ text: expect.stringContaining('torn the ferries'), published_at: '2026-03-01T10:00:00.000Z' }],
    });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(await counts()).toEqual(before);
  });

  test('on a source that cannot be read', async () => {
    const input = { url: `${site.origin}/none` };
    const graph = snake((await mutation(`testNewSource()${trial}`, { input })).data.answer);
    expect(untimed(graph)).toEqual(untimed((await tryNew(input)).body.data.attributes));
    expect(graph).toMatchObject({ ok: false, error_code: 'not-found', http_status: 404 });
  });

  test.each([
    ['an address that is none', { url: 'file:///etc/passwd' }, 'invalid_url'],
    ['an empty address', { url: '  ' }, 'too_small'],
    ['a type that there is not', { url: 'https://a.example/', type: 'telex' }, 'invalid_value'],
    ['a setting that it does not have', { url: 'https://a.example/', config: { a: 1 } }, 'unknown_field'],
    [
      'credentials that it cannot use',
      { url: 'https://a.example/', credentials: { kind: 'oauth_client', client_id: 'a', client_secret: 'b' } },
      'invalid_value',
    ],
    ['what is sent to us', { url: 'https://a.example/', type: 'push' }, 'not_collected'],
  ])('on refusing %s', async (_, input, code) => {
    const rest = faultsOfRest(await tryNew(input));
    expect(faultsOfGraph(await mutation('testNewSource() { ok }', { input }))).toEqual(rest);
    expect(rest).toMatchObject([{ code }]);
  });

  test('on refusing an unknown source', async () => {
    const id = '00000000-0000-4000-8000-00000000dead';
    const rest = faultsOfRest(await ask(`/api/v1/sources/${id}/test`, { method: 'POST' }));
    expect(faultsOfGraph(await mutation('testSource() { ok }', { id }))).toEqual(rest);
    expect(rest[0].code).toBe('not_found');
  });

  test('on refusing a third while two are tried', async () => {
    const input = { url: `${site.origin}/slow` };
    const two = [1, 2].map(() => mutation('testNewSource() { ok }', { input }));
    await expect.poll(() => held.length, { timeout: 20_000 }).toBe(2);
    const third = await mutation('testNewSource() { ok }', { input });
    expect(third.errors[0].extensions).toMatchObject({ code: 'busy', retryAfterSeconds: 5 });
    for (const release of held) release();
    held = [];
    for (const { data } of await Promise.all(two)) expect(data.answer.ok).toBe(true);
  });
});

test('both APIs agree on how a site can be followed', async () => {
  const fields = '{ url title errorDetail candidates { url type title itemCount newestAt found } }';
  for (const url of [`${site.origin}/`, 'http://127.0.0.1:1/']) {
    const { data } = await mutation(`discoverSources()${fields}`, { url });
    expect(snake(data.answer)).toEqual((await search(url)).body.data.attributes);
    expect(data.answer.candidates).toHaveLength(url.endsWith(':1/') ? 0 : 1);
  }
  for (const url of ['file:///etc/passwd', '', 'x'.repeat(3_000)]) {
    const rest = faultsOfRest(await search(url));
    expect(faultsOfGraph(await mutation(`discoverSources()${fields}`, { url }))).toEqual(rest);
  }
});

const report = '{ accepted duplicate invalid reasons { entry reason } warnings }';
const push = (id: string, body: unknown, type = 'application/json') =>
  ask(`/api/v1/sources/${id}/entries`, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { 'content-type': type },
  });
const pair = async (name: string) => {
  const attributes = { url: `https://${name}.example/`, type: 'push' };
  const ids = [1, 2].map((number) =>
    created({ ...attributes, name: `${name} ${number}`, url: `${attributes.url}${number}` }),
  );
  return (await Promise.all(ids)) as [string, string];
};

describe('sending entries, where both APIs agree', () => {
  test.each([
    [
      'a list',
      [{ url: 'https://p.example/a', title: 'A' }, { url: 'javascript:alert(1)', title: 'B' }, { url: '/c' }, 7],
      'application/json',
    ],
    ['RSS', feed, 'application/rss+xml'],
  ])('on %s, the first time and the second', async (_, entries, type) => {
    const [one, other] = await pair(`agree-${type.length}`);
    for (const accepted of [1, 0]) {
      const { data } = await mutation(`pushEntries()${report}`, { id: one, entries });
      expect(data.answer).toEqual((await push(other, entries, type)).body.data.attributes);
      expect(data.answer).toMatchObject({ accepted, duplicate: 1 - accepted });
    }
  });

  test.each([
    ['no feed', { a: 1 }],
    ['an empty list', []],
    ['more than 1,000', Array.from({ length: 1_001 }, () => ({ url: '/a', title: 'A' }))],
    ['a list nested a hundred times', JSON.parse('['.repeat(100) + ']'.repeat(100))],
  ])('on refusing %s', async (name, entries) => {
    const [id] = await pair(name.replaceAll(/\W/g, ''));
    const [fault] = faultsOfRest(await push(id, entries));
    const [told] = faultsOfGraph(await mutation('pushEntries() { accepted }', { id, entries }));
    expect(told.code).toBe(fault.code);
  });

  test('on a source that is collected', async () => {
    const id = await created({ name: 'collected', url: 'https://collected.example/feed' });
    const entries = [{ url: '/a', title: 'A' }];
    const rest = faultsOfRest(await push(id, entries));
    expect(faultsOfGraph(await mutation('pushEntries() { accepted }', { id, entries }))).toEqual(rest);
    expect(rest[0].code).toBe('not_pushed');
  });
});

const imported =
  '{ dryRun created existing duplicate invalid { url reason } entries { url name tags outcome reason } }';
const importing = (text: string, dryRun: boolean) =>
  ask(`/api/v1/sources/import?dry_run=${dryRun}`, { method: 'POST', body: text });

describe('OPML, where both APIs agree', () => {
  test('on what a document would do, on what it does, and on the export', async () => {
    const opml = `<opml version="2.0"><body><outline text="News">
      <outline text="O" xmlUrl="https://o.example/feed"/><outline text="again" xmlUrl="https://o.example/feed"/>
      </outline><outline text="f" xmlUrl="ftp://o.example/"/></body></opml>`;
    const dry = await mutation(`importSources()${imported}`, { opml, dryRun: true });
    expect(snake(dry.data.answer)).toEqual((await importing(opml, true)).body.data.attributes);
    expect(dry.data.answer).toMatchObject({ dryRun: true, created: 1, duplicate: 1, invalid: [{}] });
    const done = await mutation(`importSources()${imported}`, { opml });
    expect(done.data.answer).toEqual({ ...dry.data.answer, dryRun: false });
    const again = await mutation(`importSources()${imported}`, { opml });
    expect(snake(again.data.answer)).toEqual((await importing(opml, false)).body.data.attributes);
    expect(again.data.answer).toMatchObject({ created: 0, existing: 1 });

    const response = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ exportSources }' }),
    });
    const exported: Json = await response.json();
    const rest = await fetch(`${services[0]?.address}/api/v1/sources/export`);
    expect(exported.data.exportSources).toBe(await rest.text());
    expect(exported.data.exportSources).toContain('https://o.example/feed');
  });

  test('on refusing what is no OPML', async () => {
    const opml = '<html><body>Hello</body></html>';
    const rest = faultsOfRest(await importing(opml, false));
    expect(faultsOfGraph(await mutation('importSources() { created }', { opml }))).toEqual(rest);
    expect(rest[0].code).toBe('invalid_opml');
  });
});
