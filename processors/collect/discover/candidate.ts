/** A way to follow a site. */
export interface Candidate {
  readonly url: string;
  /** As people call a source's type. */
  readonly type: 'rss' | 'atom' | 'json-feed' | 'sitemap' | 'html';
  readonly title: string | null;
  readonly item_count: number;
  /** Date of the newest entry in milliseconds since 1970; null where none has one. */
  readonly newest_at: number | null;
  /** How it was found. */
  readonly found: 'address' | 'link' | 'anchor' | 'well-known' | 'robots' | 'page';
}
