import type {
  Article,
  ArticleDuplicate,
  ArticleEmbedded,
  ArticleEnriched,
  CollectRequest,
  FeedStatus,
  RawArticle,
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
