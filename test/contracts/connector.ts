import { pino } from 'pino';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Collected, Connector } from '../../processors/collect/connector.ts';
import { openDocumentReader } from '../../processors/collect/documents/document-reader.ts';
import { openFeedParser } from '../../processors/collect/feed/feed-parser.ts';
import { openPoliteClient } from '../../processors/collect/polite-client.ts';
import { SourceProblem } from '../../processors/collect/source-problem.ts';
import { openHttpClient } from '../../streams/http/client.ts';
import { FetchError } from '../../streams/http/fetch-error.ts';
import { virtualContext } from '../processors/collect/virtual-context.ts';
import { type LoopbackServer, serve } from '../streams/http/loopback-server.ts';

/** What a site answers at a path; a path that is not named answers 404. */
export type Site = Readonly<Record<string, string | Buffer>>;

/** A source as the connector should find it. */
export interface Fixture {
  /** Of the source, on the site. */
  readonly path: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** A site with the articles /1 and /2. */
  readonly good: Site;
  readonly contentType: string;
  /** A site with more entries than a collection may bring, at the same path; null where the API cannot give more. */
  readonly huge: Site | null;
  /** Whether an unchanged source answers 304. */
  readonly conditional: boolean;
  /** Configurations that cannot be used, with the place of the fault. */
  readonly bad: readonly (readonly [Readonly<Record<string, unknown>>, string])[];
}

const log = pino({ level: 'silent' });
const nowMs = Date.parse('2026-03-01T12:00:00Z');

