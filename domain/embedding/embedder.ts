import type { Logger } from 'pino';
import { findModelFiles } from './model-files.ts';
import { dimensions } from './sentence-model.ts';
import { WorkerPool } from './worker-pool.ts';

/** Turns texts into vectors whose cosine says how near their meanings are. */
export interface Embedder {
  /** Name and hash prefix, for example all-MiniLM-L6-v2-int8@8199be6f. */
  readonly model: string;
  readonly dimensions: 384;
  /**
   * @returns one vector of unit length a text, in the order of the texts
   * @throws TransientError where too many texts wait already
   * @throws Error where a text cannot be embedded
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
}

/** Texts that a worker gets at once: enough to group them by length, few enough to share a call among the workers. */
const textsPerJob = 16;

/** Jobs that may wait, over all callers. A caller that hears "too many" keeps its texts where they are. */
const maxQueuedJobs = 64;

const none = new Float32Array();

/** A job takes less than a second; one that takes this long hangs. */
const jobTimeoutMs = 60_000;

/**
 * Opens the sentence model in worker threads.
 *
 * @throws FatalError where files of the model are missing or cannot be loaded
 */
export async function openEmbedder({ modelDir, threads, log }: EmbedderOptions): Promise<Embedder> {
  const { model, weights, tokenizer } = await findModelFiles(modelDir);
  const pool = await WorkerPool.open<readonly string[], readonly Float32Array[]>({
    file: new URL('./worker.ts', import.meta.url),
    data: { weights, tokenizer },
    workers: threads,
    maxQueued: maxQueuedJobs,
    jobTimeoutMs,
    onDeath: (reason) => log.warn({ reason }, 'an embedding worker died and is replaced'),
  });

  return {
    model,
    dimensions,
    async embed(texts) {
      // Neighbours in length go to the same worker, which then computes little on padding.
      const order = texts
        .map((_, index) => index)
        .toSorted((a, b) => (texts[a]?.length ?? 0) - (texts[b]?.length ?? 0));
      const size = Math.min(textsPerJob, Math.ceil(texts.length / threads));
      const jobs: number[][] = [];
      for (let at = 0; at < order.length; at += size) jobs.push(order.slice(at, at + size));

      const results = await Promise.all(jobs.map((job) => pool.run(job.map((index) => texts[index] ?? ''))));
      const vectors: Float32Array[] = texts.map(() => none);
      for (const [number, job] of jobs.entries()) {
        for (const [position, index] of job.entries()) vectors[index] = results[number]?.[position] ?? none;
      }
      return vectors;
    },
    close: () => pool.close(),
  };
}
