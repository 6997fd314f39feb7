// Generated from schemas/avro by `npm run generate`. Do not edit.

/** Something that a person must not miss: an article that a saved search matches, or an event. It comes again when its cause is over. */
export interface Alert {
  /** Follows from the cause: the same cause has the same id. */
  readonly alert_id: string;
  readonly organization_id: string;
  /** saved_search, high_score, volume_anomaly, activity_anomaly, source_failing, source_silent, dead_letters, stage_lag or rule; more may come. */
  readonly kind: string;
  /** What it is about: id of the saved search, of the source, or name of the stage. */
  readonly subject: string;
  readonly title: string;
  readonly saved_search_id: null | string;
  readonly article_id: null | string;
  /** The parts of the query that the article matches, as they are written there. */
  readonly matched: readonly string[];
  /** More, as JSON; what it holds depends on the kind. */
  readonly facts: string;
  /** Unix time in milliseconds. */
  readonly raised_at: number;
  /** When the cause was over; null while it lasts, and for articles. Unix time in milliseconds. */
  readonly over_at: null | number;
}

/** One article, extracted: plain text, sanitised HTML and what is known of its origin. */
export interface Article {
  /** UUIDv5 of visibility and url. */
  readonly article_id: string;
  /** Grows with each newer fetch and each better stage; see RawArticle. */
  readonly version: number;
  readonly visibility: string;
  /** Canonicalised address: the article's identity. */
  readonly url: string;
  /** The address that the page itself declares, canonicalised. */
  readonly canonical_url: null | string;
  /** The feeds that listed it, sorted. From dedup on: all that are known. */
  readonly feed_ids: readonly string[];
  readonly site_name: null | string;
  /** Plain text, never empty. */
  readonly title: string;
  /** Plain text; paragraphs are separated by one empty line. */
  readonly text: string;
  /** The same, as sanitised HTML. */
  readonly html: null | string;
  /** The publisher's own extract, as plain text. */
  readonly summary: null | string;
  readonly authors: readonly string[];
  readonly tags: readonly string[];
  /** The publisher's own section, as the page names it. */
  readonly section: null | string;
  /** Whether the page says that its whole text cannot be read by everybody; null where it does not say. */
  readonly paywall: null | boolean;
  /** Why the page's text is not kept: the publisher's directive, for example noarchive. */
  readonly withheld: null | string;
  readonly image_url: null | string;
  /** Language as declared by the page or feed (BCP 47). */
  readonly language_hint: null | string;
  /** Never later than fetched_at; fetched_at where no date is known. Unix time in milliseconds. */
  readonly published_at: number;
  readonly published_at_source: DateSource;
  /** Unix time in milliseconds. */
  readonly modified_at: null | number;
  /** Unix time in milliseconds. */
  readonly fetched_at: number;
  /** SHA-256 (hex) over everything that makes a new version worth passing on; not over fetched_at and version. */
  readonly content_hash: string;
  /** SHA-256 (hex) of the text, case and white space folded: equal for copies. */
  readonly text_hash: string;
  /** For example readability, feed-content, feed-summary. */
  readonly extraction_method: string;
  /** 0 to 1. */
  readonly extraction_confidence: number;
  /** The source's rule for the enrichment, as JSON; of several sources, of the one that this version came from. */
  readonly enrichment: null | string;
}

/** What an article is about, by the taxonomy. Also written where nothing was near, or the source's rule switches categories off: an earlier version may have had some. */
export interface ArticleCategories {
  readonly article_id: string;
  /** The embedded article's version plus the stage's revision. */
  readonly version: number;
  readonly visibility: string;
  /** The most probable first. */
  readonly categories: readonly ArticleCategory[];
  /** What judged, with its version; empty where categories are switched off. */
  readonly method: string;
  /** Whose vectors were compared. */
  readonly model: string;
}

export interface ArticleCategory {
  /** Of the taxonomy, for example science-technology. */
  readonly topic: string;
  /** 0 to 1: how probable it is that the article is mainly about it. */
  readonly score: number;
  /** Of the topic, the one that the article is nearest to. */
  readonly facet: string;
}

/** Says that an article is a copy of another, or no longer is. The latest version for an article wins. */
export interface ArticleDuplicate {
  /** The copy. */
  readonly article_id: string;
  /** The earliest published article of the group; null: it is itself an original again. */
  readonly original_id: null | string;
  readonly reason: DuplicateReason;
  /** Similarity, 0 to 1. */
  readonly score: number;
  /** Time of the decision in microseconds, strictly growing. */
  readonly version: number;
  /** What judged, with its version. */
  readonly method: string;
}

