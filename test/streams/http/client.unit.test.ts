import { createServer } from 'node:net';
import type { AddressInfo, LookupFunction } from 'node:net';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { pino } from 'pino';
import { afterAll, describe, expect, test } from 'vitest';
import { type GetOptions, openHttpClient } from '../../../streams/http/client.ts';
import { FetchError } from '../../../streams/http/fetch-error.ts';
import { serve } from './loopback-server.ts';

const log = pino({ level: 'silent' });
const open = openHttpClient({ egress: { allow: ['127.0.0.1/32'], contact: 'https://example.org/bot' }, log });
const closed = openHttpClient({ egress: { allow: [], contact: '' }, log });
afterAll(async () => {
  await open.close();
  await closed.close();
});

const codeOf = async (url: string, options: GetOptions = {}, client = open): Promise<string> => {
  try {
    const { status } = await client.get(url, options);
    return `status ${status}`;
  } catch (error) {
    if (error instanceof FetchError) return error.code;
    throw error;
  }
};

const saidBy = async (url: string, client = open): Promise<string> => {
  const error: unknown = await client.get(url).catch((reason: unknown) => reason);
  return error instanceof Error ? error.message : 'answered';
};
const refuseB = async (url: string): Promise<void> => {
  if (url.endsWith('/b')) throw new Error('not this one');
};
const bothKinds: LookupFunction = (_, __, callback) =>
  callback(null, [
    { address: '127.0.0.2', family: 4 },
    { address: '127.0.0.1', family: 4 },
  ]);
const nothingFound: LookupFunction = (_, __, callback) =>
  callback(Object.assign(new Error('not found'), { code: 'ENOTFOUND' }), []);

describe('what is asked', () => {
  test('the client says who it is and where to complain', async () => {
    await using server = await serve((request, response) => response.end(request.headers['user-agent']));
    expect((await open.get(server.origin)).body.toString()).toMatch(
      /^Mimir\/\d+\.\d+\.\d+ \(\+https:\/\/example\.org\/bot\)$/,
    );
  });

  test('an error status is an answer', async () => {
    await using server = await serve((_, response) => response.writeHead(404, { 'X-Why': 'gone' }).end('no'));
    const { status, headers, body } = await open.get(server.origin);
    expect({ status, why: headers['x-why'], body: body.toString() }).toEqual({ status: 404, why: 'gone', body: 'no' });
  });

  test('three redirects are followed and told, the fourth is not', async () => {
    await using server = await serve((request, response) => {
      const left = Number(request.url?.slice(1));
      if (left > 0) response.writeHead(302, { location: `/${left - 1}` }).end();
      else response.end('here');
    });
    const { finalUrl, redirects } = await open.get(`${server.origin}/3`);
    expect(finalUrl).toBe(`${server.origin}/0`);
    expect(redirects.map(({ from }) => from)).toEqual([3, 2, 1].map((left) => `${server.origin}/${left}`));
    expect(await codeOf(`${server.origin}/4`)).toBe('bad-redirect');
  });

  test('headers of one origin are not shown to another', async () => {
    await using other = await serve((request, response) => response.end(request.headers['if-none-match'] ?? 'nothing'));
    await using server = await serve((_, response) => response.writeHead(302, { location: other.origin }).end());
    expect((await open.get(server.origin, { headers: { 'if-none-match': '"1"' } })).body.toString()).toBe('nothing');
  });

  test('each hop can be refused before it is made', async () => {
    await using server = await serve((request, response) => {
      if (request.url === '/a') response.writeHead(302, { location: '/b' }).end();
      else response.end();
    });
    await expect(open.get(`${server.origin}/a`, { beforeRequest: refuseB })).rejects.toThrow('not this one');
    expect(server.asked).toEqual(['/a']);
  });
});

