import { z } from 'zod';
import { newsTopicIds } from '../../domain/news-topics.ts';
import { priorities } from '../../domain/priority.ts';
import type { Article, ArticleSummary } from '../services/articles/article.ts';
import type { ArticleCopy } from '../services/articles/copies.ts';
import { entityTypes } from '../services/articles/entities.ts';
import { textMatches } from '../services/search/fulltext.ts';
import type { SearchHit } from '../services/search/search.ts';
import type { SimilarArticle } from '../services/articles/articles.ts';
import type { StoryLink } from '../services/stories/story.ts';
import { type Resource, resourceSchema } from './envelope.ts';

const time = z.iso.datetime();
const text = z.string();

const summaryAttributes = {
  url: text.describe('Canonicalised address'),
  canonical_url: text.nullable().describe('The address that the page itself declares'),
  site_name: text.nullable(),
  title: text,
  summary: text.nullable().describe("The publisher's own extract"),
  author: text.nullable().describe("The authors' names, joined by comma"),
  authors: z.array(text),
  tags: z.array(text),
  section: text.nullable().describe("The publisher's own section"),
  paywall: z
    .boolean()
    .nullable()
    .describe('Whether the whole text cannot be read by everybody; null: the page does not say'),
  withheld: text
    .nullable()
    .describe("Why the page's text is not kept, for example noarchive; null: nothing forbids it"),
  image_url: text.nullable(),
  published_at: time,
  published_at_source: z.enum(['entry', 'page', 'fetched']).describe('Where the date comes from'),
  modified_at: time.nullable(),
  scraped_at: time,
  language: text.nullable().describe('ISO 639-1'),
  language_confidence: z.number(),
  language_method: text,
  keywords: z.array(z.strictObject({ term: text, weight: z.number() })),
  keywords_method: text,
  word_count: z.int(),
  reading_time_seconds: z.int(),
  sentiment: z
    .strictObject({
      label: z.enum(['negative', 'neutral', 'positive']),
      score: z.number(),
      method: text,
      confidence: z.number().nullable(),
    })
    .nullable(),
  sentence_count: z.int(),
  entities: z
    .array(z.strictObject({ key: text, name: text, type: z.enum(entityTypes), count: z.int(), confidence: z.number() }))
    .describe(
      'People, organisations, places and other names, the most mentioned first; key is the same in all articles',
    ),
  entities_method: text,
  machine_summary: z
    .strictObject({ text, method: text, confidence: z.number().nullable().describe('0 to 1') })
    .nullable()
    .describe("The machine's summary; null: the text has no more to sum up"),
  quality: z
    .array(text)
    .describe('What speaks against its quality: boilerplate, listing, live_blog, paywall_stub, too_short'),
  quality_method: text,
  quality_confidences: z.array(z.number()).describe('0.5 to 1 for each flag, in their order'),
  skipped: z
    .array(z.strictObject({ enricher: text, reason: z.enum(['switched_off', 'failed', 'timed_out', 'unknown']) }))
    .describe('Enrichers that did not judge it: their findings are empty'),
  extraction_method: text,
  extraction_confidence: z.number(),
  duplicate: z
    .strictObject({
      original_id: text,
      reason: text.describe('canonical_url, same_text or near_text'),
      score: z.number().describe('0 to 1; 1 for all but near_text'),
      method: text.describe('What judged, with its version'),
    })
    .nullable()
    .describe('Of which article it is a copy; null: of none'),
};
const judgedAttributes = {
  categories: z
    .array(
      z.strictObject({
        topic: z.enum(newsTopicIds),
        name: text.describe("The IPTC's name"),
        score: z.number().describe('0 to 1: how probable it is that the article is mainly about it'),
        facet: text.describe('Of the topic, the one that the article is nearest to'),
        method: text,
      }),
    )
    .nullable()
    .describe('What it is about by the taxonomy, the most probable first; null: not judged yet'),
  topics: z
    .array(
      z.strictObject({
        id: text,
        name: text,
        score: z.number().describe('0.5 to 1'),
        nearest: text.describe('The example, or the description, that it is nearest to'),
        method: text,
      }),
    )
    .describe("Of the organisation's own"),
  relevance: z
    .strictObject({
      score: z.number().describe('Above 0, below 1'),
      keywords: z.array(z.strictObject({ keyword: text, weight: z.number(), in_title: z.boolean(), count: z.int() })),
      method: text,
    })
    .nullable()
    .describe("By the organisation's keywords; null: none occurs"),
  marks: z
    .strictObject({
      tags: z.array(text).describe("Beside the publisher's"),
      dropped: z.boolean(),
      priority: z.enum(priorities),
      routes: z.array(text).describe('Where the topic article-routed has told of it'),
      rules: z.array(z.strictObject({ id: text, name: text, revision: z.int() })).describe('In their order'),
    })
    .nullable()
    .describe("What the organisation's rules did to it; null: nothing"),
};
const countedAttributes = {
  duplicate_count: z
    .int()
    .nullable()
    .describe('How many articles its list of duplicates has; null: cannot be told for the moment'),
};
const wholeAttributes = {
  ...summaryAttributes,
  ...countedAttributes,
  ...judgedAttributes,
  content: text.describe('Plain text; paragraphs are separated by one empty line'),
  html: text.nullable().describe('The same, as sanitised HTML'),
};

const link = (type: string) => z.strictObject({ type: z.literal(type), id: text });
const relationships = {
  feeds: z.strictObject({ data: z.array(link('feeds')) }),
  original: z.strictObject({ data: link('articles').nullable() }),
};

