import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEngines } from '../../infra/local/engines.ts';
import { streamProgress } from '../../infra/local/progress.ts';
import { loadConfig } from '../../streams/config.ts';
import { removeAbandoned, testDataPrefix } from './abandoned.ts';
import type { TestEngines } from './engines.ts';

/**
 * Starts real engines on free ports, with data that nobody keeps. Engines that run already (MIMIR_TEST_ENGINES, as
 * JSON) spare that while one develops.
 *
 * @returns what vitest calls at the end of the run
 */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const given = process.env['MIMIR_TEST_ENGINES'];
  if (given !== undefined && given !== '') {
    project.provide('engines', JSON.parse(given) as TestEngines);
    return undefined;
  }
  await removeAbandoned(tmpdir());
  const { cacheDir } = loadConfig();
  const dataDir = mkdtempSync(join(tmpdir(), testDataPrefix));
  const forget = (): void => rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  // Registered before the engines' own handler and so called before it: the folder is removed again at the next run
  // should an engine still write into it.
  process.once('exit', forget);
  // Without a handler these end the process without its exit handlers, and the engines would stay.
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));

  const engines = await startEngines({ dataDir, cacheDir, progress: streamProgress(process.stderr) });
  const { kafkaBrokers, schemaRegistryUrl, databaseUrl, redisUrl, embeddingModelDir } = engines;
  project.provide('engines', { kafkaBrokers, schemaRegistryUrl, databaseUrl, redisUrl, embeddingModelDir });
  return async () => {
    await engines.kill();
    forget();
  };
}
