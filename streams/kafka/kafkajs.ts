import kafkajs from 'kafkajs';
import { openAdmin } from './kafkajs/admin.ts';
import { installCodecs } from './kafkajs/codecs.ts';
import { openConsumer } from './kafkajs/consumer.ts';
import { levelFor, logThrough } from './kafkajs/log.ts';
import { openProducer } from './kafkajs/producer.ts';
import { readToEnd } from './kafkajs/read.ts';
import type { Kafka, KafkaAdmin } from './port.ts';
import type { KafkaSettings } from './settings.ts';

/** The Kafka port over kafkajs 2.2. Connects when something is asked of it. */
export function connectKafkajs({
  brokers,
  clientId,
  log,
  compression = 'zstd',
}: Omit<KafkaSettings, 'client'>): Kafka & AsyncDisposable {
  installCodecs();
  const client = new kafkajs.Kafka({
    brokers: [...brokers],
    clientId,
    connectionTimeout: 5_000,
    requestTimeout: 30_000,
    retry: { initialRetryTime: 200, maxRetryTime: 2_000, retries: 5 },
    logLevel: levelFor(log),
    logCreator: logThrough(log),
  });
  /** One for the questions that consumers ask now and then. */
  let shared: Promise<KafkaAdmin> | undefined;
  const sharedAdmin = (): Promise<KafkaAdmin> => {
    shared ??= openAdmin(client, log).catch((error: unknown) => {
      shared = undefined;
      throw error;
    });
    return shared;
  };
  return {
    producer: () => openProducer(client, log, compression),
    consumer: (options) => openConsumer({ client, admin: sharedAdmin, log }, options),
    admin: () => openAdmin(client, log),
    readToEnd: (topic, onRecords, options) => readToEnd(client, topic, onRecords, options),
    async [Symbol.asyncDispose]() {
      const admin = await shared?.catch(() => undefined);
      await admin?.[Symbol.asyncDispose]();
    },
  };
}