const attributeNames = Object.keys(wholeAttributes) as [keyof typeof wholeAttributes];
export const judgedAttributeNames: readonly string[] = Object.keys(judgedAttributes);
export const countedAttributeNames: readonly string[] = Object.keys(countedAttributes);
export const heavyAttributes: readonly string[] = ['content', 'html'];

/** `fields=title,url`: sparse attributes, in any order. */
export const fieldsSchema = z
  .string()
  .transform((list) => list.split(','))
  .pipe(z.array(z.enum(attributeNames, { error: `should be names of: ${attributeNames.join(', ')}` })).min(1))
  .optional()
  .meta({ description: 'Only these attributes, separated by commas', example: 'title,url' });

/** Attributes are partial since `fields` may leave out any. */
export const listedArticle = resourceSchema(
  'articles',
  z.strictObject(wholeAttributes).partial(),
  z.strictObject(relationships),
).meta({ id: 'ListedArticle', description: 'content and html only where `fields` asks for them' });

/** In which story it is, and why. */
const storySchema = z
  .strictObject({
    data: link('stories').nullable(),
    meta: z
      .strictObject({
        title: text,
        score: z.number().describe('How near it was when it came, about 0 to 1'),
        reason: text.describe('near, first or by_hand'),
        shared: z.array(text).describe('Words and entities that it shares with the story, the rarest first'),
        method: text,
      })
      .nullable(),
  })
  .describe('Null until the stage story has seen it');

export const wholeArticle = resourceSchema(
  'articles',
  z.strictObject(wholeAttributes).partial(),
  z.strictObject({
    ...relationships,
    duplicates: z.strictObject({ data: z.array(link('articles')) }).describe('Its known copies, 100 at most'),
    story: storySchema,
  }),
).meta({ id: 'Article' });

const rank = z.int().nullable().describe('From 1; null: not in this ranking');
export const foundArticle = resourceSchema(
  'articles',
  z.strictObject({
    ...z.strictObject(wholeAttributes).partial().shape,
    score: z.number().describe('Comparable within one search only'),
    why: z.strictObject({
      ranks: z.strictObject({ fulltext: rank, semantic: rank }),
      match: z
        .enum(textMatches)
        .nullable()
        .describe(
          'How its words matched: all of them; any, or the title nearly, where nothing matched all; null: by meaning alone',
        ),
    }),
  }),
  z.strictObject(relationships),
).meta({ id: 'FoundArticle' });

const sharedWords = z
  .array(text)
  .describe('Names and keywords that it shares with the article asked about, the weightiest first; 8 at most');

export const similarArticle = resourceSchema(
  'articles',
  z.strictObject({
    ...z.strictObject(wholeAttributes).partial().shape,
    score: z.number().describe('Cosine similarity, up to 1'),
    is_copy: z.boolean().describe('A copy of the article, its original, or a copy of the same original'),
    shared_words: sharedWords,
  }),
  z.strictObject(relationships),
).meta({ id: 'SimilarArticle' });

export const relatedCopy = resourceSchema(
  'articles',
  z.strictObject({
    ...z.strictObject(wholeAttributes).partial().shape,
    relation: z
      .enum(['original', 'copy', 'sibling'])
      .describe('To the article asked about: its original, its copy, or a copy of the same original'),
    shared_words: sharedWords,
  }),
  z.strictObject(relationships),
).meta({ id: 'RelatedCopy', description: 'Why it is a copy, and of what, says `duplicate`' });

export type Fields = readonly string[] | undefined;

export function listedResource(article: ArticleSummary | Article, fields: Fields): Resource {
  const { id, feed_ids, ...attributes } = article;
  return {
    type: 'articles',
    id,
    attributes: sparse(attributes, fields),
    relationships: {
      feeds: { data: feed_ids.map((feedId) => ({ type: 'feeds', id: feedId })) },
      original: { data: article.duplicate === null ? null : { type: 'articles', id: article.duplicate.original_id } },
    },
  };
}

function storyRelationship(story: StoryLink | null) {
  if (story === null) return { data: null, meta: null };
  const { story_id: id, story_title: title, score, reason, shared, method } = story;
  return { data: { type: 'stories', id }, meta: { title, score, reason, shared, method } };
}

export function wholeResource(
  article: Article,
  copies: readonly string[],
  story: StoryLink | null,
  fields: Fields,
): Resource {
  const resource = listedResource(article, fields);
  const duplicates = { data: copies.map((id) => ({ type: 'articles', id })) };
  return { ...resource, relationships: { ...resource.relationships, duplicates, story: storyRelationship(story) } };
}

export function copyResource({ article, relation, sharedWords: shared_words }: ArticleCopy, fields: Fields): Resource {
  const resource = listedResource(article, fields);
  return { ...resource, attributes: { ...resource.attributes, relation, shared_words } };
}

export function foundResource({ article, score, ranks, match }: SearchHit, fields: Fields): Resource {
  const resource = listedResource(article, fields);
  return { ...resource, attributes: { ...resource.attributes, score, why: { ranks, match } } };
}

export function similarResource(
  { article, score, isCopy, sharedWords: shared_words }: SimilarArticle,
  fields: Fields,
): Resource {
  const resource = listedResource(article, fields);
  return { ...resource, attributes: { ...resource.attributes, score, is_copy: isCopy, shared_words } };
}

function sparse(attributes: object, fields: Fields): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(attributes).filter(([name]) => fields === undefined || fields.includes(name)),
  );
}
