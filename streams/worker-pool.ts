import { parentPort, Worker } from 'node:worker_threads';

/** Threads for work that takes long or may never end: each task has a time limit, and who exceeds it is killed. */
export interface WorkerPool<Task, Result> {
  /**
   * @throws TaskTimeout when the task took longer than the limit
   * @throws TaskFailed when it threw, with its message, or its thread ended (out of memory)
   */
  run(task: Task): Promise<Result>;
  close(): Promise<void>;
}

export interface WorkerPoolOptions {
  /** A module that calls answerTasks. */
  readonly script: URL;
  readonly size: number;
  /** For one task, from the moment when a thread takes it; the thread's own start does not count. */
  readonly timeoutMs: number;
  /** Heap of one thread. */
  readonly maxMemoryMb: number;
}

export class TaskTimeout extends Error {
  override name = 'TaskTimeout';
}

export class TaskFailed extends Error {
  override name = 'TaskFailed';
}

type Answer<Result> = { readonly result: Result } | { readonly error: string };
/** What a thread sends first, once its modules are loaded. */
const ready = 'ready';
/** A thread loads its modules in a second, or in many on a machine that is busy with its start. */
const startTimeoutMs = 60_000;

interface Waiting<Task, Result> {
  readonly task: Task;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: Error) => void;
}

/** In a thread: answers each task that the pool sends. */
export function answerTasks(answer: (task: never) => unknown): void {
  parentPort?.on('message', (task: unknown) => {
    void answerOf(answer, task as never).then(sendToPool);
  });
  sendToPool(ready);
}

async function answerOf(answer: (task: never) => unknown, task: never): Promise<Answer<unknown>> {
  try {
    return { result: await answer(task) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

function sendToPool(answer: Answer<unknown> | typeof ready): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
  parentPort?.postMessage(answer);
}

/**
 * Threads start with the first tasks. The queue is as long as there are callers that wait: a stage bounds it by its
 * own concurrency.
 */
export function openWorkerPool<Task, Result>(options: WorkerPoolOptions): WorkerPool<Task, Result> {
  const queue: Waiting<Task, Result>[] = [];
  const idle: Worker[] = [];
  const all = new Set<Worker>();
  /** Those that have loaded their modules. */
  const started = new WeakSet<Worker>();
  let closed = false;

  const start = (): Worker => {
    const worker = new Worker(options.script, {
      // Flags of the parent, such as a test runner's loaders, are not for the thread.
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: options.maxMemoryMb },
    });
    worker.unref();
    all.add(worker);
    return worker;
  };
  const next = (): void => {
    if (queue.length === 0 || (idle.length === 0 && all.size >= options.size)) return;
    const waiting = queue.shift();
    if (waiting !== undefined) give(idle.pop() ?? start(), waiting);
  };
  const give = (worker: Worker, { task, resolve, reject }: Waiting<Task, Result>): void => {
    worker.removeAllListeners();
    const settle = (keep: boolean): void => {
      clearTimeout(timer);
      worker.removeAllListeners();
      if (keep) rest(worker);
      else discard(worker);
      next();
    };
    const giveUpAfter = (ms: number): NodeJS.Timeout =>
      setTimeout(() => {
        settle(false);
        reject(new TaskTimeout(`took longer than ${ms / 1000} s`));
      }, ms);
    let timer = giveUpAfter(started.has(worker) ? options.timeoutMs : startTimeoutMs);
    worker.on('message', (answer: Answer<Result> | typeof ready) => {
      if (answer === ready) {
        started.add(worker);
        clearTimeout(timer);
        timer = giveUpAfter(options.timeoutMs);
        return;
      }
      settle(true);
      if ('result' in answer) resolve(answer.result);
      else reject(new TaskFailed(answer.error));
    });
    worker.on('error', (error) => {
      settle(false);
      reject(new TaskFailed(error instanceof Error ? error.message : String(error)));
    });
    worker.on('exit', (code) => {
      settle(false);
      reject(new TaskFailed(`the thread ended with code ${code}`));
    });
    worker.ref();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
    worker.postMessage(task);
  };
  const rest = (worker: Worker): void => {
    // A resting thread keeps no process alive, and may end without a task to blame.
    worker.unref();
    worker.on('error', () => discard(worker));
    worker.on('exit', () => discard(worker));
    idle.push(worker);
  };
  const discard = (worker: Worker): void => {
    all.delete(worker);
    if (idle.includes(worker)) idle.splice(idle.indexOf(worker), 1);
    worker.removeAllListeners();
    worker.on('error', () => {});
    void worker.terminate();
  };

  return {
    run(task) {
      if (closed) return Promise.reject(new TaskFailed('the pool is closed'));
      return new Promise((resolve, reject) => {
        queue.push({ task, resolve, reject });
        next();
      });
    },
    async close() {
      closed = true;
      for (const waiting of queue.splice(0)) waiting.reject(new TaskFailed('the pool is closed'));
      await Promise.all([...all].map((worker) => worker.terminate()));
    },
  };
}
