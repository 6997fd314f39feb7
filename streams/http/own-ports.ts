import type { Config } from '../config.ts';

/** Our engines and services: an address that others chose must not make us talk to them. */
export function ownPorts(config: Config): number[] {
  const urls = [config.schemaRegistryUrl, config.databaseUrl, config.redisUrl, config.vectors.qdrantUrl];
  const brokers = config.kafka.brokers.map((broker) => `kafka://${broker}`);
  const ports = [...urls, ...brokers].map((url) => Number(URL.parse(url ?? '')?.port ?? 0));
  const { rest, graphql, metrics } = config.ports;
  return [...ports, rest, graphql, metrics].filter((port) => port > 0);
}
