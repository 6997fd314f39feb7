import { Registry } from 'prom-client';
import type { Logger } from 'pino';
import type { Config } from '../streams/config.ts';
import { connectKafka } from '../streams/kafka/connect.ts';
import { openCodec } from '../streams/registry-codec.ts';
import type { Runtime } from '../streams/runtime.ts';

/** The runtime of this process over the configured engines. Nothing needs to be up before it is used. */
export function openRuntime(config: Config, log: Logger): Runtime & AsyncDisposable {
  const kafka = connectKafka({ ...config.kafka, clientId: `mimir.${config.processName}`, log });
  const metrics = new Registry();
  metrics.setDefaultLabels({ process: config.processName });
  return {
    config,
    log,
    metrics,
    kafka,
    codec: openCodec(config.schemaRegistryUrl, log),
    [Symbol.asyncDispose]: () => kafka[Symbol.asyncDispose](),
  };
}
