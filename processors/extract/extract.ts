import { availableParallelism } from 'node:os';
import type { Article, RawArticle } from '../../schemas/types.ts';
import { drop, emit, type StageContext, type StageDefinition } from '../../streams/stage.ts';
import { openWorkerPool, TaskFailed, TaskTimeout, type WorkerPool } from '../../streams/worker-pool.ts';
import { revision } from './revision.ts';

/** Wall clock for one article; pages take some 40 ms. */
const timeoutMs = 5_000;
const maxMemoryMb = 512;
const maxThreads = 2;

/** Makes articles of what was collected, in threads: a page that takes too long costs itself its text and nobody else. */
export const extract: StageDefinition<'raw-article', 'article'> = {
  name: 'extract',
  revision,
  purpose: 'Extracts the text and metadata of articles from their pages and feed entries.',
  inputs: ['raw-article'],
  outputs: ['article'],
  async open() {
    const size = Math.max(1, Math.min(maxThreads, availableParallelism() - 1));
    const pool = openWorkerPool<RawArticle, Article>({
      script: new URL('./extract-worker.ts', import.meta.url),
      size,
      timeoutMs,
      maxMemoryMb,
    });
    return {
      handler: {
        kind: 'each',
        // One article is read while the next waits in the pool's queue.
        concurrency: size * 2,
        async process({ value }, context) {
          if (value === null) return drop('tombstone');
          const article = await extracted(value, pool, context);
          return emit([{ topic: 'article', key: article.article_id, value: article }]);
        },
      },
      close: () => pool.close(),
    };
  },
};

/**
 * From page and entry; where that cannot be done, from the entry; where that cannot be done either, its title. What took
 * too long is tried once more: the process or the machine may have stood still meanwhile, and the text would be lost.
 */
async function extracted(
  raw: RawArticle,
  pool: Pick<WorkerPool<RawArticle, Article>, 'run'>,
  { log }: Pick<StageContext, 'log'>,
): Promise<Article> {
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
      log.warn(
        { article_id: raw.article_id, url: raw.url, detail: error.message },
        'an article could not be extracted',
      );
    }
  }
  return pool.run(titleOnly);
}
