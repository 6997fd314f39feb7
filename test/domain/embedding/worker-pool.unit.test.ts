import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { WorkerPool } from '../../../domain/embedding/worker-pool.ts';
import { FatalError, TransientError } from '../../../streams/errors.ts';

const options = {
  file: new URL('./moody-worker.ts', import.meta.url),
  data: {},
  workers: 1,
  maxQueued: 4,
  jobTimeoutMs: 10_000,
};

async function openPool(changes: Partial<typeof options> = {}) {
  const deaths: string[] = [];
  const pool = await WorkerPool.open<string, string>({
    ...options,
    ...changes,
    onDeath: (reason) => deaths.push(reason),
  });
  onTestFinished(() => pool.close());
  return { pool, deaths };
}

test('a job over which a worker dies is tried again on a new worker', async () => {
  const { pool, deaths } = await openPool();
  const file = join(mkdtempSync(join(tmpdir(), 'mimir-pool-')), 'died');

  expect(await pool.run(`die-once ${file}`)).toBe('echo die-once');
  expect(deaths).toEqual(['moody']);
});

test('a job that kills its worker twice fails, and the jobs behind it are done', async () => {
  const { pool, deaths } = await openPool();

  const jobs = await Promise.allSettled(['die', 'a', 'b'].map((input) => pool.run(input)));

  expect(jobs.map((job) => (job.status === 'fulfilled' ? job.value : job.reason.message))).toEqual([
    'a worker died over this job 2 times, last because it ended with code 3',
    'echo a',
    'echo b',
  ]);
  expect(deaths).toHaveLength(2);
});

test('a job that fails costs no worker', async () => {
  const { pool, deaths } = await openPool();

  await expect(pool.run('fail')).rejects.toThrow('cannot');
  expect(await pool.run('a')).toBe('echo a');
  expect(deaths).toEqual([]);
});

test('a worker that hangs is killed', async () => {
  const { pool } = await openPool({ jobTimeoutMs: 50 });

  await expect(pool.run('hang')).rejects.toThrow('a job took over 50 ms');
  expect(await pool.run('a')).toBe('echo a');
});

test('jobs beyond the bound of the queue are refused as transient', async () => {
  const { pool } = await openPool({ maxQueued: 1 });

  const jobs = await Promise.allSettled(['a', 'b', 'c'].map((input) => pool.run(input)));

  expect(jobs.map((job) => (job.status === 'fulfilled' ? job.value : job.reason.constructor))).toEqual([
    'echo a',
    'echo b',
    TransientError,
  ]);
});

test('a pool whose workers cannot start does not open', async () => {
  const opening = openPool({ data: { startsNever: true }, workers: 2 });

  await expect(opening).rejects.toThrow(FatalError);
  await expect(opening).rejects.toThrow('no such model');
});

test('closing ends the jobs that are under way', async () => {
  const { pool } = await openPool();
  const job = pool.run('hang');

  const [outcome] = await Promise.allSettled([job, pool.close()]);

  expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(TransientError) });
});
