import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

/** Nothing listens there, and the configuration is looked at before anything is asked. */
const url = 'http://127.0.0.1:1/list.json';

test.each([
  [['--type', 'gopher'], 2, 'Allowed choices are rss'],
  [['--config', 'colour: red'], 2, 'JSON'],
  [['--config', '{"colour":"red"}'], 1, 'colour'],
])('`source test` with %j ends with %i and says why', (options, status, words) => {
  const run = spawnSync('node', ['cli/main.ts', 'source', 'test', url, ...options], { encoding: 'utf8' });
  expect(run.stdout + run.stderr).toContain(words);
  expect(run.status).toBe(status);
});
