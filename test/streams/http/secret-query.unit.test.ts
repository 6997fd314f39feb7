import { pino } from 'pino';
import { afterAll, expect, test } from 'vitest';
import { openHttpClient } from '../../../streams/http/client.ts';
import { serve } from './loopback-server.ts';

const http = openHttpClient({ egress: { allow: ['127.0.0.0/8'], contact: '' }, log: pino({ level: 'silent' }) });
afterAll(() => http.close());
const secretQuery = { key: 's3cret' };

test('a secret parameter reaches the server and stands in no final address', async () => {
  await using server = await serve();
  const { finalUrl } = await http.get(`${server.origin}/a?b=1`, { secretQuery });
  expect(server.asked).toEqual(['/a?b=1&key=s3cret']);
  expect(finalUrl).toBe(`${server.origin}/a?b=1`);
});

test('a secret parameter goes along a redirect within its origin, and to no other', async () => {
  await using other = await serve();
  await using server = await serve((asked, response) => {
    const next = asked.url?.startsWith('/a') === true ? '/b' : `${other.origin}/c`;
    response.writeHead(302, { location: next }).end();
  });
  await http.get(`${server.origin}/a`, { secretQuery });
  expect([...server.asked, ...other.asked]).toEqual(['/a?key=s3cret', '/b?key=s3cret', '/c']);
});

test('the error of a request with a secret parameter does not hold it', async () => {
  await using server = await serve((_, response) => response.writeHead(302, { location: '/' }).end());
  const failed = await http.get(server.origin, { secretQuery }).catch((error: unknown) => error);
  expect(String(failed)).toContain('redirects');
  expect(JSON.stringify([String(failed), failed])).not.toContain('s3cret');
});

test('a form is posted, and its redirect is not followed', async () => {
  const bodies: string[] = [];
  await using server = await serve((asked, response) => {
    asked.on('data', (part: Buffer) =>
      bodies.push(`${asked.method} ${asked.headers['content-type']} ${part.toString()}`),
    );
    asked.on('end', () => response.writeHead(302, { location: '/elsewhere' }).end());
  });
  const { status } = await http.get(`${server.origin}/token`, { form: { grant_type: 'client credentials' } });
  expect(status).toBe(302);
  expect(bodies).toEqual(['POST application/x-www-form-urlencoded grant_type=client+credentials']);
  expect(server.asked).toEqual(['/token']);
});
