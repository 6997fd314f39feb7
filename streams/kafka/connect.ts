import type { Kafka } from './port.ts';
import type { KafkaSettings } from './settings.ts';

type Connected = Kafka & AsyncDisposable;

/** The Kafka port over the chosen library; the other one is never loaded. Connects when something is asked of it. */
export function connectKafka({ client, ...settings }: KafkaSettings): Connected {
  let opened: Promise<Connected> | undefined;
  const kafka = (): Promise<Connected> => (opened ??= open(client, settings));
  return {
    producer: async () => (await kafka()).producer(),
    consumer: async (options) => (await kafka()).consumer(options),
    admin: async () => (await kafka()).admin(),
    readToEnd: async (...args) => (await kafka()).readToEnd(...args),
    async [Symbol.asyncDispose]() {
      await (await opened)?.[Symbol.asyncDispose]();
    },
  };
}

async function open(client: KafkaSettings['client'], settings: Omit<KafkaSettings, 'client'>): Promise<Connected> {
  if (client === 'platformatic') return (await import('./platformatic.ts')).connectPlatformatic(settings);
  return (await import('./kafkajs.ts')).connectKafkajs(settings);
}
