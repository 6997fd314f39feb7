import type { WatchedArticle } from './watcher.ts';

/** What an alert tells of an article. */
export function factsOf({ url, siteName, language, publishedAt }: WatchedArticle): Readonly<Record<string, unknown>> {
  return { url, site_name: siteName, language, published_at: new Date(publishedAt).toISOString() };
}
