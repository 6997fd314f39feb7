import { TaskFailed, TaskTimeout, type WorkerPool } from '../../streams/worker-pool.ts';

/**
 * Gives a task whose thread died or hung to another thread, once: what kills two threads is the task's own fault.
 *
 * @throws TaskFailed, TaskTimeout of the second try
 */
export async function runWithSecondTry<Task, Result>(
  pool: Pick<WorkerPool<Task, Result>, 'run'>,
  task: Task,
  onFailure: (error: Error) => void,
): Promise<Result> {
  try {
    return await pool.run(task);
  } catch (error) {
    if (!(error instanceof TaskFailed || error instanceof TaskTimeout)) throw error;
    onFailure(error);
    return pool.run(task);
  }
}
