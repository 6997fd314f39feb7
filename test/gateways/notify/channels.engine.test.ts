import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSealer } from '../../../domain/sealed.ts';
import { openChannelSecret } from '../../../domain/sealed-channel-secret.ts';
import type { DeliveryContext, Notification } from '../../../gateways/notify/channels/adapter.ts';
import { email, emailWithin } from '../../../gateways/notify/channels/email.ts';
import { webhook } from '../../../gateways/notify/channels/webhook.ts';
import { channelAdapters } from '../../../gateways/notify/channels.ts';
import { typedQueries } from '../../../gateways/postgres.ts';
import { defaultOrganizationId as acme } from '../../../gateways/schema.ts';
import { channelKinds } from '../../../gateways/services/alerts/channel-input.ts';
import { rotateSecrets } from '../../../gateways/services/rotate-secrets.ts';
import { openHttpClient } from '../../../streams/http/client.ts';
import { openWorld, type World } from '../world.ts';
import { channelsOf, openReceiver, secretKeys } from './notifying.ts';

const log = pino({ level: 'silent' });
let world: World;

beforeAll(async () => {
  world = await openWorld({ MIMIR_SECRET_KEYS: secretKeys });
});
afterAll(() => world?.[Symbol.asyncDispose]());

const notification: Notification = {
  id: '0190a000-0000-7000-8000-000000000001',
  type: 'alert.raised',
  createdAt: new Date('2026-03-10T12:00:00Z'),
  data: {
    title: 'Comets: 3 alerts\r\nBcc: everybody@evil.example',
    count: 3,
    alerts: [
      {
        title: 'A comet is seen',
        matched: ['title:comet'],
        facts: { url: 'https://news.example/1', site_name: 'News' },
      },
    ],
  },
};
const context = (smtpUrl?: string, signal = new AbortController().signal): DeliveryContext => ({
  http: openHttpClient({ egress: { allow: [], contact: '' }, log }),
  now: () => Date.parse('2026-03-10T12:00:00Z'),
  log,
  signal,
  mail: { smtpUrl, from: 'mimir@news.example' },
});
const destination = (address: string | null) => ({
  name: 'x',
  organizationId: acme,
  address,
  secret: `whsec_${btoa('x'.repeat(32))}`,
});

/** A mail server on loopback that keeps what it is sent. */
async function mailServer(answerToData = '250 kept') {
  const mails: { envelope: string[]; text: string }[] = [];
  const speak = (socket: Socket): void => {
    let [rest, envelope, isData] = ['', [] as string[], false];
    socket.write('220 double\r\n');
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      rest += bytes.toString();
      for (
        let end = rest.indexOf(isData ? '\r\n.\r\n' : '\r\n');
        end >= 0;
        end = rest.indexOf(isData ? '\r\n.\r\n' : '\r\n')
      ) {
        const said = rest.slice(0, end);
        rest = rest.slice(end + (isData ? 5 : 2));
        if (isData) {
          mails.push({ envelope, text: said });
          [envelope, isData] = [[], false];
          socket.write(`${answerToData}\r\n`);
        } else if (said === 'DATA') {
          isData = true;
          socket.write('354 go on\r\n');
        } else {
          if (/^(?:MAIL|RCPT)/.test(said)) envelope.push(said);
          socket.write(said.startsWith('QUIT') ? '221 bye\r\n' : '250 ok\r\n');
        }
      }
    });
  };
  const server = createServer(speak);
  await new Promise<void>((up) => server.listen(0, '127.0.0.1', up));
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mails,
    [Symbol.asyncDispose]: async () => void server.close(),
  };
}

test('every kind of channel has an adapter', () => {
  expect(channelAdapters.map(({ kind }) => kind)).toEqual(channelKinds);
});

