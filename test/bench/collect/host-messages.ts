export interface HostSettings {
  readonly feeds: number;
  readonly feedsPerHost: number;
  readonly entries: number;
  /** Of each entry's text. */
  readonly textCharacters: number;
}

/** What it says: where the feeds are, once; then, asked by 'arrivals', the requests since it was asked before. */
export type HostMessage =
  | { readonly kind: 'open'; readonly port: number }
  | { readonly kind: 'arrivals'; readonly arrivals: readonly (readonly [feed: number, atMs: number])[] };

/** Host of a feed: 127.20.0.1 and on. Every number of the last byte is fine but 0 and 255. */
export function hostOf(feed: number, feedsPerHost: number): string {
  const host = Math.floor(feed / feedsPerHost);
  return `127.20.${Math.floor(host / 250)}.${(host % 250) + 1}`;
}
