import type { Logger } from 'pino';
import type { Article, RawArticle } from '../../schemas/types.ts';
import { openWorkerPool, TaskFailed, TaskTimeout } from '../../streams/worker-pool.ts';

/** Makes articles of what was collected, in threads: a page that takes too long costs itself its text and nobody else. */
export interface Extractor {
  /**
   * From page and entry; where that cannot be done, from the entry; where that cannot be done either, its title. What
   * took too long is tried once more: the process or the machine may have stood still meanwhile, and the text would be
   * lost.
   */
  extract(raw: RawArticle, log: Logger): Promise<Article>;
  close(): Promise<void>;
}

/** Wall clock for one article; pages take some 40 ms. */
const timeoutMs = 5_000;
const maxMemoryMb = 512;

/** @param threads of which each reads one article at a time */
export function openExtractor(threads: number): Extractor {
  const pool = openWorkerPool<RawArticle, Article>({
    script: new URL('./extract-worker.ts', import.meta.url),
    size: threads,
    timeoutMs,
    maxMemoryMb,
  });
  return {
    async extract(raw, log) {
      const withoutPage = { ...raw, page: null };
      const titleOnly = { ...withoutPage, entry: { ...raw.entry, content_html: null, summary_html: null } };
      let hasFailed = false;
      for (const attempt of [raw, raw, withoutPage]) {
        if (attempt === raw && hasFailed) continue;
        try {
          return await pool.run(attempt);
        } catch (error) {
          if (!(error instanceof TaskTimeout || error instanceof TaskFailed)) throw error;
          hasFailed = error instanceof TaskFailed;
          const { article_id, url } = raw;
          log.warn({ article_id, url, detail: error.message }, 'an article could not be extracted');
        }
      }
      return pool.run(titleOnly);
    },
    close: () => pool.close(),
  };
}
