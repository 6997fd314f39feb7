/** A feed as its format says it: strings as published, nothing capped yet. */
export interface WireFeed {
  readonly format: 'rss' | 'rdf' | 'atom' | 'json';
  readonly title: string | null;
  readonly titleIsHtml: boolean;
  readonly description: string | null;
  readonly siteUrl: string | null;
  /** Where the feed says that it lies itself. */
  readonly feedUrl: string | null;
  readonly language: string | null;
  readonly image: string | null;
  readonly copyright: string | null;
  readonly generator: string | null;
  readonly authors: readonly WirePerson[];
  readonly tags: readonly string[];
  readonly published: string | null;
  readonly updated: string | null;
  /** How long the feed says that it stays as it is, in seconds. */
  readonly freshSeconds: number | null;
  readonly entries: readonly WireEntry[];
  /** Entries that were counted and not read. */
  readonly skippedEntries: number;
  readonly warnings: readonly string[];
}

export interface WireEntry {
  readonly id: string | null;
  /** In order of preference; the first that is a web address is taken. */
  readonly links: readonly string[];
  readonly title: string | null;
  readonly titleIsHtml: boolean;
  readonly summaryHtml: string | null;
  readonly contentHtml: string | null;
  readonly authors: readonly WirePerson[];
  readonly tags: readonly string[];
  readonly published: string | null;
  readonly updated: string | null;
  readonly image: string | null;
  readonly enclosures: readonly WireEnclosure[];
  readonly language: string | null;
}

/** One of the two is given. */
export interface WirePerson {
  readonly name: string | null;
  readonly email: string | null;
}

export interface WireEnclosure {
  readonly url: string;
  readonly type: string | null;
  readonly length: string | null;
}

/** Of more entries only the first so many are read, from which the newest are kept. */
export const maxWireEntries = 10_000;

/** An identifier is an address only where it says so in full: "17" is none, though it could be resolved. */
export function addressIn(identifier: string | null): string[] {
  return identifier !== null && /^https?:\/\//i.test(identifier.trim()) ? [identifier.trim()] : [];
}
