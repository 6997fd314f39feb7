import { v5 } from 'uuid';

/** Fixed for ever: another namespace would give every article and feed another identity. */
const namespace = '6d1a5f0e-5b0c-5c46-9a44-0d6e6d696d72';

/**
 * The UUID that belongs to these parts, the same on every machine and at every time.
 *
 * @param parts must contain no space, save the last
 */
export function derivedId(...parts: readonly [string, ...string[]]): string {
  return v5(parts.join(' '), namespace);
}

/**
 * @param visibility `public`, or the id of the organisation that alone may see the article
 * @param canonicalUrl as canonicalizeUrl gives it
 */
export function articleId(visibility: string, canonicalUrl: string): string {
  return derivedId(visibility, canonicalUrl);
}

/** How a feed is read. */
export interface FeedReading {
  readonly connector: string;
  readonly config: Readonly<Record<string, unknown>>;
}

const plainly: FeedReading = { connector: 'feed', config: {} };

/**
 * @param canonicalFeedUrl as canonicalizeUrl gives it
 * @param visibility as for articles; a feed that needs no credentials is public and shared by all who follow it
 * @param reading one address read in two ways gives two feeds; as a plain feed without settings unless told
 */
export function feedId(canonicalFeedUrl: string, visibility = 'public', { connector, config } = plainly): string {
  if (connector === plainly.connector && Object.keys(config).length === 0) {
    return derivedId(visibility, canonicalFeedUrl);
  }
  return derivedId(visibility, canonicalFeedUrl, connector, canonicalJson(config));
}

/** JSON with the keys of every object in order, so that equal values have equal texts. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
