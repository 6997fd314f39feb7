import { inject } from 'vitest';

/** Addresses of the engines that the tests run against. */
export interface TestEngines {
  readonly kafkaBrokers: readonly string[];
  readonly schemaRegistryUrl: string;
  /** A superuser's; each test file makes a database of its own. */
  readonly databaseUrl: string;
  /** Each test file takes a key prefix or database number of its own. */
  readonly redisUrl: string;
  readonly embeddingModelDir: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    engines: TestEngines;
  }
}

export function engines(): TestEngines {
  return inject('engines');
}
