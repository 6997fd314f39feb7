import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Codec } from './codec.ts';
import type { Config } from './config.ts';
import type { Kafka } from './kafka/port.ts';

/** What the process lends to each stage and service that runs in it. */
export interface Runtime {
  readonly config: Config;
  readonly log: Logger;
  readonly metrics: Registry;
  readonly kafka: Kafka;
  readonly codec: Codec;
}