/** The meaning of an article as a vector, with what vector searches filter by. */
export interface ArticleEmbedded {
  readonly article_id: string;
  /** The enriched article's version plus the stage's revision. */
  readonly version: number;
  readonly visibility: string;
  readonly feed_ids: readonly string[];
  readonly title: string;
  readonly url: string;
  readonly language: null | string;
  /** Unix time in milliseconds. */
  readonly published_at: number;
  /** Name and hash prefix of the model. */
  readonly model: string;
  /** Unit length. */
  readonly vector: readonly number[];
  /** Keys of the article's most frequent entities, 20 at most. */
  readonly entities: readonly string[];
  /** The source's rule for the enrichment, as the article has it: it may switch the categories off. */
  readonly enrichment: null | string;
}

/** An article with what the machine found in it. */
export interface ArticleEnriched {
  readonly article_id: string;
  /** The article's version plus the stage's revision. */
  readonly version: number;
  readonly article: Article;
  /** ISO 639-1; null where it could not be told. */
  readonly language: null | string;
  /** 0 to 1. */
  readonly language_confidence: number;
  readonly keywords: readonly Keyword[];
  /** What told the language, with its version; empty before methods were kept. */
  readonly language_method: string;
  readonly keywords_method: string;
  readonly word_count: number;
  readonly reading_time_seconds: number;
  /** Null for languages without a judge. */
  readonly sentiment: null | Sentiment;
  readonly sentence_count: number;
  /** The most mentioned first. */
  readonly entities: readonly Entity[];
  readonly entities_method: string;
  /** The machine's; the publisher's is the article's. Null where the text has no more to sum up. */
  readonly summary: null | Summary;
  /** Flags such as paywall_stub, in alphabetical order. */
  readonly quality: readonly string[];
  readonly quality_method: string;
  /** 0.5 to 1 for each flag, in the order of quality: how far the text is from the bound of the rule; empty before confidences were kept. */
  readonly quality_confidences: readonly number[];
  /** Enrichers whose findings are empty because they did not judge: switched off by the source's rule, failed, or took too long. */
  readonly skipped: readonly SkippedEnricher[];
}

/** How many articles an organisation's sources list that were published in an hour. An absolute count: the latest one of a key holds. For its organisation only. */
export interface ArticleMetric {
  readonly organization_id: string;
  /** Where one source's articles are counted. */
  readonly source_id: null | string;
  /** articles, articles_by_source, articles_by_category, articles_by_topic, articles_by_language, articles_by_sentiment, sentiment_sum or sentiment_count (of articles with a sentiment: their scores' sum, and how many they are). There may be more. */
  readonly metric_name: string;
  /** When the hour begins. Unix time in milliseconds. */
  readonly time: number;
  readonly metric_value: number;
  /** What the articles have in common: category, topic, source, language or sentiment. Null: all articles. */
  readonly dimension: null | string;
  /** Which category, topic, source, language or sentiment. */
  readonly dimension_value: null | string;
  /** Unix time in milliseconds. */
  readonly counted_at: number;
}

/** How relevant an article is to each organisation by its keywords. Each entry is for its organisation only. */
export interface ArticleRelevance {
  readonly article_id: string;
  /** The enriched article's version plus the stage's revision. */
  readonly version: number;
  /** When what people had defined was changed last: the same version judged anew by later definitions is newer. Unix time in milliseconds. */
  readonly defined_at: number;
  readonly organizations: readonly OrganizationRelevance[];
  /** What judged, with its version. */
  readonly method: string;
}

/** An article that rules of an organisation have sent somewhere. Its text is in article-enriched. */
export interface ArticleRouted {
  readonly organization_id: string;
  /** Where to, as the organisation calls it. */
  readonly route: string;
  readonly article_id: string;
  /** Of the article. */
  readonly version: number;
  /** When it was judged: of one version the later one is newer. Unix time in milliseconds. */
  readonly routed_at: number;
  /** Those that send it there, in their order. */
  readonly rules: readonly RoutingRule[];
  readonly title: string;
  readonly url: string;
  readonly site_name: null | string;
  readonly language: null | string;
  /** Unix time in milliseconds. */
  readonly published_at: number;
  /** Those that the organisation's rules gave. */
  readonly tags: readonly string[];
  /** low, normal, high or urgent, by the organisation's rules. */
  readonly priority: string;
  /** It is hidden from the organisation's lists and searches. */
  readonly dropped: boolean;
}

