import type {
  Alert,
  Article,
  ArticleCategories,
  ArticleDuplicate,
  ArticleEmbedded,
  ArticleEnriched,
  ArticleMetric,
  ArticleRelevance,
  ArticleRouted,
  ArticleStory,
  ArticleTopics,
  CollectRequest,
  FeedStatus,
  KeywordSet,
  RawArticle,
  RuleSet,
  SavedSearch,
  StoryOverride,
  StoryUpdate,
  TopicDefinition,
} from '../schemas/types.ts';

/** What a topic's values are. Keys are UTF-8 strings everywhere; a null value is a tombstone. */
export interface TopicValues {
  'collect-request-user': CollectRequest;
  'collect-request': CollectRequest;
  'collect-request-page': CollectRequest;
  'feed-status': FeedStatus;
  'raw-article': RawArticle;
  article: Article;
  'article-unique': Article;
  'article-duplicate': ArticleDuplicate;
  'article-enriched': ArticleEnriched;
  'article-embedded': ArticleEmbedded;
  'story-override': StoryOverride;
  'article-story': ArticleStory;
  'story-update': StoryUpdate;
  'topic-definition': TopicDefinition;
  'keyword-set': KeywordSet;
  'article-categories': ArticleCategories;
  'article-topics': ArticleTopics;
  'article-relevance': ArticleRelevance;
  'article-metric': ArticleMetric;
  'saved-search': SavedSearch;
  alert: Alert;
  'rule-set': RuleSet;
  'article-routed': ArticleRouted;
}

export type TopicName = keyof TopicValues;

export interface Topic {
  /** File in schemas/avro, without its ending. */
  readonly schema: string;
  /** What the key is, for people. */
  readonly key: string;
  readonly holds: string;
  readonly retention: { readonly kind: 'compacted' } | { readonly kind: 'deleted'; readonly afterMs: number };
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const compacted = { kind: 'compacted' } as const;

/** Every topic. Creation, codec, topology, documentation and dashboards derive from this table. */
export const topics: { readonly [T in TopicName]: Topic } = {
  'collect-request-user': {
    schema: 'collect-request',
    key: 'host',
    holds: '"Collect now" requests of people; drained before collect-request',
    retention: { kind: 'deleted', afterMs: dayMs },
  },
  'collect-request': {
    schema: 'collect-request',
    key: 'host',
    holds: 'Feeds that are due; drained before collect-request-page',
    retention: { kind: 'deleted', afterMs: 7 * dayMs },
  },
  'collect-request-page': {
    schema: 'collect-request',
    key: 'host and article id',
    holds: "Pages of feeds' new entries",
    // Their entries are marked as seen: a request that is deleted unread is an article that never comes.
    retention: { kind: 'deleted', afterMs: 7 * dayMs },
  },
  'feed-status': {
    schema: 'feed-status',
    key: 'feed id',
    holds: 'How the latest collection of each feed went',
    retention: compacted,
  },
  'raw-article': {
    schema: 'raw-article',
    key: 'article id',
    holds: 'What the world sent: feed entry and page',
    retention: { kind: 'deleted', afterMs: 7 * dayMs },
  },
  article: { schema: 'article', key: 'article id', holds: 'Extracted articles', retention: compacted },
  'article-unique': {
    schema: 'article',
    key: 'article id',
    holds: 'Each version of each article once, with all feeds that list it',
    retention: compacted,
  },
  'article-duplicate': {
    schema: 'article-duplicate',
    key: 'article id of the copy',
    holds: 'Links from copies to their originals',
    retention: compacted,
  },
  'article-enriched': {
    schema: 'article-enriched',
    key: 'article id',
    holds: 'Articles with language, keywords, reading time and sentiment',
    retention: compacted,
  },
  'article-embedded': {
    schema: 'article-embedded',
    key: 'article id',
    holds: 'Articles as vectors',
    retention: compacted,
  },
  'story-override': {
    schema: 'story-override',
    key: 'id of the decision',
    holds: 'Stories that people have merged or split',
    retention: compacted,
  },
  'article-story': {
    schema: 'article-story',
    key: 'article id',
    holds: 'Which story each article belongs to, and why',
    retention: compacted,
  },
  'story-update': {
    schema: 'story-update',
    key: 'story id',
    holds: 'Stories: title, span, sources, and all that they are recognised by',
    retention: compacted,
  },
  'topic-definition': {
    schema: 'topic-definition',
    key: 'organisation id / topic id',
    holds: 'Topics of organisations, as they describe them',
    retention: compacted,
  },
  'keyword-set': {
    schema: 'keyword-set',
    key: 'organisation id',
    holds: 'All keywords of each organisation, with weights',
    retention: compacted,
  },
  'article-categories': {
    schema: 'article-categories',
    key: 'article id',
    holds: 'What articles are about, by the taxonomy',
    retention: compacted,
  },
  'article-topics': {
    schema: 'article-topics',
    key: 'article id',
    holds: "To which organisations' own topics articles belong",
    retention: compacted,
  },
  'article-relevance': {
    schema: 'article-relevance',
    key: 'article id',
    holds: 'How relevant articles are to organisations, by their keywords',
    retention: compacted,
  },
  'article-metric': {
    schema: 'article-metric',
    key: 'organisation id / metric / hour / dimension',
    holds:
      'How many articles each organisation has by hour, source, topic, language and sentiment; the latest count holds',
    // Each hour has keys of its own: compacted, it would grow for ever.
    retention: { kind: 'deleted', afterMs: 30 * dayMs },
  },
  'saved-search': {
    schema: 'saved-search',
    key: 'organisation id / saved search id',
    holds: 'Saved searches of organisations',
    retention: compacted,
  },
  alert: {
    schema: 'alert',
    key: 'alert id',
    holds: 'What people must not miss: matches of saved searches, and events',
    retention: { kind: 'deleted', afterMs: 30 * dayMs },
  },
  'rule-set': {
    schema: 'rule-set',
    key: 'organisation id',
    holds: "Each organisation's rules, in their order",
    retention: compacted,
  },
  'article-routed': {
    schema: 'article-routed',
    key: 'organisation id / route / article id',
    holds: 'Articles that rules of organisations have sent somewhere',
    retention: compacted,
  },
};

/** Where messages go that could not be processed: raw bytes, with the reason in headers. It has no schema. */
export const deadLetterTopic = 'dead-letter';
export const deadLetterRetentionMs = 30 * dayMs;

const retryPrefix = 'retry.';

/** Where a stage's messages wait that it has put off, each under its own key and with its own bytes. */
export const retryTopicOf = (stage: string): string => `${retryPrefix}${stage}`;
export const isRetryTopic = (topic: string): boolean => topic.startsWith(retryPrefix);
/** A message that nobody could process for so long is as good as given up. */
export const retryRetentionMs = 30 * dayMs;
