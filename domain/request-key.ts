import { hostKey } from './canonical-url.ts';

/**
 * Key of a request for the page of an article: pages of one host need no order among each other, and one that has to
 * wait does not hold up the others.
 */
export function pageRequestKey(url: string, articleId: string): string {
  return `${hostKey(url)} ${articleId}`;
}

/** The host and port that a request's key names; a feed's key is nothing else. */
export function hostOfRequestKey(key: string): string {
  const end = key.indexOf(' ');
  return end < 0 ? key : key.slice(0, end);
}
