/** A thread for the tests of the second try: echoes its task, and dies, fails or hangs when the task says so. */
import { existsSync, writeFileSync } from 'node:fs';
import { answerTasks } from '../../../streams/worker-pool.ts';

answerTasks((task: string) => {
  const [order, file = ''] = task.split(' ');
  const isFirstTime = file !== '' && !existsSync(file);
  if (isFirstTime) writeFileSync(file, '');
  if (order === 'die' && (isFirstTime || file === '')) process.exit(3);
  if (order === 'hang' && isFirstTime) return new Promise(() => {});
  return `echo ${order}`;
});
