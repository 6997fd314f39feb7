import { z } from 'zod';
import type { Article, ArticleSummary } from '../services/article.ts';
import { textMatches } from '../services/fulltext.ts';
import type { SearchHit } from '../services/search.ts';
import type { SimilarArticle } from '../services/articles.ts';
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
  keywords: z.array(z.strictObject({ term: text, weight: z.number() })),
  word_count: z.int(),
  reading_time_seconds: z.int(),
  sentiment: z
    .strictObject({ label: z.enum(['negative', 'neutral', 'positive']), score: z.number(), method: text })
    .nullable(),
  extraction_method: text,
  extraction_confidence: z.number(),
  duplicate: z
    .strictObject({ original_id: text, reason: text, score: z.number() })
    .nullable()
    .describe('Of which article it is a copy; null: of none'),
};
const wholeAttributes = {
  ...summaryAttributes,
  content: text.describe('Plain text; paragraphs are separated by one empty line'),
  html: text.nullable().describe('The same, as sanitised HTML'),
};

const link = (type: string) => z.strictObject({ type: z.literal(type), id: text });
const relationships = {
  feeds: z.strictObject({ data: z.array(link('feeds')) }),
  original: z.strictObject({ data: link('articles').nullable() }),
};

const attributeNames = Object.keys(wholeAttributes) as [keyof typeof wholeAttributes];
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

export const wholeArticle = resourceSchema(
  'articles',
  z.strictObject(wholeAttributes).partial(),
  z.strictObject({
    ...relationships,
    duplicates: z.strictObject({ data: z.array(link('articles')) }).describe('Its known copies, 100 at most'),
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

export const similarArticle = resourceSchema(
  'articles',
  z.strictObject({
    ...z.strictObject(wholeAttributes).partial().shape,
    score: z.number().describe('Cosine similarity, up to 1'),
    is_copy: z.boolean().describe('A copy of the article, its original, or a copy of the same original'),
  }),
  z.strictObject(relationships),
).meta({ id: 'SimilarArticle' });

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

export function wholeResource(article: Article, copies: readonly string[], fields: Fields): Resource {
  const resource = listedResource(article, fields);
  const duplicates = { data: copies.map((id) => ({ type: 'articles', id })) };
  return { ...resource, relationships: { ...resource.relationships, duplicates } };
}

export function foundResource({ article, score, ranks, match }: SearchHit, fields: Fields): Resource {
  const resource = listedResource(article, fields);
  return { ...resource, attributes: { ...resource.attributes, score, why: { ranks, match } } };
}

export function similarResource({ article, score, isCopy }: SimilarArticle, fields: Fields): Resource {
  const resource = listedResource(article, fields);
  return { ...resource, attributes: { ...resource.attributes, score, is_copy: isCopy } };
}

function sparse(attributes: object, fields: Fields): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(attributes).filter(([name]) => fields === undefined || fields.includes(name)),
  );
}
