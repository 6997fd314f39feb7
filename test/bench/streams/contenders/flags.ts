import { parseArgs } from 'node:util';
import { pino, type Logger } from 'pino';
import { loadConfig } from '../../../../streams/config.ts';
import { clients, compressions, oneOf, type Client, type Compression } from '../options.ts';
import type { BenchTopics } from '../topics.ts';

export const inputByHand = 'bench-input';

export interface ContenderFlags extends BenchTopics {
  readonly brokers: readonly string[];
  readonly registryUrl: string;
  readonly group: string;
  readonly client: Client;
  readonly compression: Compression;
  readonly handler: 'batch' | 'each';
  readonly concurrency: number;
  /** Time that the handler sleeps a message, in milliseconds. */
  readonly sleepMs: number;
  /** `end`: ends once all of the input is done; `told`: once its standard input ends. */
  readonly until: 'end' | 'told';
  readonly log: Logger;
}

/** Every contender takes the same flags. The addresses of the engines come from the environment where no flag says them. */
export function contenderFlags(): ContenderFlags {
  const { values } = parseArgs({
    options: {
      brokers: { type: 'string' },
      registry: { type: 'string' },
      input: { type: 'string', default: inputByHand },
      output: { type: 'string', default: `bench-output-${crypto.randomUUID()}` },
      group: { type: 'string', default: `bench.${crypto.randomUUID()}` },
      client: { type: 'string', default: 'kafkajs' },
      compression: { type: 'string', default: 'none' },
      handler: { type: 'string', default: 'batch' },
      concurrency: { type: 'string', default: '16' },
      'sleep-ms': { type: 'string', default: '0' },
      until: { type: 'string', default: 'end' },
      'log-level': { type: 'string', default: 'warn' },
    },
  });
  const config = loadConfig();
  return {
    brokers: values.brokers?.split(',') ?? config.kafka.brokers,
    registryUrl: values.registry ?? config.schemaRegistryUrl,
    input: values.input,
    output: values.output,
    group: values.group,
    client: oneOf('client', values.client, clients),
    compression: oneOf('compression', values.compression, compressions),
    handler: oneOf('handler', values.handler, ['batch', 'each']),
    concurrency: Number(values.concurrency),
    sleepMs: Number(values['sleep-ms']),
    until: oneOf('until', values.until, ['end', 'told']),
    log: pino({ level: values['log-level'] }, pino.destination({ dest: 2, sync: true })),
  };
}
