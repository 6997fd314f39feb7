import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runWithSecondTry } from '../../../domain/embedding/second-try.ts';
import { openWorkerPool } from '../../../streams/worker-pool.ts';

function openPool() {
  const pool = openWorkerPool<string, string>({
    script: new URL('./moody-worker.ts', import.meta.url),
    size: 1,
    timeoutMs: 300,
    maxMemoryMb: 64,
  });
  onTestFinished(() => pool.close());
  const failures: string[] = [];
  return { failures, run: (task: string) => runWithSecondTry(pool, task, (error) => failures.push(error.name)) };
}

const fresh = () => join(mkdtempSync(join(tmpdir(), 'mimir-second-try-')), 'seen');

test.each([
  ['dies', 'die', 'TaskFailed'],
  ['hangs', 'hang', 'TaskTimeout'],
])('a task whose thread %s is done by another', async (_, order, failure) => {
  const { run, failures } = openPool();

  expect(await run(`${order} ${fresh()}`)).toBe(`echo ${order}`);
  expect(failures).toEqual([failure]);
});

test('a task that kills two threads fails, and those behind it are done', async () => {
  const { run, failures } = openPool();
  const tasks = await Promise.allSettled([run('die'), run('a')]);

  expect(tasks).toMatchObject([{ status: 'rejected', reason: { name: 'TaskFailed' } }, { value: 'echo a' }]);
  expect(failures).toEqual(['TaskFailed']);
});
