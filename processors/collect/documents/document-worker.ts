import { answerTasks } from '../../../streams/worker-pool.ts';
import type { FeedDocument } from '../feed-document.ts';
import { SourceProblem } from '../source-problem.ts';
import { type PageLinks, readLinks } from './read-links.ts';
import { type ArticleList, type ListSelectors, readList } from './read-list.ts';
import { readSitemap, type Sitemap } from './read-sitemap.ts';

export type DocumentTask =
  | { readonly kind: 'list'; readonly document: FeedDocument; readonly selectors: ListSelectors }
  | { readonly kind: 'sitemap'; readonly document: FeedDocument }
  | { readonly kind: 'links'; readonly document: FeedDocument };

export type DocumentAnswer =
  | { readonly kind: 'list'; readonly list: ArticleList }
  | { readonly kind: 'sitemap'; readonly sitemap: Sitemap }
  | { readonly kind: 'links'; readonly links: PageLinks }
  /** An error's class does not survive the way between threads. */
  | { readonly kind: 'problem'; readonly code: string; readonly message: string };

answerTasks((task: DocumentTask): DocumentAnswer => {
  try {
    if (task.kind === 'list') return { kind: 'list', list: readList(task.document, task.selectors) };
    if (task.kind === 'sitemap') return { kind: 'sitemap', sitemap: readSitemap(task.document) };
    return { kind: 'links', links: readLinks(task.document) };
  } catch (error) {
    if (error instanceof SourceProblem) return { kind: 'problem', code: error.code, message: error.message };
    throw error;
  }
});
