import { openWorkerPool, TaskFailed, TaskTimeout } from '../../../streams/worker-pool.ts';
import type { FeedDocument } from '../feed-document.ts';
import { SourceProblem } from '../source-problem.ts';
import type { DocumentAnswer, DocumentTask } from './document-worker.ts';
import type { ArticleList, ListSelectors } from './read-list.ts';
import type { PageLinks } from './read-links.ts';
import type { Sitemap } from './read-sitemap.ts';

/**
 * Reads pages and sitemaps in a thread of its own: a hostile one costs its source the time, and nobody else.
 *
 * All methods throw SourceProblem: unreadable-page, not-a-sitemap.
 */
export interface DocumentReader {
  list(document: FeedDocument, selectors: ListSelectors): Promise<ArticleList>;
  sitemap(document: FeedDocument): Promise<Sitemap>;
  links(document: FeedDocument): Promise<PageLinks>;
  close(): Promise<void>;
}

const timeoutMs = 5_000;
const maxMemoryMb = 512;

export function openDocumentReader(): DocumentReader {
  const script = new URL('./document-worker.ts', import.meta.url);
  const pool = openWorkerPool<DocumentTask, DocumentAnswer>({ script, size: 1, timeoutMs, maxMemoryMb });
  const run = async (task: DocumentTask): Promise<DocumentAnswer> => {
    let answer: DocumentAnswer;
    try {
      answer = await pool.run(task);
    } catch (error) {
      if (!(error instanceof TaskTimeout || error instanceof TaskFailed)) throw error;
      const { host } = new URL(task.document.url);
      throw new SourceProblem('unreadable-page', `what ${host} sent could not be read: ${error.message}`);
    }
    if (answer.kind === 'problem') throw new SourceProblem(answer.code, answer.message);
    return answer;
  };
  return {
    async list(document, selectors) {
      const answer = await run({ kind: 'list', document, selectors });
      if (answer.kind !== 'list') throw new Error('the thread answered another question');
      return answer.list;
    },
    async sitemap(document) {
      const answer = await run({ kind: 'sitemap', document });
      if (answer.kind !== 'sitemap') throw new Error('the thread answered another question');
      return answer.sitemap;
    },
    async links(document) {
      const answer = await run({ kind: 'links', document });
      if (answer.kind !== 'links') throw new Error('the thread answered another question');
      return answer.links;
    },
    close: () => pool.close(),
  };
}
