/**
 * A query as a tree. The parser makes it (`parse.ts`), the printer writes it (`print.ts`); search compiles it to a
 * condition of SQL, watching to a predicate in memory. What each node selects is said here, once for both.
 *
 * Two-valued: what an article does not have makes a clause false, and NOT of the clause true.
 */

/** Half-open range in the text that was parsed, in UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export type Query = And | Or | Not | Clause;

/** What has no clauses of its own. */
export type Clause = Word | Phrase | Value | Range | Near;

/** Two clauses at least; none of them is an And itself. */
export interface And {
  readonly kind: 'and';
  readonly clauses: readonly Query[];
  readonly span: Span;
}

/** Two clauses at least; none of them is an Or itself. */
export interface Or {
  readonly kind: 'or';
  readonly clauses: readonly Query[];
  readonly span: Span;
}

export interface Not {
  readonly kind: 'not';
  readonly clause: Query;
  readonly span: Span;
}

/** Where words are looked for. `summary` is the publisher's; `text` is the body; `anywhere` is any of the three. */
export type Where = 'anywhere' | 'title' | 'summary' | 'text';

/**
 * A word as it was written. It is found in any of its forms (see domain/analysis); one that comes to several tokens
 * ("e-mail", "中国人") is found where they follow each other, like a phrase. A word without a letter or digit selects
 * nothing; domain/query/plan.ts says when it, or a stop word, is left out.
 */
export interface Word {
  readonly kind: 'word';
  readonly word: string;
  readonly where: Where;
  readonly span: Span;
}

/** Words that follow each other, in any of their forms, within one of title, summary and text. Stop words count. */
export interface Phrase {
  readonly kind: 'phrase';
  readonly phrase: string;
  readonly where: Where;
  readonly span: Span;
}

/**
 * The values as written; what is compared, and how:
 *
 * - language: ISO 639-1 of the article, equal without case. No language: false.
 * - source: id of a source of the organisation whose feed lists the article (also by the feed's earlier address); a
 *   name is resolved to the id before the query is run. Feeds of other organisations' sources do not count.
 * - feed: id of a feed that lists the article.
 * - site: its host, its host without www., its registrable domain or its site's name; as a key, see below.
 * - author: one or more words that follow each other in the name of one author; as a key.
 * - tag: a tag of the publisher, or one that the organisation's rules gave; the whole of it, as a key.
 * - keyword: a keyword that was found in the article; the whole of it, as a key.
 * - entity: the key of a named entity; equal after `foldName` of the value.
 * - category: id of a news topic of the taxonomy (domain/news-topics.ts), one of the article's.
 * - topic: id of a topic of the organisation that the article belongs to; a name is resolved before.
 * - story: id of the story that the article was given to, or of the one that this was merged into.
 * - sentiment: the label: negative, neutral or positive. Not judged: false.
 * - quality: a flag such as paywall_stub, equal.
 * - is: copy (linked to an original), original (anything else), dropped (by a rule of the organisation; lists and
 *   searches leave such articles out unless the query asks for them, see drop-default.ts).
 * - priority: low, normal, high or urgent, as the organisation's rules set it; normal where none did.
 *
 * Keys are compared equal: `articleKeys` (article-keys.ts) makes those of an article, `valueKey` the one of a value,
 * both folded in JavaScript. The view stores an article's keys, so that Postgres folds nothing.
 */
export interface Value {
  readonly kind: 'value';
  readonly field: ValueField;
  readonly value: string;
  readonly span: Span;
}

export const valueFields = [
  'language',
  'source',
  'feed',
  'site',
  'author',
  'tag',
  'keyword',
  'entity',
  'category',
  'topic',
  'story',
  'sentiment',
  'quality',
  'is',
  'priority',
] as const;
export type ValueField = (typeof valueFields)[number];

/**
 * A number or time that lies between bounds; one of them at least is given.
 *
 * - published: when the article was published; collected: when it was fetched first or last (scraped_at). Bounds in
 *   milliseconds since 1970.
 * - sentiment: the score, -1 to 1. Not judged: false.
 * - relevance: to the organisation by its keywords, 0 to 1. None found: false.
 * - words: of the text.
 * - priority: low is -1, normal 0, high 1, urgent 2 (domain/priority.ts).
 */
export interface Range {
  readonly kind: 'range';
  readonly field: RangeField;
  readonly from: Bound | null;
  readonly to: Bound | null;
  readonly span: Span;
}

export const rangeFields = ['published', 'collected', 'sentiment', 'relevance', 'words', 'priority'] as const;
export type RangeField = (typeof rangeFields)[number];

export interface Bound {
  /** Milliseconds since 1970 or a plain number; where `relative`, milliseconds to add to the time at which it is asked. */
  readonly value: number;
  readonly relative: boolean;
  /** Whether what is equal to it belongs to the range. */
  readonly inclusive: boolean;
}

/**
 * The cosine of the article's vector to that of the text is at least `minScore`. No vector, or one of another model:
 * false.
 */
export interface Near {
  readonly kind: 'near';
  readonly text: string;
  /** Greater than 0, 1 at most. */
  readonly minScore: number;
  readonly span: Span;
}

/** Limits on a query. */
export const queryLimits = {
  /** UTF-16 units of what a person writes. */
  characters: 2_000,
  /** Groups and NOTs around a clause. */
  depth: 20,
  /** Words, phrases, values, ranges and nears. */
  clauses: 64,
  nears: 3,
} as const;