/** Says to which story an article belongs. The latest version for an article wins. */
export interface ArticleStory {
  readonly article_id: string;
  /** The story that it was given to. Where that story was merged, its story-update says into which. */
  readonly story_id: string;
  /** The embedded article's version plus the stage's revision, or greater where it was given to another story since. */
  readonly version: number;
  readonly visibility: string;
  /** How near it was to the story when it came, about 0 to 1; 1 for the first article. */
  readonly score: number;
  /** Of its vector and the story's mean: the part of the score that is meaning. */
  readonly cosine: number;
  readonly reason: StoryReason;
  /** Words and entities that it shares with the story, the rarest first. */
  readonly shared: readonly string[];
  /** What judged, with its version. */
  readonly method: string;
}

/** To which topics of which organisations an article belongs. Each match is for its organisation only. */
export interface ArticleTopics {
  readonly article_id: string;
  /** The embedded article's version plus the stage's revision. */
  readonly version: number;
  /** When what people had defined was changed last: the same version judged anew by later definitions is newer. Unix time in milliseconds. */
  readonly defined_at: number;
  readonly matches: readonly TopicMatch[];
  /** What judged, with its version. */
  readonly method: string;
  /** Whose vectors were compared. */
  readonly model: string;
}

export type CollectKind = 'feed' | 'page';

export type CollectOutcome = 'collected' | 'not_modified' | 'failed';

export type CollectReason = 'schedule' | 'user' | 'entry';

/** Asks the collect stage to fetch one feed, or the page of one feed entry. Keyed by host, so that one host's requests are done one after the other. */
export interface CollectRequest {
  /** UUID; derived from feed and due time, so that a repeat is recognisable. */
  readonly request_id: string;
  readonly kind: CollectKind;
  /** schedule: it was due; user: collect now; entry: a feed listed it. */
  readonly reason: CollectReason;
  /** UUID of the feed. */
  readonly feed_id: string;
  /** Name of the connector that reads the feed, for example feed. */
  readonly connector: string;
  /** The connector's configuration, as JSON. */
  readonly config: string;
  /** Address to fetch. */
  readonly url: string;
  /** public, or the id of the organisation that alone may see what is collected. */
  readonly visibility: string;
  /** Unix time in milliseconds. */
  readonly requested_at: number;
  /** For kind page: the entry whose page is to be fetched. */
  readonly entry: null | FeedEntry;
  /** For kind feed: what opens the source, sealed; null where it is open to all. */
  readonly credentials: null | string;
  /** Milliseconds of rest for the site after the request, where the source asks for some. */
  readonly delay_ms: number;
}

export type DateSource = 'entry' | 'page' | 'fetched';

export type DuplicateReason = 'canonical_url' | 'same_text' | 'near_text';

export interface Entity {
  /** The name without case, accents and legal forms: the same in all articles, to group by. */
  readonly key: string;
  /** As this article writes it most fully. */
  readonly name: string;
  readonly type: EntityType;
  /** Mentions in title and text, aliases among them. */
  readonly count: number;
  /** 0 to 1: that it is a name and of this type. */
  readonly confidence: number;
}

export type EntityType = 'person' | 'organization' | 'place' | 'other';

/** One entry of a feed as its publisher wrote it: decoded, capped, not yet sanitised. */
export interface FeedEntry {
  /** The publisher's identifier of the entry; its link where none is given. */
  readonly guid: string;
  /** Absolute http(s) address of the article, as linked. */
  readonly url: string;
  /** Plain text; empty where the entry has none. */
  readonly title: string;
  /** The extract, as HTML. */
  readonly summary_html: null | string;
  /** The full text, as HTML, where the feed carries it. */
  readonly content_html: null | string;
  readonly authors: readonly string[];
  readonly tags: readonly string[];
  /** Unix time in milliseconds. */
  readonly published_at: null | number;
  /** Unix time in milliseconds. */
  readonly updated_at: null | number;
  readonly image_url: null | string;
  /** As declared by the feed (BCP 47). */
  readonly language: null | string;
  /** The date as the publisher wrote it, where published_at is another or none: unreadable, or not to be believed. 200 characters at most. */
  readonly published_raw: null | string;
}

