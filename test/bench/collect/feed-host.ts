/**
 * The web that is collected, as a process of its own: feeds at many loopback addresses, so that what is kept per site is
 * real. Tells when each feed was asked for. Started with `--settings JSON`; speaks over IPC.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { hostOf, type HostMessage, type HostSettings } from './host-messages.ts';

const { values } = parseArgs({ options: { settings: { type: 'string' } } });
const tell = (message: HostMessage): void => void process.send?.(message);
await serve(JSON.parse(values.settings ?? '{}') as HostSettings);

async function serve({ feeds, feedsPerHost, entries, textCharacters }: HostSettings): Promise<void> {
  let arrivals: (readonly [number, number])[] = [];
  const text = 'Word upon word the story of the day goes on. '.repeat(Math.ceil(textCharacters / 45));
  const server = createServer((request, response) => {
    const [, number] = /^\/feed\/(\d+)$/u.exec(request.url ?? '') ?? [];
    if (number === undefined) {
      response.writeHead(404).end();
      return;
    }
    arrivals.push([Number(number), Date.now()]);
    const etag = `"${number}"`;
    if (request.headers['if-none-match'] === etag) {
      response.writeHead(304, { etag }).end();
      return;
    }
    const base = `http://${request.headers.host}/story/${number}`;
    const items = Array.from(
      { length: entries },
      (_, entry) =>
        `<item><title>Story ${entry} of feed ${number}</title><link>${base}/${entry}</link><guid>${base}/${entry}</guid><pubDate>${new Date(Date.now() - entry * 3_600_000).toUTCString()}</pubDate><description><![CDATA[<p>Number ${number} ${entry}: ${text}</p>]]></description></item>`,
    );
    response
      .writeHead(200, { 'content-type': 'application/rss+xml', etag })
      .end(
        `<?xml version="1.0"?><rss version="2.0"><channel><title>Feed ${number}</title><link>${base}</link><description/>${items.join('')}</channel></rss>`,
      );
  });
  server.listen(0, '127.20.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  for (let feed = feedsPerHost; feed < feeds; feed += feedsPerHost) {
    const other = createServer();
    other.on('request', (request, response) => void server.emit('request', request, response));
    other.listen(port, hostOf(feed, feedsPerHost));
    await once(other, 'listening');
  }
  process.on('message', () => {
    tell({ kind: 'arrivals', arrivals });
    arrivals = [];
  });
  process.once('disconnect', () => process.exit(0));
  tell({ kind: 'open', port });
}
