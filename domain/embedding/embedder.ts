import type { Logger } from 'pino';
import { FatalError, TransientError } from '../../streams/errors.ts';
import { openWorkerPool } from '../../streams/worker-pool.ts';
import { findModelFiles } from './model-files.ts';
import { runWithSecondTry } from './second-try.ts';
import { dimensions } from './sentence-model.ts';
import type { EmbeddingTask } from './worker.ts';

/** Turns texts into vectors whose cosine says how near their meanings are. */
export interface Embedder {
  /** Name and hash prefix, for example all-MiniLM-L6-v2-int8@8199be6f. */
  readonly model: string;
  readonly dimensions: 384;
  /**
   * @returns one vector of unit length a text, in the order of the texts
   * @throws TransientError where too many texts wait already
   * @throws Error where the texts cannot be embedded
   */
  embed(texts: readonly string[]): Promise<readonly Float32Array[]>;
  close(): Promise<void>;
}

export interface EmbedderOptions {
  /** Folder with model.onnx and tokenizer.json. */
  readonly modelDir: string;
  /** Worker threads; each holds the model (about 100 MB) and keeps one core busy. */
  readonly threads: number;
  readonly log: Pick<Logger, 'warn'>;
  /** Texts that may wait or be under way, over all callers. One who hears "too many" keeps the texts meanwhile. */
  readonly maxWaiting?: number;
}

/** Texts that a thread gets at once: few enough to share a call among the threads. */
const textsPerTask = 16;

/** A task takes less than a second; one that takes this long hangs. */
const taskTimeoutMs = 60_000;

/** Of the thread's own heap; the weights lie outside. */
const maxMemoryMb = 256;

/**
 * Opens the sentence model in worker threads.
 *
 * @throws FatalError where files of the model are missing or cannot be loaded
 */
export async function openEmbedder({ modelDir, threads, log, maxWaiting = 1_024 }: EmbedderOptions): Promise<Embedder> {
  const { model, weights, tokenizer } = await findModelFiles(modelDir);
  const pool = openWorkerPool<EmbeddingTask, readonly Float32Array[]>({
    script: new URL('./worker.ts', import.meta.url),
    size: threads,
    timeoutMs: taskTimeoutMs,
    maxMemoryMb,
  });
  const run = (texts: readonly string[]): Promise<readonly Float32Array[]> =>
    runWithSecondTry(pool, { weights, tokenizer, texts }, (error) =>
      log.warn({ err: error }, 'an embedding task failed and is tried once more'),
    );
  try {
    // Loads the model in every thread: what is wrong with it shows now.
    await Promise.all(Array.from({ length: threads }, () => pool.run({ weights, tokenizer, texts: [] })));
  } catch (error) {
    await pool.close();
    throw new FatalError(`the embedding model in ${modelDir} cannot be loaded: ${(error as Error).message}`, {
      cause: error,
    });
  }

  let waiting = 0;
  return {
    model,
    dimensions,
    async embed(texts) {
      if (waiting > 0 && waiting + texts.length > maxWaiting) {
        throw new TransientError(`${waiting} texts wait to be embedded already`);
      }
      waiting += texts.length;
      try {
        return await embedInTasks(texts, threads, run);
      } finally {
        waiting -= texts.length;
      }
    },
    close: () => pool.close(),
  };
}

async function embedInTasks(
  texts: readonly string[],
  threads: number,
  run: (texts: readonly string[]) => Promise<readonly Float32Array[]>,
): Promise<readonly Float32Array[]> {
  const size = Math.max(1, Math.min(textsPerTask, Math.ceil(texts.length / threads)));
  const tasks: (readonly string[])[] = [];
  for (let at = 0; at < texts.length; at += size) tasks.push(texts.slice(at, at + size));
  return (await Promise.all(tasks.map(run))).flat();
}
