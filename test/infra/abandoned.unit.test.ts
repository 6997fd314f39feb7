import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { tryLock } from '../../infra/local/lock.ts';
import { recordChild } from '../../infra/local/orphans.ts';
import { ownDataPrefix, removeAbandoned, testDataPrefix } from '../engines/abandoned.ts';
import { temporaryFolder } from './temporary-folder.ts';

test('folders of killed test runs are removed, with what still runs on them; all others are left', async () => {
  const parent = temporaryFolder();
  const folder = (name: string): string => {
    mkdirSync(join(parent, name, 'run'), { recursive: true });
    tryLock(join(parent, name, 'run', 'lock'))?.release();
    return join(parent, name);
  };
  const killed = folder(`${testDataPrefix}killed`);
  const live = folder(`${testDataPrefix}live`);
  folder(`${ownDataPrefix}young`);
  folder('somebody-elses');
  const old = folder(`${ownDataPrefix}old`);
  utimesSync(old, 0, 0);
  mkdirSync(join(parent, `${testDataPrefix}beginning`));
  using _held = tryLock(join(live, 'run', 'lock'));

  const orphan = spawn(process.execPath, ['-e', 'console.log(1); setInterval(() => {}, 1000)', killed]);
  onTestFinished(() => void orphan.kill('SIGKILL'));
  await new Promise((resolve) => orphan.stdout.once('data', resolve));
  const ended = new Promise((resolve) => orphan.once('exit', (_code, signal) => resolve(signal)));
  recordChild(killed, 'kafka', Number(orphan.pid), killed);

  await removeAbandoned(parent);
  expect(await ended).toBe('SIGTERM');
  expect(readdirSync(parent).sort()).toEqual(
    [`${ownDataPrefix}young`, `${testDataPrefix}beginning`, `${testDataPrefix}live`, 'somebody-elses'].sort(),
  );
});
