import type { Embedder } from '../../domain/embedding/embedder.ts';

/** As long as somebody is likely to go on editing topics. */
const idleMs = 60_000;

/**
 * An embedder that is open only while it is used: the model takes a hundred megabytes, and this stage needs it at its
 * start and when a definition changes.
 *
 * @param open the same model each time
 */
export function occasionalEmbedder(open: () => Promise<Embedder>, closeAfterMs = idleMs) {
  let opened: Promise<Embedder> | undefined;
  let users = 0;
  let timer: NodeJS.Timeout | undefined;

  async function close(): Promise<void> {
    clearTimeout(timer);
    const closing = opened;
    opened = undefined;
    await (await closing?.catch(() => undefined))?.close();
  }

  async function use<T>(work: (embedder: Embedder) => Promise<T>): Promise<T> {
    clearTimeout(timer);
    users += 1;
    try {
      opened ??= open();
      return await work(await opened);
    } catch (error) {
      // One that could not be opened is tried anew by whoever comes next.
      if (users === 1) await close();
      throw error;
    } finally {
      users -= 1;
      if (users === 0) timer = setTimeout(() => void close(), closeAfterMs).unref();
    }
  }

  return { use, embed: (texts: readonly string[]) => use((embedder) => embedder.embed(texts)), close };
}
