import { answerTasks } from '../../streams/worker-pool.ts';

answerTasks((task: string) => {
  if (task === 'throw') throw new Error('thrown');
  if (task === 'hang') for (;;);
  if (task === 'exit') process.exit(7);
  if (task === 'hoard') for (const hoard: number[][] = []; ;) hoard.push(Array.from({ length: 10_000 }, Math.random));
  return `${task}!`;
});
