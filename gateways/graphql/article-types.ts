import type { Keyword } from '../../schemas/types.ts';
import type { ArticleSummary, DuplicateLink } from '../services/articles/article.ts';
import type { ArticleCopies, ArticleCopy } from '../services/articles/copies.ts';
import type { SimilarArticle } from '../services/articles/articles.ts';
import { textMatches } from '../services/search/fulltext.ts';
import type { SearchHit } from '../services/search/search.ts';
import { builder, dateTime } from './builder.ts';
import { revisionType } from './revision-types.ts';
import { articleTopicType, categoryType, marksType, relevanceType } from './judgement-types.ts';
import { entityType, machineSummaryType, skippedType } from './entity-types.ts';
import { sourceType } from './source-types.ts';
import { storyLinkType } from './story-link-type.ts';

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
    languageMethod: t.exposeString('language_method'),
    keywordsMethod: t.exposeString('keywords_method'),
    keywords: t.field({ type: [keywordType], resolve: ({ keywords }) => keywords }),
    wordCount: t.exposeInt('word_count'),
    readingTimeSeconds: t.exposeInt('reading_time_seconds'),
    sentiment: t.expose('sentiment', { type: sentimentType, nullable: true }),
    sentenceCount: t.exposeInt('sentence_count'),
    entities: t.field({
      type: [entityType],
      description: 'People, organisations, places and other names, the most mentioned first',
      resolve: ({ entities }) => entities,
    }),
    entitiesMethod: t.exposeString('entities_method'),
    machineSummary: t.expose('machine_summary', {
      type: machineSummaryType,
      nullable: true,
      description: "The machine's; null: the text has no more to sum up",
    }),
    quality: t.exposeStringList('quality', {
      description: 'What speaks against its quality: boilerplate, listing, live_blog, paywall_stub, too_short',
    }),
    qualityMethod: t.exposeString('quality_method'),
    qualityConfidences: t.field({
      type: ['Float'],
      description: '0.5 to 1 for each flag, in their order',
      resolve: (article) => article.quality_confidences,
    }),
    skipped: t.field({
      type: [skippedType],
      description: 'Enrichers that did not judge it: their findings are empty',
      resolve: ({ skipped }) => skipped,
    }),
    extractionMethod: t.exposeString('extraction_method'),
    extractionConfidence: t.exposeFloat('extraction_confidence'),
    duplicate: t.expose('duplicate', {
      type: duplicateType,
      nullable: true,
      description: 'Of which article it is a copy; null: of none',
    }),
    duplicateCount: t.int({
      description: 'How many articles `related` counts: its original and the other copies of that, or its own copies',
      resolve: ({ id }, _args, { copyCounts }) => copyCounts.load(id),
    }),
    categories: t.field({
      type: [categoryType],
      nullable: true,
      description: 'What it is about by the taxonomy, the most probable first; null: not judged yet',
      resolve: async ({ id }, _args, { judgements }) => (await judgements.load(id)).categories,
    }),
    topics: t.field({
      type: [articleTopicType],
      description: "Of the organisation's own",
      resolve: async ({ id }, _args, { judgements }) => (await judgements.load(id)).topics,
    }),
    relevance: t.field({
      type: relevanceType,
      nullable: true,
      description: "By the organisation's keywords; null: none occurs",
      resolve: async ({ id }, _args, { judgements }) => (await judgements.load(id)).relevance,
    }),
    marks: t.field({
      type: marksType,
      nullable: true,
      description: "What the organisation's rules did to it; null: nothing",
      resolve: async ({ id }, _args, { judgements }) => (await judgements.load(id)).marks,
    }),
    feedIds: t.exposeIDList('feed_ids'),
    related: t.field({
      type: copiesType,
      description: 'Its original and the other copies of that, or its own copies',
      async resolve({ id }, _args, context) {
        const related = await context.services.articles.duplicates(id);
        context.spend(related.articles.length);
        return related;
      },
    }),
    revisions: t.field({
      type: [revisionType],
      description: 'What it says now, then what it said before, newest first',
      resolve({ id }, _args, context) {
        context.spend(1);
        return context.services.revisions.list(id);
      },
    }),
    story: t.field({
      type: storyLinkType,
      nullable: true,
      description: 'In which story it is and why; null until that is known',
      resolve: ({ id }, _args, { storyOfArticle }) => storyOfArticle.load(id),
    }),
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
    confidence: t.exposeFloat('confidence', { nullable: true, description: '0 to 1' }),
  }),
});

const duplicateType = builder.objectRef<DuplicateLink>('DuplicateLink').implement({
  fields: (t) => ({
    originalId: t.exposeID('original_id'),
    reason: t.exposeString('reason'),
    score: t.exposeFloat('score', { description: '0 to 1' }),
    method: t.exposeString('method', { description: 'What judged, with its version' }),
  }),
});

const sharedWordsAre =
  'Names and keywords that it shares with the article asked about, the weightiest first; 8 at most';

const relationType = builder.enumType('CopyRelation', { values: ['original', 'copy', 'sibling'] as const });

const copyType = builder.objectRef<ArticleCopy>('RelatedCopy').implement({
  fields: (t) => ({
    article: t.field({ type: articleType, resolve: ({ article }) => article }),
    relation: t.expose('relation', { type: relationType, description: 'To the article asked about' }),
    sharedWords: t.exposeStringList('sharedWords', { description: sharedWordsAre }),
  }),
});

const copiesType = builder.objectRef<ArticleCopies>('RelatedCopies').implement({
  fields: (t) => ({
    total: t.exposeInt('total', { description: 'Also beyond the 100 that are shown' }),
    articles: t.field({
      type: [copyType],
      description: 'The original first, then by time of publication',
      resolve: ({ articles }) => articles,
    }),
  }),
});

export const similarType = builder.objectRef<SimilarArticle>('SimilarArticle').implement({
  fields: (t) => ({
    article: t.expose('article', { type: articleType }),
    score: t.exposeFloat('score', { description: 'Cosine similarity, up to 1' }),
    isCopy: t.exposeBoolean('isCopy', {
      description: 'A copy of the article, its original, or a copy of the same original',
    }),
    sharedWords: t.exposeStringList('sharedWords', { description: sharedWordsAre }),
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
