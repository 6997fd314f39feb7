import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHash } from 'node:crypto';
import type { PlannedVersion } from './article-plan.ts';

/** Publishers on loopback, each on an address of its own, whose feeds grow while they are collected. */
export interface FeedServer extends AsyncDisposable {
  readonly feedUrls: readonly string[];
  /** The address of an article, and the publisher that will have it. */
  urlOf(index: number): string;
  /** From now on in the feed: anew, or in place of its older version. */
  publish(index: number, version: PlannedVersion): void;
  /** True once every feed was fetched as it is now. */
  isFetched(): boolean;
}

const publishers = ['127.0.5.1', '127.0.5.2', '127.0.5.3', '127.0.5.4'];

interface Entry {
  readonly index: number;
  readonly version: PlannedVersion;
}

interface Publisher {
  readonly host: string;
  readonly entries: Map<number, Entry>;
  server: Server;
  isFetched: boolean;
}

export async function openFeedServer(): Promise<FeedServer> {
  let port = 0;
  const houses: Publisher[] = [];
  for (const host of publishers) {
    const house: Publisher = { host, entries: new Map(), isFetched: true, server: createServer() };
    house.server.on('request', (request, response) => answer(house, port, request, response));
    house.server.listen(port, host);
    await once(house.server, 'listening');
    port = (house.server.address() as AddressInfo).port;
    houses.push(house);
  }
  const houseOf = (index: number): Publisher => houses[index % houses.length] as Publisher;
  const urlOf = (index: number): string => `http://${houseOf(index).host}:${port}/article/${index}`;
  return {
    feedUrls: houses.map(({ host }) => `http://${host}:${port}/feed`),
    urlOf,
    publish(index, version) {
      const house = houseOf(index);
      house.entries.set(index, { index, version });
      house.isFetched = false;
    },
    isFetched: () => houses.every(({ isFetched }) => isFetched),
    async [Symbol.asyncDispose]() {
      for (const { server } of houses) {
        server.closeAllConnections();
        server.close();
        await once(server, 'close');
      }
    },
  };
}

function answer(house: Publisher, port: number, request: IncomingMessage, response: ServerResponse): void {
  const path = request.url ?? '/';
  if (path === '/robots.txt')
    return void response.writeHead(200, { 'content-type': 'text/plain' }).end('User-agent: *\n');
  if (path === '/feed') return sendFeed(house, port, request, response);
  const entry = house.entries.get(Number(path.replace('/article/', '')));
  if (entry === undefined) return void response.writeHead(404).end();
  return void response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(pageOf(entry.version));
}

function sendFeed(house: Publisher, port: number, request: IncomingMessage, response: ServerResponse): void {
  const items = [...house.entries.values()].map(({ index, version }) => {
    const link = `http://${house.host}:${port}/article/${index}`;
    const body = version.hasPage
      ? { summary: version.paragraphs[0]?.slice(0, 80) }
      : { content_html: htmlOf(version.paragraphs) };
    return {
      id: link,
      url: link,
      title: version.title,
      date_published: new Date(version.publishedAt).toISOString(),
      ...body,
    };
  });
  const text = JSON.stringify({ version: 'https://jsonfeed.org/version/1.1', title: `Chaos at ${house.host}`, items });
  const etag = `"${createHash('sha1').update(text).digest('hex')}"`;
  const isKnown = request.headers['if-none-match'] === etag;
  response.writeHead(isKnown ? 304 : 200, { 'content-type': 'application/feed+json', etag });
  const shown = new Map(house.entries);
  response.end(isKnown ? undefined : text, () => {
    // What was published while this answer was under way is not in it.
    const isCurrent = [...house.entries].every(([index, entry]) => shown.get(index) === entry);
    if (isCurrent) house.isFetched = true;
  });
}

export function htmlOf(paragraphs: readonly string[]): string {
  return paragraphs.map((paragraph) => `<p>${paragraph}</p>`).join('');
}

/** A page as a publisher serves it: with a navigation above and an imprint below. */
export function pageOf({ title, paragraphs }: PlannedVersion): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title></head><body><header><nav><a href="/">Home</a></nav></header><main><article><h1>${title}</h1>${htmlOf(paragraphs)}</article></main><footer>Imprint</footer></body></html>`;
}
