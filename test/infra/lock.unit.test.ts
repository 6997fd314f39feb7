import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startEngines } from '../../infra/local/engines.ts';
import { tryLock } from '../../infra/local/lock.ts';
import { temporaryFolder } from './temporary-folder.ts';

test('one holder at a time, also within a process', () => {
  const file = join(temporaryFolder(), 'lock');
  const first = tryLock(file);
  expect(first).toBeDefined();
  expect(tryLock(file)).toBeUndefined();
  first?.release();
  const second = tryLock(file);
  expect(second).toBeDefined();
  second?.release();
});

test('a second instance on a data folder is refused, until the first is gone, even by SIGKILL', async () => {
  const dataDir = temporaryFolder();
  const file = join(dataDir, 'run', 'lock');
  const source = `import { tryLock } from ${JSON.stringify(import.meta.resolve('../../infra/local/lock.ts'))};
    console.log(tryLock(${JSON.stringify(file)}) !== undefined);
    setInterval(() => {}, 1000);`;
  const holder = spawn(process.execPath, ['--input-type=module', '-e', source]);
  onTestFinished(() => void holder.kill('SIGKILL'));
  const said = await new Promise((resolve) => holder.stdout.once('data', resolve));
  expect(String(said)).toBe('true\n');

  const start = startEngines({ dataDir, cacheDir: temporaryFolder() });
  await expect(start).rejects.toThrow(`runs already on the data folder ${dataDir} (process ${holder.pid})`);

  const gone = new Promise((resolve) => holder.once('exit', resolve));
  holder.kill('SIGKILL');
  await gone;
  const lock = tryLock(file);
  expect(lock).toBeDefined();
  lock?.release();
});
