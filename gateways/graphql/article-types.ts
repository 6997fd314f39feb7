import type { Keyword } from '../../schemas/types.ts';
import type { ArticleSummary, DuplicateLink } from '../services/article.ts';
import type { SimilarArticle } from '../services/articles.ts';
import { textMatches } from '../services/fulltext.ts';
import type { SearchHit } from '../services/search.ts';
import { builder, dateTime } from './builder.ts';
import { sourceType } from './source-types.ts';

/** Fields and values are those of the REST API, in camel case. */
export const articleType = builder.objectRef<ArticleSummary>('Article');
articleType.implement({
  fields: (t) => ({
    id: t.exposeID('id'),
    url: t.exposeString('url', { description: 'Canonicalised address' }),
    canonicalUrl: t.exposeString('canonical_url', { nullable: true }),
    siteName: t.exposeString('site_name', { nullable: true }),
    title: t.exposeString('title'),
    summary: t.exposeString('summary', { nullable: true, description: "The publisher's own extract" }),
    content: t.string({
      nullable: true,
      description: 'Plain text; paragraphs are separated by one empty line',
      resolve: async ({ id }, _args, { wholeArticles }) => (await wholeArticles.load(id))?.content ?? null,
    }),
    html: t.string({
      nullable: true,
      description: 'The same, as sanitised HTML',
      resolve: async ({ id }, _args, { wholeArticles }) => (await wholeArticles.load(id))?.html ?? null,
    }),
    author: t.exposeString('author', { nullable: true }),
    authors: t.exposeStringList('authors'),
    tags: t.exposeStringList('tags'),
    section: t.exposeString('section', { nullable: true, description: "The publisher's own section" }),
    paywall: t.exposeBoolean('paywall', {
      nullable: true,
      description: 'Whether the whole text cannot be read by everybody; null: the page does not say',
    }),
    withheld: t.exposeString('withheld', {
      nullable: true,
      description: "Why the page's text is not kept, for example noarchive; null: nothing forbids it",
    }),
    imageUrl: t.exposeString('image_url', { nullable: true }),
    publishedAt: t.expose('published_at', { type: dateTime }),
    publishedAtSource: t.exposeString('published_at_source', { description: 'entry, page or fetched' }),
    modifiedAt: t.expose('modified_at', { type: dateTime, nullable: true }),
    scrapedAt: t.expose('scraped_at', { type: dateTime }),
    language: t.exposeString('language', { nullable: true, description: 'ISO 639-1' }),
    languageConfidence: t.exposeFloat('language_confidence'),
    keywords: t.field({ type: [keywordType], resolve: ({ keywords }) => keywords }),
    wordCount: t.exposeInt('word_count'),
    readingTimeSeconds: t.exposeInt('reading_time_seconds'),
    sentiment: t.expose('sentiment', { type: sentimentType, nullable: true }),
    extractionMethod: t.exposeString('extraction_method'),
    extractionConfidence: t.exposeFloat('extraction_confidence'),
    duplicate: t.expose('duplicate', {
      type: duplicateType,
      nullable: true,
      description: 'Of which article it is a copy; null: of none',
    }),
    feedIds: t.exposeIDList('feed_ids'),
    original: t.field({
      type: articleType,
      nullable: true,
      resolve({ duplicate }, _args, context) {
        if (duplicate === null) return null;
        context.spend(1);
        return context.wholeArticles.load(duplicate.original_id);
      },
    }),
    duplicates: t.field({
      type: [articleType],
      description: 'Its known copies, 100 at most, the earliest first',
      async resolve({ id }, _args, context) {
        const ids = await context.copies.load(id);
        context.spend(ids.length);
        const found = await Promise.all(ids.map((copy) => context.wholeArticles.load(copy)));
        return found.filter((copy) => copy !== null);
      },
    }),
    sources: t.field({
      type: [sourceType],
      description: 'The sources whose feeds list it',
      async resolve({ feed_ids }, _args, { sourcesOfFeed }) {
        return (await Promise.all(feed_ids.map((id) => sourcesOfFeed.load(id)))).flat();
      },
    }),
  }),
});

const keywordType = builder.objectRef<Keyword>('Keyword').implement({
  fields: (t) => ({ term: t.exposeString('term'), weight: t.exposeFloat('weight', { description: '0 to 1' }) }),
});

const sentimentType = builder.objectRef<NonNullable<ArticleSummary['sentiment']>>('ArticleSentiment').implement({
  fields: (t) => ({
    label: t.exposeString('label', { description: 'negative, neutral or positive' }),
    score: t.exposeFloat('score', { description: '-1 to 1' }),
    method: t.exposeString('method'),
  }),
});

const duplicateType = builder.objectRef<DuplicateLink>('DuplicateLink').implement({
  fields: (t) => ({
    originalId: t.exposeID('original_id'),
    reason: t.exposeString('reason'),
    score: t.exposeFloat('score', { description: '0 to 1' }),
  }),
});

export const similarType = builder.objectRef<SimilarArticle>('SimilarArticle').implement({
  fields: (t) => ({
    article: t.expose('article', { type: articleType }),
    score: t.exposeFloat('score', { description: 'Cosine similarity, up to 1' }),
    isCopy: t.exposeBoolean('isCopy', {
      description: 'A copy of the article, its original, or a copy of the same original',
    }),
  }),
});

const ranksType = builder.objectRef<SearchHit['ranks']>('SearchRanks').implement({
  description: 'Places from 1; null: not in this ranking',
  fields: (t) => ({
    fulltext: t.exposeInt('fulltext', { nullable: true }),
    semantic: t.exposeInt('semantic', { nullable: true }),
  }),
});

const matchType = builder.enumType('TextMatch', { values: textMatches });

export const searchEdgeType = builder
  .objectRef<{ readonly item: SearchHit; readonly cursor: string }>('SearchEdge')
  .implement({
    fields: (t) => ({
      cursor: t.exposeString('cursor'),
      node: t.field({ type: articleType, resolve: ({ item }) => item.article }),
      score: t.float({ description: 'Comparable within one search only', resolve: ({ item }) => item.score }),
      ranks: t.field({ type: ranksType, resolve: ({ item }) => item.ranks }),
      match: t.field({
        type: matchType,
        nullable: true,
        description: 'How its words matched; null: found by meaning alone',
        resolve: ({ item }) => item.match,
      }),
    }),
  });
