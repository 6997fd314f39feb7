import type { ArticleSummary } from '../articles/article.ts';

/** What saved searches ask of the query language: implemented beside search, so that both read and select alike. */
export interface SavedQueries {
  /**
   * The query with ids in place of the names of topics and sources, in its canonical form.
   *
   * @throws Invalid for the field `query`, where the text cannot be read: the detail points at the character
   */
  resolve(text: string): Promise<string>;
  /**
   * What the query would have matched among the articles that were collected in the last days.
   *
   * @throws Invalid where a topic or source that it names is gone
   */
  test(resolved: string, options: { readonly days: number; readonly limit: number }): Promise<QueryTrial>;
}

export interface QueryTrial {
  /** In the last days. */
  readonly count: number;
  readonly days: number;
  /** The latest. */
  readonly examples: readonly ArticleSummary[];
}
