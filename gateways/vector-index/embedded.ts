import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Logger } from 'pino';
import { FatalError, TransientError } from '../../streams/errors.ts';
import type { EmbeddedStore, Generation } from './embedded-store.ts';
import type { StoreMethod, StoreReply } from './embedded-worker.ts';
import type { VectorHit, VectorIndex, VectorPoint, VectorQuery, VectorRebuild } from './port.ts';

/** A call that takes longer has lost its disk or its thread. */
const callTimeoutMs = 60_000;
const scanPage = 1_000;

/**
 * The vector store without a server: one SQLite file that any number of processes read while one at a time writes.
 * Every query compares with every article that passes the filter, exactly: some 30 ms for 20,000 articles, good to
 * about 100,000. The work is done in a thread of its own, so that the event loop stays free.
 */
export async function openEmbeddedVectorIndex(file: string, { log }: { readonly log: Logger }): Promise<VectorIndex> {
  await mkdir(dirname(file), { recursive: true });
  const thread = new StoreThread(file, log);
  const index = indexOver(thread, null, () => thread.close());
  try {
    await index.ping();
  } catch (error) {
    await thread.close();
    throw error;
  }
  return index;
}

function indexOver(thread: StoreThread, generation: Generation, close: () => Promise<void>): VectorIndex {
  return {
    async upsert(points: readonly VectorPoint[]) {
      if (points.length > 0) await thread.call('upsert', generation, points);
    },
    async delete(articleIds: readonly string[], upTo?: number) {
      if (articleIds.length > 0) await thread.call('delete', generation, articleIds, upTo);
    },
    async fetch(articleIds: readonly string[]): Promise<readonly VectorPoint[]> {
      return articleIds.length === 0 ? [] : thread.call('fetch', generation, articleIds);
    },
    async query(query: VectorQuery): Promise<readonly VectorHit[]> {
      return query.limit <= 0 ? [] : thread.call('query', generation, query);
    },
    count: () => thread.call('count', generation),
    async *scan() {
      let last: string | undefined = '';
      while (last !== undefined) {
        const page: readonly VectorPoint[] = await thread.call('scan', generation, last, scanPage);
        yield page;
        last = page.at(-1)?.articleId;
      }
    },
    newestPublishedAt: () => thread.call('newestPublishedAt', generation),
    async rebuild(): Promise<VectorRebuild> {
      const next = await thread.call('begin');
      return {
        // It shares the thread, which stays with the index that it was begun from.
        index: indexOver(thread, next, () => Promise.resolve()),
        activate: () => thread.call('activate', next),
        cleanUp: () => thread.call('cleanUp'),
      };
    },
    ping: () => thread.call('ping'),
    [Symbol.asyncDispose]: close,
  };
}

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** Calls the store in its thread. A thread that ended is replaced by the next call. */
class StoreThread {
  readonly #file: string;
  readonly #log: Logger;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #lastId = 0;
  #closed = false;

  constructor(file: string, log: Logger) {
    this.#file = file;
    this.#log = log;
  }

  call<M extends StoreMethod>(
    method: M,
    ...values: Parameters<EmbeddedStore[M]>
  ): Promise<ReturnType<EmbeddedStore[M]>> {
    if (this.#closed) return Promise.reject(new Error('the vector index was closed'));
    const worker = (this.#worker ??= this.#start());
    const id = (this.#lastId += 1);
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const timer = setTimeout(() => {
      this.#end(worker, new TransientError(`the vector index did not answer within ${callTimeoutMs / 1000} s`));
      void worker.terminate();
    }, callTimeoutMs);
    this.#waiting.set(id, { resolve, reject, timer });
    worker.postMessage({ id, method, values });
    return promise as Promise<ReturnType<EmbeddedStore[M]>>;
  }

  /** Lets what is under way finish. */
  async close(): Promise<void> {
    this.#closed = true;
    const worker = this.#worker;
    if (worker === undefined) return;
    const ended = new Promise<void>((resolve) => {
      worker.once('exit', () => resolve());
    });
    worker.postMessage('close');
    await ended;
  }

  #start(): Worker {
    const worker = new Worker(new URL('embedded-worker.ts', import.meta.url), {
      workerData: { file: this.#file },
      name: 'vector-index',
    });
    worker.on('message', (reply: StoreReply) => this.#settle(reply));
    worker.on('error', (error) => {
      this.#log.warn({ err: error }, 'the thread of the vector index failed');
      this.#end(worker, new TransientError('the thread of the vector index failed', { cause: error }));
    });
    worker.on('exit', () => this.#end(worker, new TransientError('the thread of the vector index ended')));
    return worker;
  }

  #settle(reply: StoreReply): void {
    const waiting = this.#waiting.get(reply.id);
    if (waiting === undefined) return;
    this.#waiting.delete(reply.id);
    clearTimeout(waiting.timer);
    if (reply.ok) waiting.resolve(reply.result);
    else waiting.reject(errorOf(reply));
  }

  #end(worker: Worker, reason: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(reason);
    }
    this.#waiting.clear();
  }
}

function errorOf({ kind, message }: Extract<StoreReply, { readonly ok: false }>): Error {
  if (kind === 'transient') return new TransientError(`vector index: ${message}`);
  if (kind === 'fatal') return new FatalError(message);
  return new Error(`vector index: ${message}`);
}
