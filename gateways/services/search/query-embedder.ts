import type { Logger } from 'pino';
import type { Embedder } from '../../../domain/embedding/embedder.ts';
import { within } from '../../../streams/within.ts';
import { Unavailable } from '../faults.ts';

/** Turns what people look for into vectors. */
export interface QueryEmbedder {
  /** @throws Unavailable while the model cannot be used; says why */
  embed(text: string): Promise<{ readonly model: string; readonly vector: readonly number[] }>;
  /** Why it cannot be used; null where it can. */
  fault(): string | null;
  close(): Promise<void>;
}

/** The fault of a model that may serve in a moment. */
export const modelLoading = 'the embedding model is being loaded';

/** A search waits no longer than this for the model, in milliseconds. */
const patienceMs = 5_000;
const retryOpenMs = 30_000;

/**
 * Loads the model in the background: the service answers meanwhile. A model that cannot be loaded is tried again from
 * time to time, since it may be fetched later.
 */
export function openQueryEmbedder(open: () => Promise<Embedder>, log: Logger): QueryEmbedder {
  let fault: string | null = modelLoading;
  let closed = false;
  let retry: NodeJS.Timeout | undefined;
  let opening: Promise<Embedder>;

  const begin = (): Promise<Embedder> => {
    const attempt = open();
    const ready = attempt.then(() => {
      fault = null;
      return null;
    });
    ready.catch((error: unknown) => {
      if (closed) return;
      fault = `the embedding model cannot be loaded: ${error instanceof Error ? error.message : String(error)}`;
      log.warn({ err: error }, 'semantic search is off: the embedding model cannot be loaded');
      retry = setTimeout(() => {
        opening = begin();
      }, retryOpenMs);
      retry.unref();
    });
    return attempt;
  };
  opening = begin();

  const unavailable = (cause?: unknown): Unavailable =>
    new Unavailable(fault ?? 'the embedding model is busy', { cause, retryAfterSeconds: fault === null ? 1 : 10 });

  return {
    async embed(text) {
      try {
        const made = async () => {
          const embedder = await opening;
          const [vector = new Float32Array()] = await embedder.embed([text]);
          return { model: embedder.model, vector: [...vector] };
        };
        return await within(patienceMs, made(), unavailable);
      } catch (error) {
        throw error instanceof Unavailable ? error : unavailable(error);
      }
    },
    fault: () => fault,
    async close() {
      closed = true;
      clearTimeout(retry);
      const embedder = await opening.catch(() => null);
      await embedder?.close();
    },
  };
}
