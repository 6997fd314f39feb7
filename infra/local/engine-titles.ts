import type { EngineName, PartName } from './engine.ts';

/** For messages, with the setting that moves its port. */
export const engineTitles: Readonly<Record<EngineName, { readonly what: string; readonly setting: string }>> = {
  kafka: { what: 'Kafka', setting: 'KAFKA_PORT' },
  registry: { what: 'the schema registry', setting: 'SCHEMA_REGISTRY_PORT' },
  postgres: { what: 'Postgres', setting: 'POSTGRES_PORT' },
  redis: { what: 'Redis', setting: 'REDIS_PORT' },
};

/** "Postgres", "Kafka", "Kafka's broker 2". */
export function partTitle(name: PartName): string {
  return isEngineName(name) ? engineTitles[name].what : `Kafka's broker ${name.slice('kafka-'.length)}`;
}

function isEngineName(name: PartName): name is EngineName {
  return name in engineTitles;
}
