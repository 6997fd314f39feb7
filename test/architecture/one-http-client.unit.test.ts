import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Packages are watched by the arrows; what every program has without importing it, by the linter. */
test.each([
  ["await fetch('http://127.0.0.1/');", true],
  ["new WebSocket('ws://127.0.0.1/');", true],
  ["new EventSource('http://127.0.0.1/');", true],
  ["await client.get('https://example.org/');", false],
])('%s: refused %j', (line, isRefused) => {
  const directory = mkdtempSync(join(tmpdir(), 'mimir-lint-'));
  const file = join(directory, 'stage.ts');
  writeFileSync(
    file,
    `export async function work(client: { get(url: string): Promise<void> }): Promise<void> {\n  ${line}\n  await client.get('');\n}\n`,
  );
  const { stdout, status } = spawnSync(
    join(root, 'node_modules/.bin/oxlint'),
    ['-c', join(root, '.oxlintrc.json'), file],
    {
      cwd: directory,
      encoding: 'utf8',
    },
  );
  rmSync(directory, { recursive: true });
  expect(stdout.includes('no-restricted-globals')).toBe(isRefused);
  expect(status === 0).toBe(!isRefused);
});
