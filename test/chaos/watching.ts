import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { towns } from './article-plan.ts';

/** What the run is told of by a webhook: a search that is saved for each of some towns, and reports. */
export interface Watched {
  readonly searches: readonly { readonly id: string; readonly town: string }[];
  /** Of daily reports on everything. */
  readonly scheduleIds: readonly string[];
  /** A line of JSON for each request that came: see {@link Received}. Null where nobody was to be told. */
  readonly received: string | null;
}

/** One notification as it came; the same id comes again where an answer was not heard. */
export interface Received {
  readonly id: string;
  readonly type: string;
  readonly alerts: readonly string[];
  readonly report: string | null;
}

const searchCount = 3;
const scheduleCount = 10;

/** Asks for it before the first article is made, so that each is judged by all of it. */
export async function beginWatching(rest: string, address: string, received: string): Promise<Watched> {
  const channel = await create(rest, 'channels', { name: 'chaos', kind: 'webhook', address });
  const searches = await saveSearches(rest, [channel]);
  const scheduleIds = [];
  for (let number = 0; number < scheduleCount; number += 1) {
    const schedule = { name: `chaos ${number}`, kind: 'daily', channel_ids: [channel] };
    scheduleIds.push(await create(rest, 'report-schedules', schedule));
  }
  return { searches, scheduleIds, received };
}

/** With alerts, for titles that name a town. */
export async function saveSearches(rest: string, channelIds: readonly string[]): Promise<Watched['searches']> {
  const searches = [];
  for (const town of towns.slice(0, searchCount)) {
    const query = { name: town, query: `title:${town}`, alert_enabled: true, channel_ids: channelIds };
    searches.push({ id: await create(rest, 'saved-searches', query), town });
  }
  return searches;
}

async function create(rest: string, type: string, attributes: object): Promise<string> {
  const response = await fetch(`${rest}/api/v1/${type}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ data: { type, attributes } }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${type} were refused: ${response.status} ${text}`);
  return (JSON.parse(text) as { data: { id: string } }).data.id;
}

interface Notification {
  readonly type: string;
  readonly data: { readonly alerts?: readonly { readonly id: string }[]; readonly report_id?: string };
}

/** Takes notifications on loopback and writes them down before it answers. */
export async function openReceiver(file: string): Promise<AsyncDisposable & { readonly address: string }> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { type, data } = JSON.parse(Buffer.concat(chunks).toString()) as Notification;
      const alerts = (data.alerts ?? []).map(({ id }) => id);
      const line: Received = {
        id: String(request.headers['webhook-id']),
        type,
        alerts,
        report: data.report_id ?? null,
      };
      appendFileSync(file, `${JSON.stringify(line)}\n`);
      response.writeHead(204).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
