import { Client } from 'pg';
import type { KafkaProducer } from '../../streams/kafka/port.ts';
import type { Runtime } from '../../streams/runtime.ts';
import type { Service, ServiceDefinition } from '../../streams/service.ts';
import { channels } from '../services/notifications.ts';
import { startLoop } from '../serving/loop.ts';
import { openListener } from '../serving/listener.ts';
import { relayBatch } from './relay.ts';

/** Whoever holds this advisory lock relays; a number of our own choice, the same in every process. */
const lockKey = 7_306_001;
const lookEveryMs = 1_000;

/** One relay at a time sends; others stand by and take over when its connection to Postgres ends. */
export const outbox: ServiceDefinition = {
  name: 'outbox',
  purpose: 'Produces what transactions in Postgres have left for the streams.',
  async open(runtime): Promise<Service> {
    const log = runtime.log.child({ service: 'outbox' });
    const listener = openListener(runtime.config.databaseUrl, channels.outbox, log);
    // Both are opened by the loop: that Postgres or Kafka is away at the start is no other than later.
    let client: Client | null = null;
    let producer: KafkaProducer | null = null;

    const loop = startLoop({
      log,
      what: 'relaying the outbox',
      async turn(signal) {
        client ??= await connect(runtime);
        producer ??= await runtime.kafka.producer();
        try {
          await relayWhileLocked(client, producer, runtime, signal);
        } catch (error) {
          // The lock lives and dies with the connection: a new one begins anew.
          await client.end().catch(() => undefined);
          client = null;
          throw error;
        }
        await listener.wait(lookEveryMs, signal);
      },
    });

    return {
      health: () => Promise.resolve(loop.health('relay')),
      async close() {
        await loop.stop();
        await listener[Symbol.asyncDispose]();
        await client?.end().catch(() => undefined);
        await producer?.[Symbol.asyncDispose]();
      },
    };

    async function relayWhileLocked(
      held: Client,
      to: KafkaProducer,
      { codec }: Runtime,
      signal: AbortSignal,
    ): Promise<void> {
      const { rows } = await held.query<{ locked: boolean }>('select pg_try_advisory_lock($1) as locked', [lockKey]);
      if (rows[0]?.locked !== true) return;
      try {
        let sent = 1;
        while (sent > 0 && !signal.aborted) {
          sent = await relayBatch({ client: held, codec, producer: to, log });
        }
      } finally {
        await held.query('select pg_advisory_unlock($1)', [lockKey]);
      }
    }
  },
};

async function connect(runtime: Runtime): Promise<Client> {
  const client = new Client({
    connectionString: runtime.config.databaseUrl,
    application_name: 'mimir outbox',
    keepAlive: true,
    connectionTimeoutMillis: 5_000,
    statement_timeout: 30_000,
  });
  client.on('error', (error) => runtime.log.debug({ err: error }, "the relay's connection to Postgres broke"));
  await client.connect();
  return client;
}
