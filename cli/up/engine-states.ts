import type { EnginePart } from '../../infra/local/part.ts';
import type { Config } from '../../streams/config.ts';
import type { EngineKeeper, EngineState } from './engine-keeper.ts';

/** @param parts those of the engines that `mimir up` started; empty where all run elsewhere */
export function engineStates(
  config: Pick<Config, 'kafka' | 'schemaRegistryUrl' | 'databaseUrl' | 'redisUrl' | 'vectors'>,
  parts: readonly Pick<EnginePart, 'name' | 'pid'>[],
  keeper: Pick<EngineKeeper, 'isRestarting' | 'restarts'>,
): readonly EngineState[] {
  const engines: readonly (readonly [string, string])[] = [
    ...config.kafka.brokers.map((address, index) => [index === 0 ? 'kafka' : `kafka-${index + 1}`, address] as const),
    ['registry', config.schemaRegistryUrl],
    ['postgres', new URL(config.databaseUrl).host],
    ['redis', new URL(config.redisUrl).host],
  ];
  const elsewhere = { state: 'elsewhere', pid: null, restarts: 0 } as const;
  const states = engines.map(([name, address]): EngineState => {
    const part = parts.find((one) => one.name === name);
    if (part === undefined) return { name, address, ...elsewhere };
    const state = keeper.isRestarting(name) ? 'restarting' : 'running';
    return { name, address, state, pid: part.pid() ?? null, restarts: keeper.restarts(name) };
  });
  const { qdrantUrl, file } = config.vectors;
  if (qdrantUrl !== undefined) return [...states, { name: 'vectors', address: qdrantUrl, ...elsewhere }];
  // A file, which is there as soon as it is opened.
  return [...states, { name: 'vectors', address: file, state: 'running', pid: null, restarts: 0 }];
}
