import { Registry } from 'prom-client';
import { notify } from '../../../gateways/notify/notify.ts';
import { watch } from '../../../gateways/watch/watch.ts';
import { loadConfig } from '../../../streams/config.ts';
import { connectKafka } from '../../../streams/kafka/connect.ts';
import type { Kafka } from '../../../streams/kafka/port.ts';
import { createLocalCodec } from '../../../streams/local-codec.ts';
import { createLogger } from '../../../streams/logger.ts';
import { runProcess } from '../../../streams/process.ts';
import { prefixedKafka } from '../../streams/runner/prefixed-kafka.ts';

/** A process that watches and notifies, for tests to kill: `watch-script.ts PREFIX`. */
const [prefix = ''] = process.argv.slice(2);
const config = loadConfig();
const log = createLogger('warn');
await using base = connectKafka({ ...config.kafka, clientId: 'watch-script', log });
const topics = prefixedKafka(base, prefix);
/** Groups have the prefix too. */
const kafka: Kafka = {
  ...topics,
  consumer: (options) => topics.consumer({ ...options, groupId: prefix + options.groupId }),
  async admin() {
    const admin = await topics.admin();
    return { ...admin, committed: (group, names) => admin.committed(prefix + group, names) };
  },
};
process.exitCode = await runProcess({
  definitions: [watch],
  services: [notify],
  runtime: { config, log, metrics: new Registry(), kafka, codec: createLocalCodec() },
});
