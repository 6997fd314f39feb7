import type { Kysely } from 'kysely';
import type { QueryDocument } from '../../domain/query/document.ts';
import { isVisibleTo } from '../../domain/visibility.ts';
import type { ChangedLists } from '../rules/changing-lists.ts';
import type { Database } from '../schema.ts';

/** An article that has come, or of which more is known now, as search would find it. */
export interface WatchedArticle {
  readonly id: string;
  /** public, or the id of the organisation that alone may see it. */
  readonly visibility: string;
  readonly version: number;
  readonly url: string;
  readonly title: string;
  readonly siteName: string | null;
  readonly language: string | null;
  /** Milliseconds since 1970. */
  readonly publishedAt: number;
  /** Of its first version: a later one makes it no news. */
  readonly firstCollectedAt: number;
  readonly document: QueryDocument;
  /** Organisations for which it is not known yet whether they may be told of it. */
  readonly undecided: ReadonlySet<string>;
}

export const isSeenBy = (
  { visibility, undecided }: Pick<WatchedArticle, 'visibility' | 'undecided'>,
  organizationId: string,
): boolean => isVisibleTo(organizationId, visibility) && !undecided.has(organizationId);

/** What is asked for by some query: only then is it waited for. */
export interface Needs {
  /** What articles mean (near). */
  readonly vectors: boolean;
  /** Whether they are copies (is). */
  readonly copies: boolean;
}

/**
 * Something that looks at each article as it comes, and again whenever more is known of it: repeats must be harmless.
 * What it asks of an article is asked only once its parts are there.
 */
export interface Watcher {
  /** Takes in what people have changed. @throws TransientError where that cannot be done now */
  follow(): Promise<void>;
  readonly needs: Needs;
  /** Called first in the batch's transaction, before the articles are read: to hold what must not change meanwhile. */
  begin?(transaction: Kysely<Database>, articleIds: readonly string[]): Promise<void>;
  /**
   * Judges the articles and writes what follows, within the batch's transaction.
   *
   * @param nowMs milliseconds since 1970
   * @param lists told before something is written that cached lists are made of
   * @returns the articles as the watchers behind this one see them
   */
  look(
    transaction: Kysely<Database>,
    articles: readonly WatchedArticle[],
    nowMs: number,
    lists: Pick<ChangedLists, 'begin'>,
  ): Promise<readonly WatchedArticle[]>;
  /** What is amiss, for people; undefined where nothing is. */
  degraded(): string | undefined;
  close(): Promise<void>;
}
