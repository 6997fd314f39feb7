/** Whatever tells something of an article that a query can ask for. */
export const watchedTopics = [
  'article-enriched',
  'article-duplicate',
  'article-embedded',
  'article-categories',
  'article-topics',
  'article-relevance',
  'article-story',
] as const;
export type WatchedTopic = (typeof watchedTopics)[number];
