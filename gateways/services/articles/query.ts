import { z } from 'zod';
import { queryLimits } from '../../../domain/query/ast.ts';
import { newsTopicIds } from '../../../domain/news-topics.ts';
import { idSchema, storableText } from '../text-schema.ts';

/** One value or several: a parameter that stands more than once in an address is an array. */
function anyOf<Item extends z.ZodType<string>>(item: Item) {
  return z
    .union([z.array(item).max(20, { error: 'at most 20' }), item.transform((one) => [one])], {
      // Of a union's errors the one that is about the value itself says most.
      error: (issue) => {
        const first = item.safeParse(Array.isArray(issue.input) ? issue.input.at(-1) : issue.input);
        return first.error?.issues[0]?.message ?? 'at most 20';
      },
    })
    .meta({ description: 'May be given up to 20 times: any of them' });
}

const earliest = Date.parse('0001-01-01');
export const time = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()], {
    error: 'should be a date or a time of ISO 8601: 2026-01-31 or 2026-01-31T12:00:00Z',
  })
  .refine((text) => Date.parse(text) >= earliest, { error: 'should be a day of the calendar from the year 1 on' });

/** What lists and searches can be narrowed to. All conditions must hold. */
const filter = {
  feed: anyOf(idSchema).optional().describe('Listed by this feed'),
  source: anyOf(idSchema).optional().describe("Listed by this source's feed"),
  language: anyOf(
    z
      .string()
      .regex(/^[a-zA-Z]{2,3}$/, { error: 'should be a language as in ISO 639, for example en' })
      .toLowerCase(),
  )
    .optional()
    .describe('ISO 639-1'),
  published_from: time.optional().describe('Published at this time or later'),
  published_to: time.optional().describe('Published before this time'),
  author: storableText(200).trim().min(1).optional().describe('Part of an author’s name, in any case'),
  tag: anyOf(storableText(200)).optional().describe('As the publisher wrote it'),
  sentiment: z.enum(['negative', 'neutral', 'positive']).optional(),
  entity: anyOf(storableText(200)).optional().describe('Names what has this key: see /api/v1/entities'),
  category: anyOf(z.enum(newsTopicIds, { error: `should be one of ${newsTopicIds.join(', ')}` }))
    .optional()
    .describe('About this topic of the taxonomy'),
  topic: anyOf(idSchema).optional().describe("Belongs to this topic of the organisation's own"),
  min_relevance: z.coerce
    .number({ error: 'should be a number' })
    .min(0)
    .max(1)
    .optional()
    .describe("At least so relevant by the organisation's keywords"),
  duplicates: z
    .enum(['include', 'exclude', 'only'])
    .default('include')
    .describe('Whether copies of other articles are shown'),
  dropped: z
    .enum(['include', 'exclude', 'only'])
    .optional()
    .describe(
      "Whether what the organisation's rules have dropped is shown; unless told it is not, but where q says is:dropped",
    ),
};

export const limit = z.coerce.number({ error: 'should be a number' }).int().min(1).max(100).default(20);
const cursor = z.string().min(1).max(1000).optional().describe('Of the page before: where this one begins');
const words = storableText(queryLimits.characters).trim().min(1, { error: 'should not be empty' });

export type SortField = 'published_at' | 'scraped_at' | 'title' | 'relevance';
const sorts = [
  '-published_at',
  'published_at',
  '-scraped_at',
  'scraped_at',
  'title',
  '-title',
  '-relevance',
  '-priority',
] as const;

export const articleListSchema = z.strictObject({
  ...filter,
  q: words.optional().describe('A query that it must match: words, "phrases", field:value, OR, -exclusions and more'),
  sort: z
    .enum(sorts)
    .default('-published_at')
    .describe(
      "A minus sorts downwards; -relevance lists what the organisation's keywords occur in, -priority what its rules have raised first",
    ),
  limit,
  cursor,
});
export type ArticleListInput = z.input<typeof articleListSchema>;
export type ArticleList = z.output<typeof articleListSchema>;

export const searchModes = ['fulltext', 'semantic', 'hybrid'] as const;
export type SearchMode = (typeof searchModes)[number];

export const searchSchema = z.strictObject({
  q: words.describe('What to look for: words, "phrases", field:value, OR, -exclusions and more'),
  mode: z
    .enum(searchModes)
    .default('hybrid')
    .describe('fulltext: by words; semantic: by meaning; hybrid: both, fused by rank'),
  ...filter,
  limit,
  cursor,
});
export type SearchInput = z.input<typeof searchSchema>;
export type Search = z.output<typeof searchSchema>;

export const explainSchema = z.strictObject({ q: words.describe('The query') });

export const similarSchema = z.strictObject({
  limit,
  min_score: z.coerce
    .number({ error: 'should be a number' })
    .min(0)
    .max(1)
    .default(0.5)
    .describe('Cosine similarity below which articles are left out'),
});
export type SimilarInput = z.input<typeof similarSchema>;

/** The conditions alone, as a list or a search has them. */
export type ArticleFilter = Pick<ArticleList, keyof typeof filter>;

export function filterOf(query: ArticleFilter): ArticleFilter {
  const names = Object.keys(filter) as (keyof ArticleFilter)[];
  return Object.fromEntries(names.map((name) => [name, query[name]])) as ArticleFilter;
}
