import type { StoryHeadline, StoryUpdate } from '../../schemas/types.ts';

/** What judges, with its version. Another finds no state under its name and judges anew. */
export const method = 'online-mean-2';

/** Stands for the method where a person has decided. */
export const byPerson = 'person';

/** A story as the index holds it: its last update, with what is computed with as it is quickest. */
export interface Story {
  readonly id: string;
  readonly visibility: string;
  version: number;
  mergedInto: string | null;
  title: string;
  firstAt: number;
  lastAt: number;
  articleCount: number;
  sources: string[];
  languages: string[];
  byHand: boolean;
  model: string;
  /** Unit length. */
  mean: Float32Array;
  /** Articles that have each term. */
  terms: Map<string, number>;
  headlines: StoryHeadline[];
  absorbed: string[];
  apart: string[];
}

const maxTerms = 64;
const maxHeadlines = 2;
const maxSources = 200;

/** The mean follows a story that goes on: it is that of about so many articles. */
const memory = 200;
const renewedAmong = 4;

/** An article as stories are judged by. */
export interface StoryArticle {
  readonly id: string;
  readonly visibility: string;
  readonly title: string;
  /** The site that it is from. */
  readonly source: string;
  readonly language: string | null;
  readonly publishedAt: number;
  readonly model: string;
  /** Unit length. */
  readonly vector: Float32Array;
  readonly terms: readonly { readonly term: string; readonly weight: number }[];
  /** Greater than that of anything known before of this article. */
  readonly version: number;
}

export function newStory(id: string, { visibility, model, vector, publishedAt }: StoryArticle): Story {
  return {
    id,
    visibility,
    version: 0,
    mergedInto: null,
    title: '',
    firstAt: publishedAt,
    lastAt: publishedAt,
    articleCount: 0,
    sources: [],
    languages: [],
    byHand: false,
    model,
    mean: new Float32Array(vector.length),
    terms: new Map(),
    headlines: [],
    absorbed: [],
    apart: [],
  };
}

/** Takes an article in. */
export function addArticle(story: Story, article: StoryArticle): void {
  const { vector, publishedAt, source, language, terms, version } = article;
  addToMean(story, article.model, vector, 1);
  story.articleCount += 1;
  story.firstAt = Math.min(story.firstAt, publishedAt);
  story.lastAt = Math.max(story.lastAt, publishedAt);
  if (source !== '') story.sources = union(story.sources, [source]);
  if (language !== null) story.languages = union(story.languages, [language]).toSorted();
  for (const { term } of terms) story.terms.set(term, (story.terms.get(term) ?? 0) + 1);
  keepMost(story);
  keepNearest(story, [{ article_id: article.id, title: article.title, vector: packed(vector) }]);
  story.version = Math.max(story.version + 1, version);
}

/**
 * Takes in a newer version of an article that it holds already: its headline, and its vector as one of the last few.
 * After a change of the model this is how the story moves on to the new one.
 */
export function renewArticle(story: Story, { id, model, vector, title, version }: StoryArticle): void {
  addToMean(story, model, vector, 1, renewedAmong);
  story.headlines = story.headlines.filter(({ article_id: articleId }) => articleId !== id);
  keepNearest(story, [{ article_id: id, title, vector: packed(vector) }]);
  story.version = Math.max(story.version + 1, version);
}

/** Its vector stays in the mean: it is not kept beside it, and one among many changes little. */
export function removeArticle(story: Story, articleId: string, version: number): void {
  story.articleCount = Math.max(0, story.articleCount - 1);
  story.headlines = story.headlines.filter(({ article_id: id }) => id !== articleId);
  story.title = titleOf(story);
  story.version = Math.max(story.version + 1, version);
}

/** Gives all articles of one story to another. */
export function absorb(into: Story, gone: Story): void {
  addToMean(into, gone.model, gone.mean, gone.articleCount);
  into.articleCount += gone.articleCount;
  into.firstAt = Math.min(into.firstAt, gone.firstAt);
  into.lastAt = Math.max(into.lastAt, gone.lastAt);
  into.sources = union(into.sources, gone.sources);
  into.languages = union(into.languages, gone.languages).toSorted();
  for (const [term, count] of gone.terms) into.terms.set(term, (into.terms.get(term) ?? 0) + count);
  keepMost(into);
  keepNearest(into, into.model === gone.model ? gone.headlines : []);
  into.absorbed = union(into.absorbed, [gone.id, ...gone.absorbed], Number.POSITIVE_INFINITY);
  into.apart = union(into.apart, gone.apart, Number.POSITIVE_INFINITY);
  into.byHand ||= gone.byHand;
  into.version = Math.max(into.version, gone.version) + 1;
  moveTo(gone, into.id);
}

