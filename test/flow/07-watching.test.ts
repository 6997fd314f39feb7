import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createInstance, freePorts, type Instance, waitFor } from './instance.ts';
import { hasNewsroom, type Newsroom, openNewsroom } from './newsroom.ts';
import { getJson, isSettled } from './reading.ts';

/** What another feed reader stores of these feeds. */
const articleCount = 455;

/** One of each kind of clause; none asks for what may change after an article was judged. */
const queries: Readonly<Record<string, string>> = {
  words: 'government OR minister',
  phrase: '"prime minister"',
  negation: 'language:en -title:the words:>50',
  category: 'category:economy OR category:politics',
  feeling: 'sentiment:<-0.2',
  meaning: 'near:"armed conflict and war"@0.3',
};

let newsroom: Newsroom;
let mimir: Instance;
let receiver: Receiver;
let channel = '';
const savedIds = new Map<string, string>();

describe.runIf(hasNewsroom)('8. What a person must not miss', () => {
  beforeAll(async () => {
    newsroom = await openNewsroom();
    mimir = await createInstance({ MIMIR_EGRESS_ALLOW: '127.0.0.0/8' });
    const [port = 0] = await freePorts(1);
    receiver = webhookReceiver(port);
  });

  afterAll(async () => {
    await mimir[Symbol.asyncDispose]();
    await newsroom[Symbol.asyncDispose]();
    await receiver[Symbol.asyncDispose]();
  });

  test(
    'each saved search raises an alert for just what the same search finds, also through a SIGKILL',
    { timeout: 600_000 },
    async () => {
      await mimir.start(['--no-starter']);
      channel = await create('channels', { name: 'desk', kind: 'webhook', address: receiver.url });
      for (const [name, query] of Object.entries(queries)) {
        const attributes = { name, query, alert_enabled: true, channel_ids: [channel], throttle_minutes: 1 };
        savedIds.set(name, await create('saved-searches', attributes));
      }
      expect((await mimir.mimir('source', 'import', newsroom.opmlUrl)).code).toBe(0);
      await waitFor('some alerts were raised', async () => (await alertedBy('words')).length > 3);
      await mimir.killAll();
      await mimir.start(['--no-starter']);
      await waitFor('all views hold all articles', () => isSettled(mimir, articleCount), 300_000);
      for (const name of Object.keys(queries)) {
        await expect.poll(async () => differences(name), { timeout: 60_000, interval: 1_000 }).toEqual([]);
        expect([name, (await alertedBy(name)).length > 0]).toEqual([name, true]);
      }
    },
  );

  test('what was raised while the receiver was away reaches it, each alert once', { timeout: 240_000 }, async () => {
    await receiver.open();
    // Whoever changes a channel has mended something: it is tried again at once.
    await change('channels', channel, { name: 'news desk' });
    const raised = (await Promise.all(Object.keys(queries).map(alertedBy))).reduce((sum, ids) => sum + ids.length, 0);
    await expect.poll(() => receiver.told(), { timeout: 200_000, interval: 1_000 }).toBe(raised);
  });

  test('a replay of the history raises nothing anew', async () => {
    const before = await allAlerts('');
    expect((await mimir.mimir('replay', 'watch', '--from', 'earliest')).code).toBe(0);
    await waitFor('watch has read the history again', () => isSettled(mimir, articleCount), 120_000);
    expect(await allAlerts('')).toEqual(before);
  });

  test('what is counted is what there is', async () => {
    await expect
      .poll(async () => (await mimir.mimir('metrics', 'verify')).code, { timeout: 60_000, interval: 2_000 })
      .toBe(0);
  });

  test('the week on one page: stories, topics, volume, sources', async () => {
    const file = join(mimir.dataDir, 'report.html');
    const page = await mimir.mimir('report', '--weekly', '--time-zone', 'UTC', '--html', file);
    expect([page.code, page.stderr]).toEqual([0, '']);
    const html = await readFile(file, 'utf8');
    expect(html).toContain('<svg');
    expect(html).not.toContain('<script');
    const { stdout } = await mimir.mimir('report', '--weekly', '--time-zone', 'UTC', '--json');
    expect(Object.keys((JSON.parse(stdout) as { content: object }).content)).toEqual(
      expect.arrayContaining(['stories', 'topics', 'volume', 'sources']),
    );
  });
});

const create = (type: string, attributes: object): Promise<string> =>
  write('POST', `/api/v1/${type}`, { data: { type, attributes } });

const change = (type: string, id: string, attributes: object): Promise<string> =>
  write('PATCH', `/api/v1/${type}/${id}`, { data: { type, attributes } });

/** @returns the id of what was written */
async function write(method: string, path: string, body: object): Promise<string> {
  const response = await fetch(mimir.rest + path, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
  return (JSON.parse(text) as { data: { id: string } }).data.id;
}

interface Collection {
  readonly data: readonly { readonly id: string; readonly attributes: { readonly article_id?: string | null } }[];
  readonly links: { readonly next: string | null };
}

async function all(path: string): Promise<Collection['data']> {
  const found: Collection['data'][number][] = [];
  for (let next: string | null = path; next !== null;) {
    const page: Collection = await getJson<Collection>(mimir, next);
    found.push(...page.data);
    next = page.links.next;
  }
  return found;
}

const allAlerts = async (filter: string): Promise<readonly string[]> =>
  (await all(`/api/v1/alerts?limit=100&kind=saved_search${filter}`)).map(
    ({ attributes }) => attributes.article_id ?? '',
  );

const alertedBy = (name: string): Promise<readonly string[]> => allAlerts(`&saved_search=${savedIds.get(name)}`);

/** Articles that only one of both has. */
async function differences(name: string): Promise<readonly string[]> {
  const q = encodeURIComponent(queries[name] ?? '');
  const found = new Set((await all(`/api/v1/articles?limit=100&fields=url&q=${q}`)).map(({ id }) => id));
  const alerted = await alertedBy(name);
  return [
    ...alerted.filter((id) => !found.has(id)).map((id) => `${name}: ${id} is not found`),
    ...[...found].filter((id) => !alerted.includes(id)).map((id) => `${name}: ${id} raised no alert`),
  ];
}

interface Receiver extends AsyncDisposable {
  readonly url: string;
  open(): Promise<void>;
  /** How many alerts it was told of, each notification counted once. */
  told(): number;
}

function webhookReceiver(port: number): Receiver {
  const counts = new Map<string, number>();
  let server: Server | undefined;
  return {
    url: `http://127.0.0.1:${port}/desk`,
    async open() {
      server = createServer((request, response) => {
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('end', () => {
          const { data } = JSON.parse(Buffer.concat(chunks).toString()) as { data: { count: number } };
          counts.set(String(request.headers['webhook-id']), data.count);
          response.writeHead(204).end();
        });
      }).listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
    told: () => [...counts.values()].reduce((sum, count) => sum + count, 0),
    async [Symbol.asyncDispose]() {
      server?.closeAllConnections();
      server?.close();
    },
  };
}
