import { openAdmin } from './platformatic/admin.ts';
import { Cluster } from './platformatic/cluster.ts';
import { openConsumer } from './platformatic/consumer.ts';
import { openProducer } from './platformatic/producer.ts';
import { readToEnd } from './platformatic/read.ts';
import type { Kafka } from './port.ts';
import type { KafkaSettings } from './settings.ts';

/**
 * The Kafka port over the connections and the protocol of @platformatic/kafka 2.12. Its client classes are left alone:
 * its consumer joins the group anew inside a commit and then commits what it may have lost, its streams hold promises
 * and buffers of their own, and what it decompresses has no bound. What stands here instead is small, because the library
 * gives each of Kafka's requests as a function. Needs brokers of Kafka 3.2 or newer.
 */
export function connectPlatformatic({
  brokers,
  clientId,
  log,
  compression = 'zstd',
}: Omit<KafkaSettings, 'client'>): Kafka & AsyncDisposable {
  const open = (): Cluster => new Cluster(brokers, clientId, log);
  return {
    producer: () => openProducer(open(), log, compression),
    consumer: (options) => openConsumer(open(), log, options),
    admin: async () => openAdmin(open()),
    readToEnd: (topic, onRecords, options) => readToEnd(open(), topic, onRecords, options),
    // Each of those has connections of its own and ends them itself.
    async [Symbol.asyncDispose]() {},
  };
}
