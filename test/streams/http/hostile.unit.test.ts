import { createServer, type Socket } from 'node:net';
import type { AddressInfo, LookupFunction } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { pino } from 'pino';
import { afterAll, describe, expect, test } from 'vitest';
import { type GetOptions, type HttpClient, openHttpClient } from '../../../streams/http/client.ts';
import { FetchError } from '../../../streams/http/fetch-error.ts';
import { serve } from './loopback-server.ts';

const log = pino({ level: 'silent' });
const open = openHttpClient({ egress: { allow: ['127.0.0.1/32'], contact: '' }, log });
const closed = openHttpClient({ egress: { allow: [], contact: '' }, log });
afterAll(async () => {
  await open.close();
  await closed.close();
});

const outcome = (url: string, client: HttpClient = open, options: GetOptions = {}): Promise<string> =>
  client.get(url, options).then(
    ({ status }) => `status ${status}`,
    (error: unknown) => (error instanceof FetchError ? error.code : String(error)),
  );

/** Speaks no HTTP but what it is told to. */
async function raw(speak: (socket: Socket) => void): Promise<AsyncDisposable & { readonly origin: string }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}).on('close', () => sockets.delete(socket)));
    speak(socket);
  });
  await new Promise<void>((up) => server.listen(0, '127.0.0.1', up));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}

/** The greatest growth of memory outside the heap while the work goes on, in bytes. */
async function growthDuring(work: () => Promise<unknown>): Promise<number> {
  const before = process.memoryUsage().arrayBuffers;
  let most = before;
  const look = setInterval(() => (most = Math.max(most, process.memoryUsage().arrayBuffers)), 2);
  await work();
  clearInterval(look);
  return most - before;
}

const times = (bytes: Buffer): Buffer => Buffer.concat(Array.from({ length: 64 }, () => bytes));

describe('a gibibyte of zeros', () => {
  const member = Buffer.alloc(16 * 1024 * 1024);
  test.each([
    ['gzip', () => times(gzipSync(member))],
    ['br', () => brotliCompressSync(Buffer.alloc(256 * 1024 * 1024), { params: { 1: 1 } })],
    ['zstd', () => times(zstdCompressSync(member))],
    ['gzip, zstd', () => zstdCompressSync(times(gzipSync(member)))],
  ])('in %s: stopped at 15 MB, below 64 MB of memory, and the next answer comes', async (coding, make) => {
    const bomb = make();
    await using server = await serve((request, response) => {
      if (request.url === '/next') response.end('next');
      else response.writeHead(200, { 'content-encoding': coding }).end(bomb);
    });
    const said: string[] = [];
    const growth = await growthDuring(async () => said.push(await outcome(`${server.origin}/bomb`)));
    expect(said).toEqual(['too-large']);
    expect(growth).toBeLessThan(64e6);
    expect((await open.get(`${server.origin}/next`)).body.toString()).toBe('next');
  });
});

describe('codings', () => {
  test.each([
    ['a thousand', Array.from({ length: 1_000 }, () => 'gzip').join(', ')],
    ['six', Array.from({ length: 6 }, () => 'br').join(',')],
    ['names of properties', '__proto__'],
    ['names of methods', 'constructor'],
  ])('%s: refused before anything is decoded', async (_, coding) => {
    await using server = await serve((__, response) =>
      response.writeHead(200, { 'content-encoding': coding }).end('x'),
    );
    expect(await outcome(server.origin)).toBe('bad-encoding');
  });

  test.each([
    [5, 'status 200'],
    [6, 'bad-encoding'],
    [40, 'bad-encoding'],
  ])('a text that was compressed %d times: %s', async (count, expected) => {
    let body = Buffer.from('text');
    for (let round = 0; round < count; round += 1) body = gzipSync(body);
    const coding = Array.from({ length: count }, () => 'gzip').join(', ');
    await using server = await serve((_, response) =>
      response.writeHead(200, { 'content-encoding': coding }).end(body),
    );
    expect(await outcome(server.origin)).toBe(expected);
  });

  test('a thousand headers of one coding each', async () => {
    await using server = await raw((socket) => {
      socket.end(`HTTP/1.1 200 OK\r\n${'Content-Encoding: gzip\r\n'.repeat(1_000)}Content-Length: 1\r\n\r\nx`);
    });
    expect(['bad-encoding', 'bad-response']).toContain(await outcome(server.origin));
  });
});

const drip = (socket: Socket, head: string, text: string): void => {
  socket.write(head);
  const timer = setInterval(() => socket.write(text), 15);
  socket.on('close', () => clearInterval(timer));
};