/** What every connector must do that fetches something. */
export function connectorContract(connector: Connector, fixture: Fixture): void {
  const { path, config, contentType } = fixture;
  const http = openHttpClient({ egress: { allow: ['127.0.0.0/8'], contact: '' }, log });
  const parser = openFeedParser();
  const reader = openDocumentReader();
  afterAll(() => Promise.all([http.close(), parser.close(), reader.close()]));

  const host = (site: Site, type = contentType): Promise<LoopbackServer> =>
    serve((request, response) => {
      const url = new URL(request.url ?? '', 'http://localhost');
      const body = site[url.pathname + url.search] ?? site[url.pathname];
      if (body === undefined) return response.writeHead(404).end();
      const etag = '"1"';
      if (request.headers['if-none-match'] === etag) return response.writeHead(304, { etag }).end();
      return response.writeHead(200, { 'content-type': type, etag }).end(body);
    });

  const collect = (
    server: LoopbackServer,
    options: {
      readonly config?: unknown;
      readonly etag?: string;
      readonly signal?: AbortSignal;
    } = {},
  ): Promise<Collected> => {
    const waiting = { ...virtualContext(nowMs), ...(options.signal === undefined ? {} : { signal: options.signal }) };
    const client = openPoliteClient(http, 0);
    return connector.collect(
      {
        url: server.origin + path,
        validators: options.etag === undefined ? null : { etag: options.etag, last_modified: null },
        credentials: null,
        nowMs,
        get: (url, getOptions) => client.get(url, getOptions, waiting),
        parse: (document) => parser.parse(document, nowMs),
        read: reader,
      },
      options.config ?? config,
    );
  };
  const entriesOf = async (server: LoopbackServer) => {
    const collected = await collect(server);
    if (collected.kind !== 'collected') throw new Error(collected.kind);
    return collected.feed.entries;
  };

  test('finds the articles of a good site', async () => {
    await using server = await host(fixture.good);
    const entries = await entriesOf(server);
    expect(entries.map(({ url }) => new URL(url).pathname)).toEqual(['/1', '/2']);
  });

  test('documents each of its settings, and all have defaults', () => {
    const { properties = {} } = z.toJSONSchema(connector.config, { io: 'input', unrepresentable: 'any' });
    const silent = Object.entries(properties).filter(
      ([, of]) => typeof of !== 'object' || of.description === undefined,
    );
    expect(silent.map(([name]) => name)).toEqual([]);
    expect(connector.config.safeParse({}).success).toBe(true);
  });

  test.each<readonly [object, string]>([[{ nonsense: 1 }, '/'], ...fixture.bad])(
    'refuses the configuration %j and says where',
    async (bad, pointer) => {
      await using server = await host(fixture.good);
      const refused = collect(server, { config: bad });
      await expect(refused).rejects.toMatchObject({ code: 'bad-config', message: expect.stringContaining(pointer) });
      expect(server.asked).toEqual([]);
    },
  );

  test('asks for robots.txt first, and stays away where it is told to', async () => {
    await using server = await host({ ...fixture.good, '/robots.txt': 'User-agent: *\nDisallow: /' });
    await expect(collect(server)).rejects.toMatchObject({ code: 'robots-disallowed' });
    expect(server.asked).toEqual(['/robots.txt']);
  });

  test.runIf(fixture.conditional)('says so when nothing has changed', async () => {
    await using server = await host(fixture.good);
    const first = await collect(server);
    expect(first).toMatchObject({ validators: { etag: '"1"' } });
    const asked = server.asked.length;
    expect(await collect(server, { etag: '"1"' })).toEqual({ kind: 'not-modified', status: 304 });
    expect(server.asked.length).toBe(asked + 2);
  });

  test('ends at once with the reason when it is cancelled', async () => {
    const cancelled = new AbortController();
    const reason = new Error('the process ends');
    await using server = await serve((request, response) => {
      if (request.url === '/robots.txt') response.writeHead(404).end();
      else cancelled.abort(reason);
    });
    await expect(collect(server, { signal: cancelled.signal })).rejects.toBe(reason);
  });

  const paths = Object.keys(fixture.good);
  const everywhere = (body: string | Buffer): Site => Object.fromEntries(paths.map((each) => [each, body]));
  test.each<[string, Site, string?]>([
    ['nothing', everywhere('')],
    ['a page of words', everywhere('<!doctype html><html><body><p>Please log in</p></body></html>'), 'text/html'],
    ['words', everywhere('moved to another place'), 'text/plain'],
    ['half of JSON', everywhere('{"items":[{"url":'), 'application/json'],
    ['null', everywhere('null'), 'application/json'],
    ['a number', everywhere('7'), 'application/json'],
    [
      'wrong types',
      everywhere('{"version":7,"items":[7,null,"x",[[]],{"url":{"a":1},"title":[7]}]}'),
      'application/json',
    ],
    ['a list nested 100,000 times', everywhere('['.repeat(100_000) + ']'.repeat(100_000)), 'application/json'],
    ['a page nested 100,000 times', everywhere(`<html>${'<div>'.repeat(100_000)}`), 'text/html'],
    ['XML nested 100,000 times', everywhere(`<?xml version="1.0"?>${'<a>'.repeat(100_000)}`), 'application/xml'],
    ['noise', everywhere(Buffer.alloc(10_000, 0x81)), 'application/octet-stream'],
    [
      'keys of prototypes',
      everywhere('{"__proto__":{"items":[{"url":"/x","title":"x"}]},"constructor":1}'),
      'application/json',
    ],
  ])('has a word for a site that sends %s, or finds nothing there', async (_, site, type) => {
    await using server = await host(site, type);
    const outcome = await collect(server).then(foundOf, faultOf);
    expect(outcome).toMatchObject({ urls: [], message: expect.stringMatching(/^$|.{20}/), code: expect.any(String) });
    expect(({} as Record<string, unknown>)['items']).toBeUndefined();
  });

  test.each(['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'ftp://127.0.0.1/1'])(
    'leaves out an article at %s',
    async (address) => {
      const replaced = (body: string | Buffer): string =>
        body.toString().replaceAll(/(?<=["'>])\/1(?=["'<])/g, address);
      const site = Object.fromEntries(Object.entries(fixture.good).map(([at, body]) => [at, replaced(body)]));
      expect(JSON.stringify(site)).toContain(address);
      await using server = await host(site);
      const urls = (await entriesOf(server)).map(({ url }) => url);
      expect(urls.filter((url) => !url.startsWith('http'))).toEqual([]);
      expect(urls.map((url) => new URL(url).pathname)).toContain('/2');
    },
  );

  test.runIf(fixture.huge !== null)('stops at its limits on a site without end', async () => {
    await using server = await host(fixture.huge ?? {});
    expect((await entriesOf(server)).length).toBeLessThanOrEqual(1_000);
    expect(server.asked.filter((each) => each !== '/robots.txt').length).toBeLessThanOrEqual(connector.limits.requests);
  });

  test.each([
    [404, 'not-found'],
    [401, 'unauthorized'],
    [500, 'server-error'],
  ])('names HTTP %i', async (status, code) => {
    await using server = await serve((request, response) =>
      response.writeHead(request.url === '/robots.txt' ? 404 : status).end('x'),
    );
    await expect(collect(server)).rejects.toMatchObject({ code, httpStatus: status });
  });
}

/** What was found, in the shape of a fault that tells nothing. */
function foundOf(collected: Collected): {
  readonly urls: readonly string[];
  readonly message: string;
  readonly code: string;
} {
  const entries = collected.kind === 'collected' ? collected.feed.entries : [];
  return { urls: entries.map(({ url }) => url), message: '', code: '' };
}

/** @throws what is no fault of a source */
function faultOf(error: unknown): ReturnType<typeof foundOf> {
  if (!(error instanceof SourceProblem || error instanceof FetchError)) throw error;
  return { urls: [], message: error.message, code: error.code };
}

/** What every connector says of itself. */
export function describedConnector(connector: Connector): void {
  describe('says of itself', () => {
    test('in a sentence what it is for, and what it may cost', () => {
      expect(connector.purpose).toMatch(/^[A-Z].+\.$/);
      expect(connector.limits.requests).toBeLessThanOrEqual(102);
      expect(connector.limits.bytes).toBeLessThanOrEqual(15_000_000);
    });

    test('which credentials it takes where it needs some', () => {
      expect(connector.requires_auth && connector.credentials.length === 0).toBe(false);
    });
  });
}