/** How the latest collection of a feed went. Keyed by feed id; the latest checked_at wins. */
export interface FeedStatus {
  readonly feed_id: string;
  /** Unix time in milliseconds. */
  readonly checked_at: number;
  readonly outcome: CollectOutcome;
  readonly http_status: null | number;
  /** For programs: one word, for example timeout. */
  readonly error_code: null | string;
  /** For people: what went wrong, where, and how to mend it. */
  readonly error_detail: null | string;
  /** The feed's own title. */
  readonly title: null | string;
  readonly site_url: null | string;
  /** Entries in the feed. */
  readonly entry_count: number;
  /** Entries not collected before. */
  readonly new_entry_count: number;
  readonly duration_ms: number;
  /** Where permanent redirects only (301, 308) led; null where there was none, or one that is not permanent. */
  readonly moved_to: null | string;
  /** How long the publisher says that an answer stays fresh: the greatest of Cache-Control max-age, RSS ttl and sy:updatePeriod by sy:updateFrequency. */
  readonly fresh_seconds: null | number;
  /** The server's Retry-After, from checked_at. */
  readonly retry_after_seconds: null | number;
  /** Date of the newest entry. Unix time in milliseconds. */
  readonly newest_at: null | number;
  /** Date of the oldest entry: how far back the feed reaches. Unix time in milliseconds. */
  readonly oldest_at: null | number;
  /** For people: what is odd about the feed though it could be read; at most 20. */
  readonly warnings: readonly string[];
}

export interface Keyword {
  readonly term: string;
  /** 0 to 1, the first has the greatest. */
  readonly weight: number;
}

export interface KeywordMatch {
  readonly keyword: string;
  readonly weight: number;
  readonly in_title: boolean;
  /** In title and text. */
  readonly count: number;
}

/** All keywords of an organisation. */
export interface KeywordSet {
  readonly organization_id: string;
  readonly keywords: readonly WeightedKeyword[];
  /** Unix time in milliseconds. */
  readonly updated_at: number;
}

export interface OrganizationRelevance {
  readonly organization_id: string;
  /** Above 0, below 1. */
  readonly score: number;
  /** Those that occur, the one that counts most first. */
  readonly keywords: readonly KeywordMatch[];
}

export interface OrganizationRule {
  readonly rule_id: string;
  readonly name: string;
  /** Of this rule: grows when it selects or does something else. */
  readonly revision: number;
  /** In the query language, with ids in place of the names of topics and sources. */
  readonly query: string;
  /** Added to the article for this organisation. */
  readonly tags: readonly string[];
  /** Hides it from the organisation's lists and searches. */
  readonly drop: boolean;
  /** Steps up, or down below 0. */
  readonly priority: number;
  /** Told of on article-routed under this name. */
  readonly route: null | string;
  /** The notification channel that is told. */
  readonly channel_id: null | string;
  /** The rules behind it are not judged. */
  readonly stop: boolean;
  /** Channels are told only of articles collected since. Unix time in milliseconds. */
  readonly live_since: number;
}

/** What the world sent for one article: the feed entry and, where it was fetched, the page. Kept for days, so that a better extractor can be applied to history. */
export interface RawArticle {
  /** UUIDv5 of visibility and url. */
  readonly article_id: string;
  /** The time of the request in milliseconds, times 1000: a request that is done again gives the same. Later stages add their revision. The greater version of an article wins everywhere. */
  readonly version: number;
  readonly visibility: string;
  /** The entry's address, canonicalised: the article's identity. */
  readonly url: string;
  readonly feed_id: string;
  readonly connector: string;
  /** Unix time in milliseconds. */
  readonly fetched_at: number;
  readonly entry: FeedEntry;
  readonly page: null | RawPage;
  /** Why there is no page, in words. */
  readonly page_error: null | string;
  /** The source's own settings for the extraction, as JSON: CSS selectors under content, remove, title, authors, published. */
  readonly extraction: null | string;
  /** The source's rule for the enrichment, as JSON: enrichers under only or skip, and max_characters. */
  readonly enrichment: null | string;
}

export interface RawPage {
  /** Address after redirects. */
  readonly final_url: string;
  /** HTTP status. */
  readonly status: number;
  /** The Content-Type header, empty where there was none. */
  readonly content_type: string;
  /** The body's bytes, undecoded text, gzip-compressed. */
  readonly body_gzip: Buffer;
  /** True where the body was longer than the cap. */
  readonly truncated: boolean;
  /** The X-Robots-Tag header as sent. */
  readonly robots: null | string;
}

export interface RoutingRule {
  readonly rule_id: string;
  readonly name: string;
  readonly revision: number;
}

/** All enabled rules of an organisation, in the order in which they are judged. */
export interface RuleSet {
  readonly organization_id: string;
  /** Grows with every change. */
  readonly revision: number;
  /** Those that are enabled, in the order in which they are judged. Unix time in milliseconds. */
  readonly rules: readonly OrganizationRule[];
  /** Unix time in milliseconds. */
  readonly updated_at: number;
}

