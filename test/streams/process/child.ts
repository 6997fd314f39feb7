import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Registry } from 'prom-client';
import { loadConfig } from '../../../streams/config.ts';
import { FatalError } from '../../../streams/errors.ts';
import { connectKafka } from '../../../streams/kafka/connect.ts';
import { createLocalCodec } from '../../../streams/local-codec.ts';
import { createLogger } from '../../../streams/logger.ts';
import { runProcess } from '../../../streams/process.ts';
import type { ServiceDefinition } from '../../../streams/service.ts';
import { emit } from '../../../streams/stage.ts';
import { prefixedKafka } from '../runner/prefixed-kafka.ts';
import { stageOf } from '../runner/stages.ts';

/** A process for tests to start and end: `child.ts BROKERS PREFIX STAGE DELAY_MS [CLIENT]`. It passes messages on under their number. */
const [brokers = '', prefix = '', name = '', delay = '', client = 'kafkajs'] = process.argv.slice(2);
const config = { ...loadConfig({ METRICS_PORT: '0' }) };
const log = createLogger('info');

const copy = stageOf(
  {
    kind: 'each',
    concurrency: 10,
    async process({ value, key }, context) {
      if (value?.method === 'fatal') throw new FatalError('told to fail');
      await context.sleep(Number(delay));
      return emit([{ topic: 'article-unique', key: `${key}/${value?.method}`, value: null }]);
    },
  },
  name,
);

const greeter: ServiceDefinition = {
  name: 'greeter',
  purpose: 'Listens, so that there is an address to tell.',
  async open() {
    const server = createServer((_request, response) => response.end('hello'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return {
      address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      health: async () => ({ status: 'healthy', dependencies: {} }),
      close: async () => {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      },
    };
  },
};

await using base = connectKafka({
  client: client === 'platformatic' ? 'platformatic' : 'kafkajs',
  brokers: brokers.split(','),
  clientId: name,
  log,
});
process.exitCode = await runProcess({
  definitions: [copy],
  services: [greeter],
  runtime: { config, log, metrics: new Registry(), kafka: prefixedKafka(base, prefix), codec: createLocalCodec() },
});