/** Whether a person has split the one from the other. Either may have been merged since: then it answers for those it took in. */
export function areApart(a: Story, b: Story): boolean {
  return a.apart.some((id) => standsFor(b, id)) || b.apart.some((id) => standsFor(a, id));
}

/** Takes back what a person has split: another decision says that they are one. */
export function bringTogether(a: Story, b: Story): void {
  a.apart = a.apart.filter((id) => !standsFor(b, id));
  b.apart = b.apart.filter((id) => !standsFor(a, id));
}

const standsFor = ({ id, absorbed }: Story, other: string) => id === other || absorbed.includes(other);

/** Of a story that is merged, only where it went and how it was called is kept. */
export function moveTo(gone: Story, into: string): void {
  gone.mergedInto = into;
  gone.mean = new Float32Array();
  gone.terms = new Map();
  gone.headlines = [];
  gone.absorbed = [];
  gone.version += 1;
}

/** Vectors of two models are never added: the newer model's alone are kept. */
function addToMean(story: Story, model: string, vector: Float32Array, articles: number, most = memory): void {
  const before = story.model === model ? Math.min(story.articleCount, most) : 0;
  if (story.model !== model) {
    story.model = model;
    story.headlines = [];
  }
  const mean = new Float32Array(vector.length);
  let squares = 0;
  for (let d = 0; d < mean.length; d += 1) {
    const value = before * (story.mean[d] ?? 0) + Math.min(articles, memory) * (vector[d] ?? 0);
    mean[d] = value;
    squares += value * value;
  }
  const norm = Math.sqrt(squares) || 1;
  for (let d = 0; d < mean.length; d += 1) mean[d] = (mean[d] ?? 0) / norm;
  story.mean = mean;
}

function keepMost(story: Story): void {
  if (story.terms.size <= maxTerms) return;
  const most = [...story.terms].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  story.terms = new Map(most.slice(0, maxTerms * 0.75));
}

/** Judged by the mean as it is now, so that the title follows the story. Headlines that say the same count once. */
function keepNearest(story: Story, added: readonly StoryHeadline[]): void {
  const byTitle = new Map([...added, ...story.headlines].map((one) => [one.title, one]));
  story.headlines = [...byTitle.values()]
    .map((headline) => ({ headline, near: packedDot(story.mean, headline.vector) }))
    .toSorted((a, b) => b.near - a.near || (a.headline.article_id < b.headline.article_id ? -1 : 1))
    .slice(0, maxHeadlines)
    .map(({ headline }) => headline);
  story.title = titleOf(story);
}

function packed(vector: Float32Array): Buffer {
  return Buffer.from(Int8Array.from(vector, (value) => Math.round(value * 127)).buffer);
}

function packedDot(mean: Float32Array, bytes: Buffer): number {
  let dot = 0;
  for (let d = 0; d < mean.length; d += 1) dot += (mean[d] ?? 0) * bytes.readInt8(d);
  return dot;
}

function union(a: readonly string[], b: readonly string[], max = maxSources): string[] {
  return [...new Set([...a, ...b])].slice(0, max);
}

/** Without a headline left, because its articles were deleted, the story's words stand for one. */
function titleOf(story: Story): string {
  const words = [...story.terms].toSorted(([, a], [, b]) => b - a).slice(0, 5);
  return story.headlines[0]?.title ?? words.map(([term]) => term.replace('@', '')).join(' ');
}

export function updateOf(story: Story): StoryUpdate {
  const terms = [...story.terms].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return {
    story_id: story.id,
    version: story.version,
    visibility: story.visibility,
    merged_into: story.mergedInto,
    title: story.title,
    first_at: story.firstAt,
    last_at: story.lastAt,
    article_count: story.articleCount,
    sources: story.sources,
    languages: story.languages,
    entities: terms.filter(([term]) => term.startsWith('@')).map(([term]) => term.slice(1)),
    by_hand: story.byHand,
    method,
    model: story.model,
    mean: [...story.mean],
    terms: terms.map(([term, count]) => ({ term, count })),
    headlines: story.headlines,
    absorbed: story.absorbed,
    apart: story.apart,
  };
}

export function storyOf(update: StoryUpdate): Story {
  return {
    id: update.story_id,
    visibility: update.visibility,
    version: update.version,
    mergedInto: update.merged_into,
    title: update.title,
    firstAt: update.first_at,
    lastAt: update.last_at,
    articleCount: update.article_count,
    sources: [...update.sources],
    languages: [...update.languages],
    byHand: update.by_hand,
    model: update.model,
    mean: Float32Array.from(update.mean),
    terms: new Map(update.terms.map(({ term, count }) => [term, count])),
    headlines: [...update.headlines],
    absorbed: [...update.absorbed],
    apart: [...update.apart],
  };
}
