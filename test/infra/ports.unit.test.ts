import { createServer, type AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { assertPortsFree, freePort } from '../../infra/local/ports.ts';
import { startEngines } from '../../infra/local/engines.ts';
import { temporaryFolder } from './temporary-folder.ts';

async function takenPort(host: string): Promise<number> {
  const server = createServer().listen(0, host);
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

test('all taken ports stand in one error, each with who needs it and what moves it', async () => {
  const [kafka, rest, free] = [await takenPort('127.0.0.1'), await takenPort('0.0.0.0'), await freePort()];
  const needs = [
    { port: kafka, what: 'Kafka', setting: 'KAFKA_PORT' },
    { port: free, what: 'Redis', setting: 'REDIS_PORT' },
    { port: rest, what: 'REST', setting: 'REST_PORT' },
  ];
  const error: unknown = await assertPortsFree(needs).catch((reason: unknown) => reason);
  expect(String(error)).toMatch(new RegExp(`${kafka}, needed for Kafka.*KAFKA_PORT=`, 'u'));
  expect(String(error)).toMatch(new RegExp(`${rest}, needed for REST.*REST_PORT=`, 'u'));
  expect(String(error)).not.toContain('REDIS_PORT');
});

test('a start on taken ports fails before anything is fetched or started', async () => {
  const [dataDir, cacheDir, port] = [temporaryFolder(), temporaryFolder(), await takenPort('127.0.0.1')];
  const start = startEngines({ dataDir, cacheDir, ports: { postgres: port } });
  await expect(start).rejects.toThrow(`${port}, needed for Postgres`);
});