describe('addresses inside', () => {
  test.each([
    ['127.0.0.1'],
    ['0177.0.0.1'],
    ['0x7f.1'],
    ['2130706433'],
    ['127.1'],
    ['①②⑦.⓪.⓪.①'],
    ['0.0.0.0'],
    ['[::1]'],
    ['[::]'],
    ['[::ffff:7f00:1]'],
    ['[::127.0.0.1]'],
    ['[64:ff9b::7f00:1]'],
    ['[2002:7f00:1::]'],
    ['localhost'],
    ['local\thost'],
    ['example.org@localhost', 'bad-url'],
  ])('a listener never hears from http://%s', async (host, code = 'blocked-address') => {
    await using canary = await serve();
    expect(await codeOf(`http://${host}:${canary.port}/`, {}, closed)).toBe(code);
    expect(canary.connections).toBe(0);
  });

  test('a backslash ends the host, whatever stands behind it', async () => {
    await using canary = await serve();
    expect(await codeOf(`http://127.0.0.1:${canary.port}\\@example.org/`, {}, closed)).toBe('blocked-address');
    expect(canary.connections).toBe(0);
  });

  test('a redirect to the inside is not followed', async () => {
    await using canary = await serve(undefined, '127.0.0.2');
    await using server = await serve((_, response) => response.writeHead(302, { location: canary.origin }).end());
    expect(await codeOf(server.origin)).toBe('blocked-address');
    expect(canary.connections).toBe(0);
  });

  test('the address that is connected is the one that was checked, however often the name changes', async () => {
    await using canary = await serve(undefined, '127.0.0.2');
    await using server = await serve();
    let asked = 0;
    const lookup: LookupFunction = (_, __, callback) => {
      asked += 1;
      callback(null, [{ address: asked === 1 ? '127.0.0.1' : '127.0.0.2', family: 4 }]);
    };
    const client = openHttpClient({ egress: { allow: ['127.0.0.1/32'], contact: '' }, log, lookup });
    expect(await codeOf(`http://rebinding.test:${server.port}/`, {}, client)).toBe('status 200');
    expect(await codeOf(`http://rebinding.test:${canary.port}/`, {}, client)).toBe('blocked-address');
    expect(canary.connections).toBe(0);
    await client.close();
  });

  test('of a name with addresses of both kinds only the permitted one is connected', async () => {
    await using server = await serve();
    await using canary = await serve(undefined, '127.0.0.2');
    const client = openHttpClient({ egress: { allow: ['127.0.0.1/32'], contact: '' }, log, lookup: bothKinds });
    expect(await codeOf(`http://both.test:${server.port}/`, {}, client)).toBe('status 200');
    expect(await codeOf(`http://both.test:${canary.port}/`, {}, client)).toBe('refused');
    expect(canary.connections).toBe(0);
    await client.close();
  });

  test('ports of our own engines stay closed where a range is open', async () => {
    await using engine = await serve();
    const egress = { allow: ['127.0.0.0/8', '::1/128'], contact: '' };
    const client = openHttpClient({ egress, log, ownPorts: [engine.port] });
    expect(await codeOf(engine.origin, {}, client)).toBe('blocked-address');
    expect(await codeOf(`http://localhost:${engine.port}/`, {}, client)).toBe('blocked-address');
    expect(engine.connections).toBe(0);
    await client.close();
  });

  test('the words are the same whether anything listens or not', async () => {
    await using canary = await serve();
    expect(await saidBy(`http://127.0.0.1:${canary.port}/`, closed)).toBe(
      await saidBy('http://127.0.0.1:1024/', closed),
    );
  });
});

describe('what is no answer has a name', () => {
  test.each([
    ['file:///etc/passwd', 'bad-url'],
    ['gopher://example.org/', 'bad-url'],
    ['nonsense', 'bad-url'],
    ['http://user:secret@example.org/', 'bad-url'],
    ['http://example.org:25/', 'bad-url'],
    ['http://no-such-host.invalid/', 'dns'],
  ])('%s: %s', async (url, code) => {
    const client = openHttpClient({ egress: { allow: [], contact: '' }, log, lookup: nothingFound });
    expect(await codeOf(url, {}, client)).toBe(code);
    await client.close();
  });

  test('passwords are not repeated in errors', async () => {
    const error: unknown = await open.get('http://user:secret@example.org/').catch((reason: unknown) => reason);
    expect(JSON.stringify([error, String(error)])).not.toContain('secret');
  });

  test('nobody listens: refused', async () => {
    const { port } = await serve().then(async (server) => {
      await server[Symbol.asyncDispose]();
      return server;
    });
    expect(await codeOf(`http://127.0.0.1:${port}/`)).toBe('refused');
  });

  test('plain HTTP where TLS was asked for: tls', async () => {
    await using server = await serve();
    expect(await codeOf(`https://127.0.0.1:${server.port}/`)).toBe('tls');
  });

  test('a server that hangs up: connection-lost', async () => {
    await using server = await serve((request) => request.socket.destroy());
    expect(await codeOf(server.origin)).toBe('connection-lost');
  });

  test('a body shorter than it was announced: connection-lost', async () => {
    await using server = await serve((request, response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('half');
      setTimeout(() => request.socket.destroy(), 20);
    });
    expect(await codeOf(server.origin)).toBe('connection-lost');
  });

  test('a byte now and then, for ever: timeout', async () => {
    await using server = await serve((_, response) => {
      const drip = setInterval(() => response.write('.'), 20);
      response.on('close', () => clearInterval(drip));
    });
    expect(await codeOf(server.origin, { deadlineMs: 300 })).toBe('timeout');
  });

  test('headers a byte at a time: timeout', async () => {
    const drips = createServer((socket) => {
      socket.on('error', () => {});
      socket.write('HTTP/1.1 200 OK\r\nX-Slow: ');
      const drip = setInterval(() => socket.write('a'), 20);
      socket.on('close', () => clearInterval(drip));
    });
    await new Promise<void>((up) => drips.listen(0, '127.0.0.1', up));
    const { port } = drips.address() as AddressInfo;
    expect(await codeOf(`http://127.0.0.1:${port}/`, { deadlineMs: 300 })).toBe('timeout');
    drips.close();
  });

  test('a chain of slow redirects shares one deadline: timeout', async () => {
    await using server = await serve((_, response) => {
      setTimeout(() => response.writeHead(302, { location: '/' }).end(), 150);
    });
    expect(await codeOf(server.origin, { deadlineMs: 300, maxRedirects: 20 })).toBe('timeout');
  });

  test('1 MB of headers: bad-response', async () => {
    await using server = await serve((_, response) => response.writeHead(200, { 'x-long': 'a'.repeat(1e6) }).end());
    expect(await codeOf(server.origin)).toBe('bad-response');
  });

  test('a redirect to another scheme: bad-redirect', async () => {
    await using server = await serve((_, response) =>
      response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
    );
    expect(await codeOf(server.origin)).toBe('bad-redirect');
  });

  test('who gave up gets the own reason', async () => {
    await using server = await serve(() => {});
    const giveUp = new AbortController();
    const waiting = open.get(server.origin, { signal: giveUp.signal });
    giveUp.abort(new Error('stopping'));
    await expect(waiting).rejects.toThrow('stopping');
  });
});

