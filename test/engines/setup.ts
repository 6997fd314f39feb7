import type { TestProject } from 'vitest/node';
import type { TestEngines } from './engines.ts';

/** Engines that run already (MIMIR_TEST_ENGINES, as JSON) spare the start of new ones while one develops. */
export default async function setup(project: TestProject): Promise<void> {
  const given = process.env['MIMIR_TEST_ENGINES'];
  if (given === undefined) throw new Error('local engines for tests: not built yet');
  project.provide('engines', JSON.parse(given) as TestEngines);
}
