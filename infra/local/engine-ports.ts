import { engineNames, type EngineName } from './engine.ts';
import { engineTitles } from './engine-titles.ts';
import type { KafkaNode } from './kafka-properties.ts';
import { assertPortsFree, freePort, type PortNeed } from './ports.ts';

export interface PortWishes {
  /** An engine without one gets any free port; of several brokers the first has Kafka's. */
  readonly ports?: Readonly<Partial<Record<EngineName, number>>>;
  /** Checked together with the engines' own, so that all that are taken stand in one error. */
  readonly portsAlsoNeeded?: readonly PortNeed[];
}

/** Where each engine listens, for as long as this set of engines lives. */
export interface Ports {
  readonly kafka: readonly KafkaNode[];
  readonly registry: number;
  readonly postgres: number;
  readonly redis: number;
}

/** @throws SetupError that names every port that is taken */
export async function choosePorts({ ports = {}, portsAlsoNeeded = [] }: PortWishes, brokers: number): Promise<Ports> {
  const needs = engineNames.flatMap((name) => {
    const port = ports[name] ?? 0;
    return port === 0 ? [] : [{ port, ...engineTitles[name] }];
  });
  await assertPortsFree([...needs, ...portsAlsoNeeded]);
  const chosen: number[] = [...needs, ...portsAlsoNeeded].map(({ port }) => port);
  const choose = async (wished = 0): Promise<number> => {
    const port = wished === 0 ? await freePort(chosen) : wished;
    chosen.push(port);
    return port;
  };
  const kafka: KafkaNode[] = [];
  for (let id = 1; id <= brokers; id += 1) {
    kafka.push({ id, port: await choose(id === 1 ? ports.kafka : 0), controllerPort: await choose() });
  }
  return {
    kafka,
    registry: await choose(ports.registry),
    postgres: await choose(ports.postgres),
    redis: await choose(ports.redis),
  };
}