describe('answers that never end', () => {
  test.each([
    ['nothing', (socket: Socket) => void socket],
    ['headers a byte at a time', (socket: Socket) => drip(socket, 'HTTP/1.1 200 OK\r\nX: ', 'a')],
    ['headers without end', (socket: Socket) => drip(socket, 'HTTP/1.1 200 OK\r\n', 'X: a\r\n')],
    [
      'a body a byte at a time',
      (socket: Socket) => drip(socket, 'HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n', 'a'),
    ],
    [
      'chunks of a byte',
      (socket: Socket) => drip(socket, 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', '1\r\na\r\n'),
    ],
    ['a body without a length', (socket: Socket) => drip(socket, 'HTTP/1.1 200 OK\r\n\r\n', 'a')],
    ['"continue" for ever', (socket: Socket) => drip(socket, '', 'HTTP/1.1 100 Continue\r\n\r\n')],
  ])('%s: one deadline for all of it', async (_, speak) => {
    await using server = await raw(speak);
    expect(['timeout', 'bad-response', 'connection-lost']).toContain(
      await outcome(server.origin, open, { deadlineMs: 250 }),
    );
    expect(await outcome(server.origin, open, { deadlineMs: 50 })).not.toMatch(/^status/);
  });

  test('a gzip stream that trickles', async () => {
    const zipped = gzipSync('x'.repeat(100_000));
    await using server = await serve((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      let at = 0;
      const timer = setInterval(() => response.write(zipped.subarray(at, (at += 1))), 20);
      response.on('close', () => clearInterval(timer));
    });
    expect(await outcome(server.origin, open, { deadlineMs: 250 })).toBe('timeout');
  });
});

describe('answers that lie', () => {
  test.each([
    ['a longer length than the body', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf', 'connection-lost'],
    ['chunks that break off', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nhalf', 'connection-lost'],
    [
      'chunks without the last one',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n',
      'connection-lost',
    ],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab', 'connection-lost'],
    ['a length that is none', 'HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\nab', 'bad-response'],
    ['a status that is none', 'HTTP/1.1 OK\r\n\r\n', 'bad-response'],
    ['another protocol', 'SSH-2.0-OpenSSH_9.6\r\n', 'bad-response'],
    ['no status line', '<html>', 'bad-response'],
  ])('%s: nothing of it is taken for whole', async (_, answer, code) => {
    await using server = await raw((socket) => socket.once('data', () => socket.end(answer)));
    expect(await outcome(server.origin)).toBe(code);
  });

  test('what comes behind an answer is no answer to the next question', async () => {
    await using server = await raw((socket) =>
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil');
      }),
    );
    expect((await open.get(server.origin)).body.toString()).toBe('ok');
    const next = await open.get(`${server.origin}/next`, { deadlineMs: 1_000 }).then(
      ({ body }) => body.toString(),
      () => 'no answer',
    );
    expect(next).not.toBe('evil');
  });

  test('1 MB of headers, in one or in many', async () => {
    for (const headers of [`X: ${'a'.repeat(1e6)}\r\n`, 'X: a\r\n'.repeat(150_000)]) {
      await using server = await raw((socket) =>
        socket.once('data', () => socket.end(`HTTP/1.1 200 OK\r\n${headers}\r\n`)),
      );
      expect(await outcome(server.origin)).toBe('bad-response');
    }
  });
});

/** A header holds ASCII; escapes in a host mean what they stand for. */
const inHeader = (host: string): string => (/^[ -~]*$/.test(host) ? host : encodeURI(host));

describe('no listener inside hears from us', () => {
  const spellings = [
    '127.0.0.1',
    '127.1',
    '127.0.1',
    '0177.0.0.1',
    '0177.1',
    '0x7f.1',
    '0x7f000001',
    '2130706433',
    '017700000001',
    '①②⑦.⓪.⓪.①',
    '１２７.0.0.1',
    '127。0。0。1',
    '%31%32%37.0.0.1',
    '127.0.0.1.',
    '0',
    '0.0.0.0',
    '00.0x0',
    'localhost',
    'LOCALHOST',
    'localhost.',
    'ⓛocalhost',
    'foo.localhost',
    '[::1]',
    '[::]',
    '[0:0:0:0:0:0:0:1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::127.0.0.1]',
    '[::7f00:1]',
    '[64:ff9b::127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '[64:ff9b:1::7f00:1]',
    '[2002:7f00:1::]',
    '[2002:7f00:1::1]',
    '[2001:0:7f00:1::]',
    '[fe80::1]',
    '[fc00::1]',
    '[fec0::1]',
    '100.64.0.1',
    '169.254.169.254',
    '0xa9fea9fe',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.0.1',
    '[fd00:ec2::254]',
    '168.63.129.16',
    '255.255.255.255',
    '224.0.0.1',
  ];
  test.each(spellings)('http://%s', async (host) => {
    await using canary = await serve();
    await using canary6 = await serve(undefined, '127.0.0.2');
    expect(await outcome(`http://${host}:${canary.port}/`, closed)).toBe('blocked-address');
    expect(await outcome(`https://${host}:${canary6.port}/`, closed)).toBe('blocked-address');
    expect(canary.connections + canary6.connections).toBe(0);
  });

  test.each(spellings)('a redirect to http://%s', async (host) => {
    await using canary = await serve();
    await using server = await serve(
      (_, response) => response.writeHead(302, { location: `http://${inHeader(host)}:${canary.port}/` }).end(),
      '127.0.0.3',
    );
    const client = openHttpClient({ egress: { allow: ['127.0.0.3/32'], contact: '' }, log });
    expect(await outcome(server.origin, client)).toBe('blocked-address');
    expect(canary.connections).toBe(0);
    await client.close();
  });

  test('a redirect in the third hop', async () => {
    await using canary = await serve(undefined, '127.0.0.2');
    await using server = await serve((request, response) => {
      const hop = Number(request.url?.slice(1));
      response.writeHead(302, { location: hop < 3 ? `/${hop + 1}` : `//127.0.0.2:${canary.port}/` }).end();
    });
    expect(await outcome(`${server.origin}/1`)).toBe('blocked-address');
    expect(canary.connections).toBe(0);
  });

  test.each([
    'file:///etc/passwd',
    'ftp://127.0.0.1/',
    'gopher://127.0.0.1/',
    'data:text/html,x',
    'javascript:1',
    'ws://127.0.0.1/',
    'http://user@127.0.0.1/',
    'http://127.0.0.1:22/',
    'http://127.0.0.1:6667/',
  ])('a redirect to %s is none that is followed', async (location) => {
    await using server = await serve((_, response) => response.writeHead(301, { location }).end());
    expect(await outcome(server.origin)).toBe('bad-redirect');
  });
});

const answering = (
  ...addresses: readonly string[][]
): { readonly client: HttpClient; readonly asked: () => number } => {
  let asked = 0;
  const lookup: LookupFunction = (_, __, callback) => {
    const now = addresses[Math.min(asked, addresses.length - 1)] ?? [];
    asked += 1;
    callback(
      null,
      now.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
  return {
    client: openHttpClient({ egress: { allow: ['127.0.0.1/32'], contact: '' }, log, lookup }),
    asked: () => asked,
  };
};

describe('names', () => {
  test.each([
    ['one address inside', ['127.0.0.2']],
    ['several', ['127.0.0.2', '10.0.0.1', '::1']],
    ['mapped ones', ['::ffff:127.0.0.2']],
    ['carried ones', ['64:ff9b::7f00:2', '2002:7f00:2::']],
    ['none', []],
  ])('with %s', async (_, addresses) => {
    await using canary = await serve(undefined, '127.0.0.2');
    const { client } = answering([...addresses]);
    expect(await outcome(`http://inside.test:${canary.port}/`, client)).toBe('blocked-address');
    expect(canary.connections).toBe(0);
    await client.close();
  });

  test('that turn to the inside between robots.txt, page and redirect are asked of the checked address only', async () => {
    await using canary = await serve(undefined, '127.0.0.2');
    await using server = await serve((request, response) => {
      if (request.url === '/go')
        response.writeHead(302, { location: `http://turning.test:${canary.port}/`, connection: 'close' }).end();
      else response.writeHead(200, { connection: 'close' }).end('ok');
    });
    const { client, asked } = answering(['127.0.0.1'], ['127.0.0.1'], ['127.0.0.2']);
    const url = `http://turning.test:${server.port}`;
    expect(await outcome(`${url}/`, client)).toBe('status 200');
    await sleep(20);
    expect(await outcome(`${url}/go`, client)).toBe('blocked-address');
    expect(asked()).toBe(3);
    expect(canary.connections).toBe(0);
    await client.close();
  });
});

const told = async (port: number): Promise<unknown> =>
  closed.get(`http://127.0.0.1:${port}/`).catch((error: FetchError) => ({
    code: error.code,
    message: error.message.replace(String(port), ''),
    cause: error.cause,
  }));
test('an error tells nothing of what listens inside: words, code and cause are the same', async () => {
  await using canary = await serve();
  const silent = await serve();
  await silent[Symbol.asyncDispose]();
  expect(await told(canary.port)).toEqual(await told(silent.port));
  expect(canary.connections).toBe(0);
});
