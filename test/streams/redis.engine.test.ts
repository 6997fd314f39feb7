import { createServer, type AddressInfo, type Socket } from 'node:net';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { TransientError } from '../../streams/errors.ts';
import { connectRedis, redisCall } from '../../streams/redis.ts';
import { engines } from '../engines/engines.ts';

const log = pino({ level: 'silent' });

test('commands given before the first connection wait for it', async () => {
  const redis = connectRedis(engines().redisUrl, log);
  const key = `test:${crypto.randomUUID()}`;
  await redisCall(() => redis.set(key, 'value', 'EX', 60));
  expect(await redisCall(() => redis.get(key))).toBe('value');
  await redisCall(() => redis.del(key));
  redis.disconnect();
});

test('a wrong command is the caller’s fault and not transient', async () => {
  const redis = connectRedis(engines().redisUrl, log);
  const key = `test:${crypto.randomUUID()}`;
  await redis.set(key, 'text', 'EX', 60);
  const failure = redisCall(() => redis.incr(key));
  await expect(failure).rejects.toThrow(/not an integer/u);
  await expect(failure).rejects.not.toBeInstanceOf(TransientError);
  redis.disconnect();
});

test('a Redis that is away or never answers is transient', async () => {
  const sockets = new Set<Socket>();
  const mute = createServer((socket) => sockets.add(socket));
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
  const url = `redis://127.0.0.1:${(mute.address() as AddressInfo).port}`;
  const silent = connectRedis(url, log);
  await expect(redisCall(() => silent.get('key'))).rejects.toBeInstanceOf(TransientError);
  silent.disconnect();
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => mute.close(resolve));

  const refused = connectRedis(url, log);
  await expect(redisCall(() => refused.get('key'))).rejects.toBeInstanceOf(TransientError);
  refused.disconnect();
});
