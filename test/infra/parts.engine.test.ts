import { Redis } from 'ioredis';
import { Kafka, logLevel } from 'kafkajs';
import { Client } from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { type LocalEngines, startEngines } from '../../infra/local/engines.ts';
import type { EnginePart } from '../../infra/local/part.ts';
import { identify } from '../../infra/local/process-identity.ts';
import { loadConfig } from '../../streams/config.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Engines of its own, since these are to be killed. */
const { cacheDir } = loadConfig();

test('each engine is killed or stopped by itself and keeps its data', { timeout: 300_000 }, async () => {
  const deaths: string[] = [];
  const engines = await startEngines({
    dataDir: temporaryFolder(),
    cacheDir,
    onUnexpectedExit: ({ message }) => void deaths.push(message),
  });
  onTestFinished(() => engines.kill());
  expect(engines.parts.map(({ name }) => name)).toEqual(['kafka', 'registry', 'postgres', 'redis']);
  await prepare(engines);

  const written: string[] = [];
  for (const how of ['kill', 'stop'] as const) {
    for (const part of engines.parts) {
      const others = engines.parts.filter((one) => one !== part);
      const pids = others.map((one) => one.pid());
      written.push(`before the ${how} of ${part.name}`);
      await write(engines, written.at(-1) ?? '');
      await endAndCheck(part, how);
      expect(others.map((one) => one.pid())).toEqual(pids);
      await part.start();
      expect(await readAll(engines)).toEqual({ kafka: written, postgres: written, redis: written });
    }
  }
  expect(await schemaCount(engines)).toBe(written.length);
  expect(deaths).toEqual([]);

  // Asked for at the same time, in every state.
  const [kafka, , , redis] = engines.parts as readonly [EnginePart, EnginePart, EnginePart, EnginePart];
  const pid = redis.pid();
  await Promise.all([redis.start(), redis.start()]);
  expect(redis.pid()).toBe(pid);
  await Promise.all([redis.stop(), redis.kill(), redis.start()]);
  expect(redis.pid()).not.toBe(pid);
  await kafka.kill();
  await Promise.all([expect(kafka.start()).rejects.toThrow('told to end'), startedThen(() => kafka.kill())]);
  expect(kafka.pid()).toBeUndefined();

  // The whole ends with one engine away and one on its way up, and nothing starts after that.
  await redis.kill();
  await Promise.all([expect(kafka.start()).rejects.toThrow('have been stopped'), startedThen(() => engines.stop())]);
  expect(engines.parts.map((one) => one.pid())).toEqual([undefined, undefined, undefined, undefined]);
  await expect(redis.start()).rejects.toThrow('have been stopped');
  expect(deaths).toEqual([]);
});

async function endAndCheck(part: EnginePart, how: 'kill' | 'stop'): Promise<void> {
  const pid = part.pid() ?? 0;
  expect(identify(pid)).toBeDefined();
  await part[how]();
  expect(identify(pid)).toBeUndefined();
  expect(part.pid()).toBeUndefined();
}

/** In the next turn of the event loop, when the start that was asked for is under way. */
async function startedThen(end: () => Promise<void>): Promise<void> {
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  await end();
}

async function prepare(engines: LocalEngines): Promise<void> {
  await using admin = await adminOf(engines);
  await admin.createTopics('kept');
  await inPostgres(engines, (client) => client.query('create table kept (id serial, value text)'));
}

/** Acknowledged by each store when this resolves. */
async function write(engines: LocalEngines, value: string): Promise<void> {
  const producer = kafkaOf(engines).producer();
  await producer.connect();
  await producer.send({ topic: 'kept', acks: -1, messages: [{ value }] });
  await producer.disconnect();
  await inPostgres(engines, (client) => client.query('insert into kept (value) values ($1)', [value]));
  await inRedis(engines, (redis) => redis.rpush('kept', value));
  await register(engines, value);
}

async function readAll(engines: LocalEngines): Promise<Record<'kafka' | 'postgres' | 'redis', readonly string[]>> {
  const postgres = await inPostgres(engines, (client) =>
    client.query<{ value: string }>('select value from kept order by id'),
  );
  return {
    kafka: await readTopic(engines),
    postgres: postgres.rows.map(({ value }) => value),
    redis: await inRedis(engines, (redis) => redis.lrange('kept', 0, -1)),
  };
}

async function readTopic(engines: LocalEngines): Promise<readonly string[]> {
  await using admin = await adminOf(engines);
  const end = await admin.endOf('kept');
  const consumer = kafkaOf(engines).consumer({ groupId: `reads-${end}-${Math.random()}` });
  await consumer.connect();
  await consumer.subscribe({ topic: 'kept', fromBeginning: true });
  const values: string[] = [];
  await new Promise<void>((resolve) => {
    void consumer.run({
      eachMessage: ({ message }) => {
        values.push(String(message.value));
        if (Number(message.offset) === end - 1) resolve();
        return Promise.resolve();
      },
    });
  });
  await consumer.disconnect();
  return values;
}

async function adminOf(engines: LocalEngines) {
  const admin = kafkaOf(engines).admin();
  await admin.connect();
  return {
    createTopics: (topic: string) => admin.createTopics({ waitForLeaders: true, topics: [{ topic }] }),
    endOf: async (topic: string) => Number((await admin.fetchTopicOffsets(topic))[0]?.high),
    [Symbol.asyncDispose]: () => admin.disconnect(),
  };
}

async function inPostgres<Result>(engines: LocalEngines, work: (client: Client) => Promise<Result>): Promise<Result> {
  const client = new Client(engines.databaseUrl);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function inRedis<Result>(engines: LocalEngines, work: (redis: Redis) => Promise<Result>): Promise<Result> {
  const redis = new Redis(engines.redisUrl);
  try {
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}

async function register({ schemaRegistryUrl }: LocalEngines, value: string): Promise<void> {
  const schema = JSON.stringify({ type: 'record', name: 'Kept', doc: value, fields: [] });
  const answer = await fetch(`${schemaRegistryUrl}/subjects/${encodeURIComponent(value)}/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify({ schema }),
  });
  expect(answer.status).toBe(200);
  await answer.arrayBuffer();
}

async function schemaCount({ schemaRegistryUrl }: LocalEngines): Promise<number> {
  return ((await (await fetch(`${schemaRegistryUrl}/subjects`)).json()) as readonly string[]).length;
}

function kafkaOf({ kafkaBrokers }: LocalEngines): Kafka {
  return new Kafka({ brokers: [...kafkaBrokers], logLevel: logLevel.NOTHING });
}
