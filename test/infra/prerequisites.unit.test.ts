import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { majorVersion } from '../../infra/local/java.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Tries to start engines where only the given programs are on the PATH; returns the error. */
async function startWith(programs: Readonly<Record<string, string>>): Promise<{ error: string; left: string[] }> {
  const folder = temporaryFolder();
  const [path, dataDir, cacheDir] = [join(folder, 'bin'), join(folder, 'data'), join(folder, 'cache')];
  mkdirSync(path);
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(path, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(path, name), 0o755);
  }
  const source = `import { startEngines } from ${JSON.stringify(import.meta.resolve('../../infra/local/engines.ts'))};
    await startEngines(${JSON.stringify({ dataDir, cacheDir })}).catch((error) => console.log(error.message));`;
  const error = await new Promise<string>((resolve) => {
    const options = { env: { PATH: path } };
    execFile(process.execPath, ['--input-type=module', '-e', source], options, (_error, output) => resolve(output));
  });
  return { error, left: [...readdirSync(dataDir), ...(readdirSync(folder).includes('cache') ? ['cache'] : [])] };
}

const all = {
  java: 'echo \'openjdk version "21.0.4" 2024-07-16\' >&2',
  mvn: 'exit 0',
  tar: 'exit 0',
  python3: 'exit 0',
  'redis-server': 'echo "Redis server v=7.0.15 sha=0"',
};

describe('what a machine lacks is said in a line each, and nothing is begun', () => {
  test.each([
    { lacks: 'java', line: /^Java 17 or newer is missing: install it \(Debian: apt install [a-z-]+\)$/mu },
    { lacks: 'mvn', line: /^Maven is missing: install it \(Debian: apt install maven\)/mu },
    { lacks: 'tar', line: /^tar is missing/mu },
    { lacks: 'python3', line: /^Python 3 with pip is missing: install it \(Debian: apt install python3-pip\)/mu },
    { lacks: 'redis-server', line: /^Redis 6\.2 or newer is missing: install it \(Debian: apt install redis-server/mu },
  ])('without $lacks', async ({ lacks, line }) => {
    const programs = Object.fromEntries(Object.entries(all).filter(([name]) => name !== lacks));
    const { error, left } = await startWith(programs);
    expect(error).toMatch(line);
    expect(error.trim().split('\n')).toHaveLength(1);
    expect(left).toEqual(['run']);
  });

  test('with a Java that is too old', async () => {
    const { error } = await startWith({ ...all, java: 'echo \'java version "1.8.0_392"\' >&2' });
    expect(error).toMatch(/^Java 17 or newer is needed, and java here is 8/u);
  });

  test('with a Python that has no pip', async () => {
    const { error } = await startWith({ ...all, python3: 'echo "No module named pip" >&2; exit 1' });
    expect(error).toMatch(/^Python 3 with pip is missing/u);
  });

  test('with nothing at all, every line once', async () => {
    const { error } = await startWith({});
    expect(error.trim().split('\n')).toHaveLength(5);
  });
});

test.each([
  ['openjdk version "17.0.15" 2025-04-15', 17],
  ['openjdk version "21" 2023-09-19', 21],
  ['java version "1.8.0_392"', 8],
  ['something else', undefined],
])('the Java version in %s is %s', (output, major) => {
  expect(majorVersion(output)).toBe(major);
});