/** A search that somebody has saved, as it is now. */
export interface SavedSearch {
  readonly organization_id: string;
  readonly saved_search_id: string;
  readonly name: string;
  /** In the query language, with ids in place of the names of topics and sources. */
  readonly query: string;
  readonly alert_enabled: boolean;
  /** Articles that were first collected before raise no alert: when alerting, or the query, was changed last. Unix time in milliseconds. */
  readonly alerting_since: null | number;
  /** Unix time in milliseconds. */
  readonly updated_at: number;
}

export interface Sentiment {
  readonly label: SentimentLabel;
  /** -1 to 1. */
  readonly score: number;
  /** What judged, with its version. */
  readonly method: string;
  /** 0 to 1. */
  readonly confidence: number;
}

export type SentimentLabel = 'negative' | 'neutral' | 'positive';

export type SkipReason = 'switched_off' | 'failed' | 'timed_out' | 'unknown';

export interface SkippedEnricher {
  readonly enricher: string;
  readonly reason: SkipReason;
}

export interface StoryContents {
  readonly story_id: string;
  /** Of its latest update. */
  readonly version: number;
  /** All that it has. */
  readonly articles: readonly ArticleEmbedded[];
}

export interface StoryHeadline {
  readonly article_id: string;
  readonly title: string;
  /** A signed byte a dimension, 127 times the number. */
  readonly vector: Buffer;
}

/** What a person has decided on stories. It holds against the machine. */
export interface StoryOverride {
  readonly override_id: string;
  readonly kind: StoryOverrideKind;
  /** merge: the story that goes; split: the story that articles are taken from. */
  readonly story_id: string;
  /** merge: the story that stays; split: the new story. */
  readonly into_story_id: string;
  /** Unix time in milliseconds. */
  readonly decided_at: number;
  /** split: those of the new story. */
  readonly articles: readonly ArticleEmbedded[];
  /** The stories before the decision, where they are small: the stage may have let go of them, and takes them up again. */
  readonly stories: readonly StoryContents[];
}

export type StoryOverrideKind = 'unknown' | 'merge' | 'split';

export type StoryReason = 'near' | 'first' | 'by_hand';

export interface StoryTerm {
  /** A word of headlines, or an entity's key behind an @. */
  readonly term: string;
  /** Articles that have it. */
  readonly count: number;
}

/** A story as it stands: articles about one event. The latest version for a story wins. It holds all that the stage remembers of a story. */
export interface StoryUpdate {
  /** UUIDv5 of its first article. */
  readonly story_id: string;
  /** Strictly growing. */
  readonly version: number;
  readonly visibility: string;
  /** The story that has taken in its articles; never one that was merged itself. */
  readonly merged_into: null | string;
  /** The headline nearest to the story's mean. */
  readonly title: string;
  /** Publication of its earliest article. Unix time in milliseconds. */
  readonly first_at: number;
  /** Publication of its latest article. Unix time in milliseconds. */
  readonly last_at: number;
  readonly article_count: number;
  /** Sites of its articles, the first 200. */
  readonly sources: readonly string[];
  /** ISO 639-1, sorted. */
  readonly languages: readonly string[];
  /** Keys, in as many articles as any first. */
  readonly entities: readonly string[];
  /** A person has merged or split it. */
  readonly by_hand: boolean;
  /** What judged, with its version. */
  readonly method: string;
  /** Of the mean. */
  readonly model: string;
  /** Mean of its articles' vectors, unit length. */
  readonly mean: readonly number[];
  readonly terms: readonly StoryTerm[];
  /** Those nearest to the mean. */
  readonly headlines: readonly StoryHeadline[];
  /** Stories that were merged into it. */
  readonly absorbed: readonly string[];
  /** Stories that a person has split from it: never merged by the machine. */
  readonly apart: readonly string[];
}

export interface Summary {
  /** Whole sentences of the text. */
  readonly text: string;
  readonly method: string;
  /** 0 to 1: the share of the text's words of substance that it says too; 0 before confidences were kept. */
  readonly confidence: number;
}

/** A topic of an organisation, as it describes it: by a description, by examples, or by both. */
export interface TopicDefinition {
  readonly organization_id: string;
  readonly topic_id: string;
  readonly name: string;
  readonly description: null | string;
  /** Texts, headline and lead first. */
  readonly examples: readonly string[];
  /** Unix time in milliseconds. */
  readonly updated_at: number;
}

export interface TopicMatch {
  readonly organization_id: string;
  readonly topic_id: string;
  /** 0.5 to 1. */
  readonly score: number;
  /** The beginning of the example, or of the description, that the article is nearest to. */
  readonly nearest: string;
}

export interface WeightedKeyword {
  readonly keyword: string;
  /** Above 0, up to 10. */
  readonly weight: number;
}
