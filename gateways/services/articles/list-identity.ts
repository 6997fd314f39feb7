import { type ArticleList, filterOf } from './query.ts';

/** What must be the same on all pages; their size may differ. */
export function listIdentity(list: ArticleList): unknown {
  return ['articles', filterOf(list), list.q ?? null, list.sort];
}
