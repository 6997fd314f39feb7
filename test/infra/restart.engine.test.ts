import { Kafka, logLevel } from 'kafkajs';
import { Redis } from 'ioredis';
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { startEngines } from '../../infra/local/engines.ts';
import { identify } from '../../infra/local/process-identity.ts';
import { loadConfig } from '../../streams/config.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Engines of its own, since these are to be killed. */
const { cacheDir } = loadConfig();

interface Addresses {
  readonly KAFKA_BROKERS: string;
  readonly SCHEMA_REGISTRY_URL: string;
  readonly DATABASE_URL: string;
  readonly REDIS_URL: string;
}

test('data and schema ids survive SIGKILL of the instance, then of every engine', { timeout: 300_000 }, async () => {
  const dataDir = temporaryFolder();
  const first = await holdEngines(dataDir);
  const schemaId = await fill(first.addresses);
  const left = recordedPids(dataDir);
  expect(left).toHaveLength(4);

  // Only the holder dies: its engines go on without it, and the next start ends them.
  await first.kill();
  const second = await holdEngines(dataDir);
  expect(left.filter((pid) => identify(pid) !== undefined)).toEqual([]);
  expect(await readBack(second.addresses)).toEqual({ ...kept, schemaId });

  // Everything dies at once. What Postgres leaves behind then names a process that is somebody else's by now.
  await second.kill();
  for (const pid of recordedPids(dataDir)) process.kill(pid, 'SIGKILL');
  const pidFile = join(dataDir, 'postgres', 'data', 'postmaster.pid');
  writeFileSync(pidFile, readFileSync(pidFile, 'utf8').replace(/^\d+/u, String(process.pid)));
  const third = await startEngines({ dataDir, cacheDir });
  onTestFinished(() => third.kill());
  expect(await readBack(third.variables as unknown as Addresses)).toEqual({ ...kept, schemaId });
  await third.stop();
  expect(recordedPids(dataDir)).toEqual([]);
});

test(
  'an engine that ends by itself is told of; an aborted start leaves nothing running',
  { timeout: 300_000 },
  async () => {
    const dataDir = temporaryFolder();
    const deaths: string[] = [];
    const engines = await startEngines({
      dataDir,
      cacheDir,
      onUnexpectedExit: ({ message }) => void deaths.push(message),
    });
    onTestFinished(() => engines.kill());
    const redis = new Redis(engines.redisUrl, { retryStrategy: () => null });
    redis.on('error', () => undefined);
    await redis.call('SHUTDOWN', 'NOSAVE').catch(() => undefined);
    redis.disconnect();
    await expect.poll(() => deaths).toEqual(['Redis ended with code 0']);
    await engines.stop();
    expect(deaths).toHaveLength(1);

    const abort = new AbortController();
    const start = startEngines({ dataDir, cacheDir, signal: abort.signal });
    await expect.poll(() => recordedPids(dataDir).length, { timeout: 30_000 }).toBeGreaterThan(0);
    const begun = recordedPids(dataDir);
    abort.abort(new Error('enough'));
    await expect(start).rejects.toThrow('enough');
    expect(begun.filter((pid) => identify(pid) !== undefined)).toEqual([]);
  },
);

const kept = { message: 'kept by Kafka', row: 'kept by Postgres', value: 'kept by Redis' };

async function holdEngines(dataDir: string): Promise<{ addresses: Addresses; kill: () => Promise<unknown> }> {
  const script = fileURLToPath(new URL('hold-engines.ts', import.meta.url));
  const holder = spawn(process.execPath, [script, dataDir, cacheDir], { stdio: ['pipe', 'pipe', 'inherit'] });
  const gone = new Promise((resolve) => holder.once('exit', resolve));
  const kill = (): Promise<unknown> => {
    holder.kill('SIGKILL');
    return gone;
  };
  onTestFinished(async () => {
    await kill();
    for (const pid of recordedPids(dataDir)) process.kill(pid, 'SIGKILL');
  });
  const line = await new Promise<string>((resolve, reject) => {
    holder.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString()));
    holder.once('exit', () => reject(new Error('the engines did not start')));
  });
  return { addresses: (JSON.parse(line) as { variables: Addresses }).variables, kill };
}

/** Of the engines that the data folder's records name and that still run. */
function recordedPids(dataDir: string): number[] {
  const names = readdirSync(join(dataDir, 'run')).filter((name) => name.endsWith('.json'));
  return names
    .map((name) => (JSON.parse(readFileSync(join(dataDir, 'run', name), 'utf8')) as { pid: number }).pid)
    .filter((pid) => identify(pid) !== undefined);
}

/** @returns the id that the registry gave the schema */
async function fill(addresses: Addresses): Promise<number> {
  const kafka = kafkaOf(addresses);
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: 'kept', numPartitions: 1 }] });
  await admin.disconnect();
  const producer = kafka.producer();
  await producer.connect();
  await producer.send({ topic: 'kept', messages: [{ value: kept.message }] });
  await producer.disconnect();

  const database = new Client(addresses.DATABASE_URL);
  await database.connect();
  await database.query('create table kept (value text)');
  await database.query('insert into kept values ($1)', [kept.row]);
  await database.end();

  const redis = new Redis(addresses.REDIS_URL);
  await redis.set('kept', kept.value);
  redis.disconnect();

  const schema = JSON.stringify({ type: 'record', name: 'Kept', fields: [{ name: 'value', type: 'string' }] });
  const answer = await fetch(`${addresses.SCHEMA_REGISTRY_URL}/subjects/kept-value/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify({ schema }),
  });
  return ((await answer.json()) as { id: number }).id;
}

async function readBack(addresses: Addresses): Promise<object> {
  const consumer = kafkaOf(addresses).consumer({ groupId: `reads-${addresses.KAFKA_BROKERS}` });
  await consumer.connect();
  await consumer.subscribe({ topic: 'kept', fromBeginning: true });
  const message = await new Promise<string>((resolve) => {
    const eachMessage = (payload: { message: { value: Buffer | null } }): Promise<void> =>
      Promise.resolve(resolve(String(payload.message.value)));
    void consumer.run({ eachMessage });
  });
  await consumer.disconnect();

  const database = new Client(addresses.DATABASE_URL);
  await database.connect();
  const { rows } = await database.query<{ value: string }>('select value from kept');
  await database.end();

  const redis = new Redis(addresses.REDIS_URL);
  const value = await redis.get('kept');
  redis.disconnect();

  const answer = await fetch(`${addresses.SCHEMA_REGISTRY_URL}/subjects/kept-value/versions/latest`);
  const { id } = (await answer.json()) as { id: number };
  return { message, row: rows[0]?.value, value, schemaId: id };
}

function kafkaOf(addresses: Addresses): Kafka {
  return new Kafka({ brokers: [addresses.KAFKA_BROKERS], logLevel: logLevel.NOTHING });
}
