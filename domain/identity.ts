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

/**
 * @param canonicalFeedUrl as canonicalizeUrl gives it
 * @param visibility as for articles; a feed that needs no credentials is public and shared by all who follow it
 */
export function feedId(canonicalFeedUrl: string, visibility = 'public'): string {
  return derivedId(visibility, canonicalFeedUrl);
}