describe('bodies', () => {
  const text = 'Straße '.repeat(5000);
  test.each([
    ['gzip', gzipSync(text)],
    ['x-gzip', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['deflate', deflateRawSync(text)],
    ['br', brotliCompressSync(text)],
    ['zstd', zstdCompressSync(text)],
    ['gzip, br', brotliCompressSync(gzipSync(text))],
    ['utf-8', Buffer.from(text)],
    ['', Buffer.from(text)],
  ])('%j is decoded', async (coding, bytes) => {
    await using server = await serve((_, response) =>
      response.writeHead(200, { 'content-encoding': coding }).end(bytes),
    );
    expect((await open.get(server.origin)).body.toString()).toBe(text);
  });

  const zeros = Buffer.alloc(64e6);
  test.each([
    ['gzip', gzipSync(zeros)],
    ['deflate', deflateSync(zeros)],
    ['deflate', deflateRawSync(zeros)],
    ['br', brotliCompressSync(zeros)],
    ['zstd', zstdCompressSync(zeros)],
    ['gzip, gzip', gzipSync(gzipSync(zeros))],
    ['', zeros],
  ])('a bomb in %j is stopped by what it becomes', async (coding, bytes) => {
    await using server = await serve((_, response) =>
      response.writeHead(200, { 'content-encoding': coding }).end(bytes),
    );
    expect(await codeOf(server.origin)).toBe('too-large');
    const { body, truncated } = await open.get(server.origin, { maxBytes: 1000, whenLonger: 'truncate' });
    expect({ bytes: body.length, truncated }).toEqual({ bytes: 1000, truncated: true });
  });

  test('a body of just the greatest size is whole', async () => {
    await using server = await serve((_, response) => response.end(Buffer.alloc(1000)));
    const { body, truncated } = await open.get(server.origin, { maxBytes: 1000 });
    expect({ bytes: body.length, truncated }).toEqual({ bytes: 1000, truncated: false });
  });

  test.each([
    ['six codings', Array.from({ length: 6 }, () => 'gzip').join(','), Buffer.from(text)],
    ['a thousand codings', Array.from({ length: 1000 }, () => 'gzip').join(','), Buffer.from(text)],
    ['an unknown coding', 'compress', Buffer.from(text)],
    ['bytes that are not gzip', 'gzip', Buffer.from(text)],
    ['half of a gzip file', 'gzip', gzipSync(text).subarray(0, 60)],
    ['half of a deflate stream', 'deflate', deflateSync(text).subarray(0, 40)],
    ['half of a brotli stream', 'br', brotliCompressSync(text).subarray(0, 20)],
    ['half of a zstd frame', 'zstd', zstdCompressSync(text).subarray(0, 20)],
    ['bytes that are not zstd', 'zstd', Buffer.from(text)],
  ])('%s: bad-encoding', async (_, coding, bytes) => {
    await using server = await serve((__, response) =>
      response.writeHead(200, { 'content-encoding': coding }).end(bytes),
    );
    expect(await codeOf(server.origin)).toBe('bad-encoding');
  });
});
