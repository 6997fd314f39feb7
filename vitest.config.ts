import { defineConfig } from 'vitest/config';

/**
 * Three kinds of tests: `unit` needs nothing, `engines` runs against real Kafka, registry, Postgres, Redis and vectors,
 * `flow` tells the whole system in chapters. The last two start their engines on ports and data of their own.
 */
export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      { test: { name: 'unit', include: ['test/**/*.unit.test.ts'], testTimeout: 20_000 } },
      {
        test: {
          name: 'engines',
          include: ['test/**/*.engine.test.ts'],
          globalSetup: 'test/engines/setup.ts',
          testTimeout: 90_000,
          hookTimeout: 90_000,
        },
      },
      {
        test: {
          name: 'flow',
          include: ['test/flow/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
