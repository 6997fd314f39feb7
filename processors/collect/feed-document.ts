/** What was fetched, not decoded yet. */
export interface FeedDocument {
  readonly bytes: Uint8Array;
  /** The Content-Type header, empty where there was none. */
  readonly contentType: string;
  /** Where it came from, after redirects: relative links are resolved against it. */
  readonly url: string;
}
