import { expect, test } from 'vitest';
import { openWorkerPool, TaskFailed, TaskTimeout, type WorkerPoolOptions } from '../../streams/worker-pool.ts';

const options: WorkerPoolOptions = {
  script: new URL('./worker-pool-script.ts', import.meta.url),
  size: 1,
  timeoutMs: 15_000,
  maxMemoryMb: 64,
};

test('a task is answered from a thread, one after the other', async () => {
  const pool = openWorkerPool<string, string>(options);
  expect(await Promise.all(['a', 'b', 'c'].map((task) => pool.run(task)))).toEqual(['a!', 'b!', 'c!']);
  await pool.close();
});

test.each([
  ['throw', TaskFailed, 'thrown'],
  ['hang', TaskTimeout, 'longer than 0.3 s'],
  ['exit', TaskFailed, 'ended with code 7'],
  ['hoard', TaskFailed, 'memory'],
])('a task that does "%s" fails alone, and the next is answered', async (task, kind, words) => {
  const pool = openWorkerPool<string, string>(task === 'hang' ? { ...options, timeoutMs: 300 } : options);
  const [bad, good] = await Promise.allSettled([pool.run(task), pool.run('next')]);
  expect(bad).toMatchObject({ status: 'rejected', reason: expect.any(kind) as unknown });
  expect(String(bad.status === 'rejected' && bad.reason)).toContain(words);
  expect(good).toEqual({ status: 'fulfilled', value: 'next!' });
  await pool.close();
});

test('a closed pool takes nothing more', async () => {
  const pool = openWorkerPool<string, string>(options);
  await pool.close();
  await expect(pool.run('a')).rejects.toThrow(TaskFailed);
});
