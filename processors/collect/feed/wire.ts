/** A feed as its format says it: strings as published, nothing resolved or capped yet. */
export interface WireFeed {
  readonly title: string | null;
  readonly siteUrl: string | null;
  readonly language: string | null;
  /** What relative links stand against, itself perhaps relative to the feed's address. */
  readonly base: string | null;
  readonly entries: readonly WireEntry[];
  readonly warnings: readonly string[];
}

export interface WireEntry {
  readonly id: string | null;
  /** In order of preference; the first that is a web address is taken. */
  readonly links: readonly string[];
  readonly base: string | null;
  readonly title: string | null;
  readonly titleIsHtml: boolean;
  readonly summaryHtml: string | null;
  readonly contentHtml: string | null;
  readonly authors: readonly string[];
  readonly tags: readonly string[];
  readonly published: string | null;
  readonly updated: string | null;
  readonly image: string | null;
  readonly language: string | null;
}
