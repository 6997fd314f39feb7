import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createHash } from 'node:crypto';
import { stories, type Story } from './stories.ts';

/**
 * A handful of publishers on loopback, each on an address of its own, so that politeness by host is real: one a feed
 * format, one that syndicates another's story under its own headline, one that is down, one that forbids robots.
 */
export interface Gazette extends AsyncDisposable {
  /** Address of an OPML list of all feeds. */
  readonly opmlUrl: string;
  /** Addresses of all articles that a reader can store. */
  readonly articleUrls: readonly string[];
  /** The story whose text another publisher runs under another headline: their two addresses. */
  readonly syndicated: { readonly original: string; readonly copy: string };
  readonly failingFeedUrl: string;
  /** Requests so far, by path with host. */
  readonly hits: ReadonlyMap<string, number>;
}

type Format = 'rss' | 'atom' | 'rdf' | 'json' | 'down' | 'no-robots';

const publishers: readonly { readonly host: string; readonly name: string; readonly format: Format }[] = [
  { host: '127.0.4.1', name: 'Harbour Post', format: 'rss' },
  { host: '127.0.4.2', name: 'Valley Courier', format: 'atom' },
  { host: '127.0.4.3', name: 'Northern Gazette', format: 'rdf' },
  { host: '127.0.4.4', name: 'Lakeside Wire', format: 'json' },
  { host: '127.0.4.5', name: 'Broken Times', format: 'down' },
  { host: '127.0.4.6', name: 'Private Letter', format: 'no-robots' },
];

export async function openGazette(): Promise<Gazette> {
  const hits = new Map<string, number>();
  let port = 0;
  const servers: Server[] = [];
  for (const publisher of publishers) {
    const server = createServer((request, response) => {
      const key = `${publisher.host}${request.url ?? ''}`;
      hits.set(key, (hits.get(key) ?? 0) + 1);
      answer(publisher, port, request, response);
    });
    server.listen(port, publisher.host);
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
    servers.push(server);
  }
  const [original, copy] = stories.filter((story) => story.slug === 'harbour-crane');
  if (original === undefined || copy === undefined) throw new Error('the syndicated story is missing');
  return {
    opmlUrl: `http://127.0.4.1:${port}/_opml`,
    articleUrls: stories.map((story) => urlOf(story, port)),
    syndicated: { original: urlOf(original, port), copy: urlOf(copy, port) },
    failingFeedUrl: `http://127.0.4.5:${port}/feed`,
    hits,
    async [Symbol.asyncDispose]() {
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
        await once(server, 'close');
      }
    },
  };
}

function urlOf(story: Story, port: number): string {
  return `http://${story.host}:${port}/${story.slug}`;
}

function answer(
  { host, name, format }: (typeof publishers)[number],
  port: number,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const base = `http://${host}:${port}`;
  const own = stories.filter((story) => story.host === host);
  const path = request.url ?? '/';
  const send = (type: string, body: string): void => {
    const etag = `"${createHash('sha1').update(body).digest('hex')}"`;
    if (request.headers['if-none-match'] === etag) response.writeHead(304, { etag }).end();
    else response.writeHead(200, { 'content-type': type, etag }).end(body);
  };

  if (path === '/robots.txt')
    return send('text/plain', `User-agent: *\nDisallow: ${format === 'no-robots' ? '/' : '/x'}\n`);
  if (path === '/_opml') return send('text/x-opml', opml(port));
  if (format === 'down') return void response.writeHead(503).end('The press is broken.');
  if (path === '/feed') return send(...feed(format, name, base, own));
  const story = own.find(({ slug }) => path === `/${slug}`);
  if (story === undefined) return void response.writeHead(404).end('No such page.');
  return send('text/html; charset=utf-8', page(name, base, story));
}

function opml(port: number): string {
  const outlines = publishers.map(
    ({ host, name }) => `<outline type="rss" text="${name}" xmlUrl="http://${host}:${port}/feed"/>`,
  );
  return `<?xml version="1.0"?><opml version="2.0"><head><title>All</title></head><body>${outlines.join('')}</body></opml>`;
}

function feed(format: Format, name: string, base: string, own: readonly Story[]): [string, string] {
  const link = (story: Story): string => `${base}/${story.slug}`;
  switch (format) {
    case 'atom':
      return [
        'application/atom+xml',
        `<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>${name}</title><id>${base}/</id><updated>2026-01-05T00:00:00Z</updated>${own
          .map(
            (story) =>
              `<entry><title>${story.title}</title><id>${link(story)}</id><link href="${link(story)}"/><updated>${story.publishedAt}</updated><published>${story.publishedAt}</published><summary>${story.paragraphs[0]}</summary></entry>`,
          )
          .join('')}</feed>`,
      ];
    case 'rdf':
      return [
        'application/rdf+xml',
        `<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="${base}/"><title>${name}</title><link>${base}/</link><description/></channel>${own
          .map(
            (story) =>
              `<item rdf:about="${link(story)}"><title>${story.title}</title><link>${link(story)}</link><dc:date>${story.publishedAt}</dc:date></item>`,
          )
          .join('')}</rdf:RDF>`,
      ];
    case 'json':
      return [
        'application/feed+json',
        JSON.stringify({
          version: 'https://jsonfeed.org/version/1.1',
          title: name,
          items: own.map((story) => ({
            id: link(story),
            url: link(story),
            title: story.title,
            summary: story.paragraphs[0],
            date_published: story.publishedAt,
          })),
        }),
      ];
    default:
      return [
        'application/rss+xml',
        `<?xml version="1.0"?><rss version="2.0"><channel><title>${name}</title><link>${base}/</link><description>${name}</description>${own
          .map(
            (story) =>
              `<item><title>${story.title}</title><link>${link(story)}</link><guid>${link(story)}</guid><pubDate>${new Date(story.publishedAt).toUTCString()}</pubDate><description>${story.paragraphs[0]}</description></item>`,
          )
          .join('')}</channel></rss>`,
      ];
  }
}

function page(name: string, base: string, story: Story): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${story.title} | ${name}</title><link rel="canonical" href="${base}/${story.slug}"><meta property="og:title" content="${story.title}"></head><body><header><nav><a href="/">Home</a> <a href="/weather">Weather</a></nav></header><main><article><h1>${story.title}</h1>${story.paragraphs.map((paragraph) => `<p>${paragraph}</p>`).join('')}</article></main><footer>${name}, all rights reserved</footer></body></html>`;
}
