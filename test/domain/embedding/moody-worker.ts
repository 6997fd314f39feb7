/* oxlint-disable unicorn/require-post-message-target-origin -- a worker thread has no origin */
/** A worker for the pool's tests: echoes its input, and dies, fails or hangs when the input says so. */
import { existsSync, writeFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';

const data = workerData as { readonly startsNever?: boolean };
if (data.startsNever === true) throw new Error('no such model');

parentPort?.on('message', ({ input }: { readonly input: string }) => {
  const [order, file = ''] = input.split(' ');
  if (order === 'die') process.exit(3);
  if (order === 'hang') return;
  if (order === 'die-once' && !existsSync(file)) {
    writeFileSync(file, '');
    throw new Error('moody');
  }
  parentPort?.postMessage(order === 'fail' ? { error: 'cannot' } : { result: `echo ${order}` });
});
parentPort?.postMessage('ready');
