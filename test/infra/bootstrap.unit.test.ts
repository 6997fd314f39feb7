import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from './temporary-folder.ts';

const versions = (version: string): string =>
  JSON.stringify({ packages: { '': {}, 'node_modules/left': { version } } });

/**
 * A project of its own with the real bootstrap and a stand-in for npm, which "installs" by copying the lock file and
 * writes down that it was called.
 */
function project(script: string): { root: string; installs: () => number; put: (path: string, text: string) => void } {
  const root = temporaryFolder();
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    chmodSync(join(root, path), 0o755);
  };
  put('infra/local/bootstrap.mjs', '');
  copyFileSync(
    fileURLToPath(new URL('../../infra/local/bootstrap.mjs', import.meta.url)),
    join(root, 'infra/local/bootstrap.mjs'),
  );
  put('script.mjs', script);
  put('package-lock.json', versions('1.0.0'));
  put(
    'bin/npm',
    `#!/bin/sh
if [ "$1" = --version ]; then echo 11.0.0; exit; fi
echo "$@" >> calls
sleep 1
mkdir -p node_modules/node/bin
ln -sf ${JSON.stringify(process.execPath)} node_modules/node/bin/node
cp package-lock.json node_modules/.package-lock.json
`,
  );
  const calls = join(root, 'calls');
  return {
    root,
    put,
    installs: () => (existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n').length : 0),
  };
}

type Booted = ChildProcess & { ended: Promise<{ code: unknown; out: string }> };

const boot = (root: string, ...args: string[]): Booted => bootWith({}, root, ...args);

function bootWith(env: Readonly<Record<string, string>>, root: string, ...args: string[]): Booted {
  const child = spawn(process.execPath, ['infra/local/bootstrap.mjs', ...args], {
    cwd: root,
    env: { PATH: `${join(root, 'bin')}:/usr/bin:/bin`, ...env },
  });
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  const ended = new Promise<{ code: unknown; out: string }>((resolve) =>
    child.once('close', (code, signal) => resolve({ code: code ?? signal, out })),
  );
  return Object.assign(child, { ended });
}

describe('the bootstrap', () => {
  test('installs on the first run only, and passes arguments and the exit code through', async () => {
    const { root, installs } = project('console.log(process.argv.slice(2).join()); process.exit(7);');
    expect(await boot(root, 'script.mjs', 'up', '--json').ended).toEqual({ code: 7, out: 'up,--json\n' });
    expect(await boot(root, 'script.mjs').ended).toEqual({ code: 7, out: '\n' });
    expect(installs()).toBe(1);
  });

  test('bounds the young generation of what it runs, and of its children, unless somebody bounds it otherwise', async () => {
    const { root } = project('console.log(process.env.NODE_OPTIONS)');
    const bound = /^--max-semi-space-size=\d+/u;
    expect((await boot(root, 'script.mjs').ended).out).toMatch(bound);
    const { out } = await bootWith({ NODE_OPTIONS: '--max-semi-space-size=8' }, root, 'script.mjs').ended;
    expect(out.trim()).toMatch(bound);
    expect(out.trim().endsWith(' --max-semi-space-size=8')).toBe(true);
  });

  test('installs again when package-lock.json changed since', async () => {
    const { root, installs, put } = project('');
    await boot(root, 'script.mjs').ended;
    put('package-lock.json', versions('2.0.0'));
    await boot(root, 'script.mjs').ended;
    expect(installs()).toBe(2);
  });

  test('installs once when two start at the same time', async () => {
    const { root, installs } = project('process.exit(3)');
    const both = await Promise.all([boot(root, 'script.mjs').ended, boot(root, 'script.mjs').ended]);
    expect(both.map(({ code }) => code)).toEqual([3, 3]);
    expect(installs()).toBe(1);
  });

  test('takes over from an install that was killed', async () => {
    const { root, installs, put } = project('process.exit(3)');
    const killed = spawn(process.execPath, ['--eval', '']);
    await new Promise((resolve) => killed.once('exit', resolve));
    put('.mimir/install.lock', String(killed.pid));
    expect((await boot(root, 'script.mjs').ended).code).toBe(3);
    expect(installs()).toBe(1);
  });

  test('fails with a line of its own when npm cannot install', async () => {
    const { root, put } = project('console.log("must not run")');
    put('bin/npm', '#!/bin/sh\nif [ "$1" = --version ]; then echo 11.0.0; exit; fi\nexit 1\n');
    expect(await boot(root, 'script.mjs').ended).toEqual({ code: 1, out: '' });
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('passes %s on, and the code that it leads to', async (signal) => {
    const { root } = project(
      `process.on('${signal}', () => process.exit(5)); setInterval(() => {}, 1000); console.log(1);`,
    );
    const child = boot(root, 'script.mjs');
    await new Promise((resolve) => child.stdout?.once('data', resolve));
    child.kill(signal);
    expect((await child.ended).code).toBe(5);
  });

  test('ends by the signal that ended the script', async () => {
    const { root } = project(`process.kill(process.pid, 'SIGKILL'); setInterval(() => {}, 1000);`);
    expect((await boot(root, 'script.mjs').ended).code).toBe('SIGKILL');
  });
});