test('an e-mail tells the alerts, has the notification’s id, and a title cannot add headers', async () => {
  await using server = await mailServer();
  expect(await email.send(notification, destination('ada@news.example'), context(server.url))).toEqual({
    kind: 'delivered',
  });
  const [mail] = server.mails;
  expect(mail?.envelope).toEqual([
    expect.stringContaining('<mimir@news.example>'),
    expect.stringContaining('<ada@news.example>'),
  ]);
  const [head = '', text = ''] = (mail?.text ?? '').split(/\r\n\r\n([\s\S]*)/);
  expect(head).toContain(`Message-ID: <${notification.id}@mimir>`);
  expect(head).toMatch(/^Subject: Mimir: Comets: 3 alerts Bcc: everybody@evil.example\r?$/m);
  expect(head).not.toMatch(/^Bcc:/m);
  expect(text).toContain('A comet is seen (News)\r\nmatches: title:comet\r\nhttps://news.example/1');
  expect(text).toContain('and 2 more');
});

test.each([
  ['no server is set up', undefined, 'SMTP_URL'],
  ['the server is away', 'smtp://127.0.0.1:1', 'did not take it'],
])('where %s, an e-mail waits', async (_, url, words) => {
  const result = await email.send(notification, destination('ada@news.example'), context(url));
  expect(result).toEqual({ kind: 'failed', reason: expect.stringContaining(words) });
});

test('a server that refuses is no delivery', async () => {
  await using server = await mailServer('451 later');
  expect(await email.send(notification, destination('ada@news.example'), context(server.url))).toMatchObject({
    kind: 'failed',
  });
});

/** A mail server on loopback that is never silent for long and never done with its answer. */
async function slowMailServer() {
  const asked: Promise<unknown>[] = [];
  const closed: Promise<unknown>[] = [];
  const server = createServer((socket) => {
    socket.write('220 double\r\n');
    socket.on('error', () => undefined);
    asked.push(once(socket, 'data'));
    const speaking = setInterval(() => socket.bytesRead > 0 && socket.write('250-wait\r\n'), 20);
    closed.push(once(socket, 'close').finally(() => clearInterval(speaking)));
  });
  await new Promise<void>((up) => server.listen(0, '127.0.0.1', up));
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    closed,
    [Symbol.asyncDispose]: async () => void server.close(),
  };
}

test('a server that is slow is given up at the deadline, and hung up on', async () => {
  await using server = await slowMailServer();
  const result = await emailWithin(300).send(notification, destination('ada@news.example'), context(server.url));
  expect(result).toEqual({ kind: 'failed', reason: 'the mail server did not take it: it took longer than 0.3 s' });
  await Promise.all(server.closed);
});

test('a try ends when the service stops', async () => {
  await using server = await slowMailServer();
  const stopping = new AbortController();
  const sent = email.send(notification, destination('ada@news.example'), context(server.url, stopping.signal));
  await expect.poll(() => server.asked.length, { timeout: 20_000 }).toBe(1);
  await server.asked[0];
  stopping.abort();
  expect(await sent).toMatchObject({ kind: 'failed' });
  await Promise.all(server.closed);
});

test('a webhook at a private address is not connected to, whatever listens there', async () => {
  await using receiver = await openReceiver();
  const result = await webhook.send(notification, destination(receiver.url), context());
  expect(result).toEqual({ kind: 'failed', reason: expect.stringContaining('inside a private network') });
  expect(receiver.server.connections).toBe(0);
});

test('secrets of channels are sealed anew with another key, as credentials are', async () => {
  const { id, secret } = await channelsOf(world).create({ name: 'h', kind: 'webhook', address: 'https://r.example/' });
  const both = openSealer([{ id: 'new', key: Buffer.alloc(32, 9) }, ...world.runtime.config.secretKeys]);
  expect(await rotateSecrets(typedQueries(world.pool), both)).toEqual({ resealed: 1, current: 0, unopened: [] });
  const { rows } = await world.pool.query<{ secret: string }>(
    'select secret from notification_channels where id = $1',
    [id],
  );
  const alone = openSealer([{ id: 'new', key: Buffer.alloc(32, 9) }]);
  expect(openChannelSecret(alone, rows[0]?.secret ?? '', acme)).toBe(secret);
  expect(await rotateSecrets(typedQueries(world.pool), both)).toEqual({ resealed: 0, current: 1, unopened: [] });
});
