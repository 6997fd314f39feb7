import { Worker } from 'node:worker_threads';
import { FatalError, TransientError } from '../../streams/errors.ts';

export interface WorkerRequest<Input> {
  readonly input: Input;
}

/** A worker first posts 'ready', then one reply a request. */
export type WorkerReply<Result> = { readonly result: Result } | { readonly error: string };

export interface WorkerPoolOptions {
  readonly file: URL;
  readonly data: unknown;
  readonly workers: number;
  /** Jobs that may wait; more are refused. */
  readonly maxQueued: number;
  /** Longest time for one job; then its worker is killed and counts as dead. */
  readonly jobTimeoutMs: number;
  readonly onDeath: (reason: string) => void;
}

interface Job<Input, Result> {
  readonly input: Input;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: Error) => void;
  deaths: number;
}

interface Seat<Input, Result> {
  readonly worker: Worker;
  ready: boolean;
  job: Job<Input, Result> | undefined;
  timer: NodeJS.Timeout | undefined;
}

/** Deaths of one job's workers after which the job is given up: it may be what kills them. */
const maxDeaths = 2;

/**
 * Worker threads that take jobs from one queue. A worker that dies is replaced and its job tried once more; when that
 * dies too, the job fails. A worker that dies before it is ready ends the pool: the next would die as well.
 */
export class WorkerPool<Input, Result> {
  readonly #options: WorkerPoolOptions;
  readonly #seats = new Set<Seat<Input, Result>>();
  readonly #queue: Job<Input, Result>[] = [];
  readonly #opened = Promise.withResolvers<void>();
  #failure: Error | undefined;

  private constructor(options: WorkerPoolOptions) {
    this.#options = options;
    for (let n = 0; n < options.workers; n += 1) this.#seat();
  }

  /** @throws FatalError where a worker cannot start */
  static async open<Input, Result>(options: WorkerPoolOptions): Promise<WorkerPool<Input, Result>> {
    const pool = new WorkerPool<Input, Result>(options);
    await pool.#opened.promise;
    return pool;
  }

  /**
   * @throws TransientError where too many jobs wait
   * @throws Error with the worker's message where the job failed, or killed its worker twice
   */
  run(input: Input): Promise<Result> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#queue.length >= this.#options.maxQueued) {
      return Promise.reject(new TransientError(`${this.#queue.length} jobs wait already`));
    }
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    this.#queue.push({ input, resolve, reject, deaths: 0 });
    this.#dispatch();
    return promise;
  }

  async close(): Promise<void> {
    await this.#end(new TransientError('the worker pool was closed'));
  }

  #seat(): void {
    const worker = new Worker(this.#options.file, { workerData: this.#options.data });
    const seat: Seat<Input, Result> = { worker, ready: false, job: undefined, timer: undefined };
    this.#seats.add(seat);
    worker.on('message', (message: 'ready' | WorkerReply<Result>) => {
      if (message === 'ready') this.#onReady(seat);
      else this.#onReply(seat, message);
    });
    // An 'error' comes before 'exit' where the worker threw; whichever is first settles the seat.
    worker.on('error', (error) => this.#onDeath(seat, error instanceof Error ? error.message : String(error)));
    worker.on('exit', (code) => this.#onDeath(seat, `it ended with code ${code}`));
  }

  #onReady(seat: Seat<Input, Result>): void {
    seat.ready = true;
    if ([...this.#seats].every((other) => other.ready)) this.#opened.resolve();
    this.#dispatch();
  }

  #onReply(seat: Seat<Input, Result>, reply: WorkerReply<Result>): void {
    const job = seat.job;
    seat.job = undefined;
    clearTimeout(seat.timer);
    if (job !== undefined) {
      if ('result' in reply) job.resolve(reply.result);
      else job.reject(new Error(reply.error));
    }
    this.#dispatch();
  }

  #onDeath(seat: Seat<Input, Result>, reason: string): void {
    clearTimeout(seat.timer);
    if (!this.#seats.delete(seat) || this.#failure !== undefined) return;
    void seat.worker.terminate();
    const { job } = seat;
    if (job !== undefined) {
      job.deaths += 1;
      if (job.deaths < maxDeaths) this.#queue.unshift(job);
      else job.reject(new Error(`a worker died over this job ${job.deaths} times, last because ${reason}`));
    }
    if (!seat.ready) {
      void this.#end(new FatalError(`a worker thread could not start: ${reason}`));
      return;
    }
    this.#options.onDeath(reason);
    this.#seat();
  }

  #dispatch(): void {
    for (const seat of this.#seats) {
      if (!seat.ready || seat.job !== undefined) continue;
      const job = this.#queue.shift();
      if (job === undefined) return;
      seat.job = job;
      const { jobTimeoutMs } = this.#options;
      seat.timer = setTimeout(() => this.#onDeath(seat, `a job took over ${jobTimeoutMs} ms`), jobTimeoutMs);
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread has no origin
      seat.worker.postMessage({ input: job.input } satisfies WorkerRequest<Input>);
    }
  }

  async #end(reason: Error): Promise<void> {
    if (this.#failure !== undefined) return;
    this.#failure = reason;
    this.#opened.reject(reason);
    const seats = [...this.#seats];
    this.#seats.clear();
    for (const seat of seats) {
      clearTimeout(seat.timer);
      seat.job?.reject(reason);
    }
    for (const job of this.#queue.splice(0)) job.reject(reason);
    await Promise.all(seats.map((seat) => seat.worker.terminate()));
  }
}
