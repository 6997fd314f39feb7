import type { Article } from '../../schemas/types.ts';

/** What is remembered of an article once it was passed on. */
export interface Seen {
  readonly contentHash: string;
  /** The version under which it was passed on. */
  readonly version: number;
  /** Sorted. */
  readonly feedIds: readonly string[];
}

export type Verdict =
  { readonly kind: 'drop'; readonly reason: 'unchanged' | 'stale' } | { readonly kind: 'pass'; readonly seen: Seen };

/**
 * Whether an article says anything new, and what is seen once it was passed on.
 *
 * @param seen null for an article that is not known
 * @param version the version that it would be passed on with
 */
export function judge(
  seen: Seen | null,
  article: Pick<Article, 'content_hash' | 'feed_ids'>,
  version: number,
): Verdict {
  const contentHash = article.content_hash;
  if (seen === null) {
    return { kind: 'pass', seen: { contentHash, version, feedIds: union(article.feed_ids, []) } };
  }
  const feedIds = union(seen.feedIds, article.feed_ids);
  const isFeedKnown = feedIds.length === seen.feedIds.length;
  if (isFeedKnown && contentHash === seen.contentHash) return { kind: 'drop', reason: 'unchanged' };
  if (isFeedKnown && version < seen.version) return { kind: 'drop', reason: 'stale' };
  // Views take only what is strictly newer, and two feeds may list an article that was fetched once.
  return { kind: 'pass', seen: { contentHash, version: Math.max(version, seen.version + 1), feedIds } };
}

function union(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...new Set([...a, ...b])].toSorted();
}
