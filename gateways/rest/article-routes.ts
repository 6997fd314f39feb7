import { z } from 'zod';
import { type NewsTopic, newsTopics } from '../../domain/news-topics.ts';
import { articleListSchema, searchModes, searchSchema, similarSchema } from '../services/articles/query.ts';
import type { ArticleSummary } from '../services/articles/article.ts';
import type { Articles } from '../services/articles/articles.ts';
import { Unavailable } from '../services/faults.ts';
import type { Judgements } from '../services/articles/judgements.ts';
import { idSchema } from '../services/text-schema.ts';
import {
  copyResource,
  countedAttributeNames,
  type Fields,
  fieldsSchema,
  foundArticle,
  foundResource,
  heavyAttributes,
  judgedAttributeNames,
  listedArticle,
  listedResource,
  relatedCopy,
  similarArticle,
  similarResource,
  wholeArticle,
  wholeResource,
} from './article-resource.ts';
import { collectionSchema, documentSchema } from './envelope.ts';
import { pageLinks } from './page-links.ts';
import { route } from './route.ts';

const params = z.strictObject({ id: idSchema });
const withFields = { fields: fieldsSchema };

const list = route({
  method: 'get',
  path: '/api/v1/articles',
  operationId: 'listArticles',
  tag: 'articles',
  summary: 'List articles',
  description: 'Pages follow each other by links.next. A cursor belongs to its filters and sorting.',
  query: articleListSchema.extend(withFields),
  reply: { describes: 'A page of articles', document: collectionSchema(listedArticle) },
  async handle({ query: { fields, ...query }, self }, { articles }) {
    const page = await articles.list(query);
    const shown = await wanted(
      articles,
      page.items.map(({ item }) => item),
      fields,
    );
    return {
      kind: 'collection',
      resources: shown.map((article) => listedResource(article, fields)),
      links: pageLinks(self, page.next),
    };
  },
});

const read = route({
  method: 'get',
  path: '/api/v1/articles/{id}',
  operationId: 'getArticle',
  tag: 'articles',
  summary: 'Read one article with its text',
  params,
  query: z.strictObject(withFields),
  reply: { describes: 'The article', document: documentSchema(wholeArticle) },
  async handle({ params: { id }, query: { fields } }, { articles, stories }) {
    const article = await articles.get(id);
    const [[copies = []], [story = null]] = await Promise.all([articles.copiesOf([id]), stories.ofArticles([id])]);
    const [shown = article] = await judged(articles, [article], fields);
    return { kind: 'resource', resource: wholeResource(shown, copies, story, fields) };
  },
});

const similar = route({
  method: 'get',
  path: '/api/v1/articles/{id}/similar',
  operationId: 'listSimilarArticles',
  tag: 'articles',
  summary: 'List the articles nearest in meaning',
  description: 'Nearest first, without the article itself. Empty while the article has no vector yet.',
  params,
  query: similarSchema.extend(withFields),
  reply: { describes: 'Similar articles', document: collectionSchema(similarArticle) },
  async handle({ params: { id }, query: { fields, ...query }, self }, { articles }) {
    const hits = await articles.similar(id, query);
    const shown = await wanted(
      articles,
      hits.map(({ article }) => article),
      fields,
    );
    return {
      kind: 'collection',
      resources: hits.map((hit, index) => similarResource({ ...hit, article: shown[index] ?? hit.article }, fields)),
      links: pageLinks(self, null),
    };
  },
});

const duplicates = route({
  method: 'get',
  path: '/api/v1/articles/{id}/duplicates',
  operationId: 'listDuplicates',
  tag: 'articles',
  summary: 'List the copies of an article, or its original and the other copies',
  description: 'The original first, then by time of publication; 100 at most. `meta.total` counts all.',
  params,
  query: z.strictObject(withFields),
  reply: {
    describes: 'Articles of the same group',
    document: collectionSchema(relatedCopy, { total: z.int() }),
  },
  async handle({ params: { id }, query: { fields }, self }, { articles }) {
    const { articles: copies, total } = await articles.duplicates(id);
    const shown = await wanted(
      articles,
      copies.map(({ article }) => article),
      fields,
    );
    return {
      kind: 'collection',
      resources: copies.map((copy, index) => copyResource({ ...copy, article: shown[index] ?? copy.article }, fields)),
      links: pageLinks(self, null),
      meta: { total },
    };
  },
});

const search = route({
  method: 'get',
  path: '/api/v1/search',
  operationId: 'searchArticles',
  tag: 'articles',
  summary: 'Search articles by words, by meaning, or by both',
  description:
    'At most 1,000 hits over all pages. Where the model is away, hybrid searches by words and meta.degraded says so.',
  query: searchSchema.extend(withFields),
  reply: {
    describes: 'A page of hits, best first',
    document: collectionSchema(foundArticle, {
      mode: z.enum(searchModes).describe('How it was searched'),
      degraded: z.string().nullable().describe('Why it was not searched as asked for'),
    }),
  },
  async handle({ query: { fields, ...query }, self }, { articles, search: find }) {
    const page = await find(query);
    const hits = page.items.map(({ item }) => item);
    const shown = await wanted(
      articles,
      hits.map(({ article }) => article),
      fields,
    );
    return {
      kind: 'collection',
      resources: hits.map((hit, index) => foundResource({ ...hit, article: shown[index] ?? hit.article }, fields)),
      links: pageLinks(self, page.next),
      meta: { mode: page.mode, degraded: page.degraded },
    };
  },
});

export const articleRoutes = [list, read, similar, duplicates, search];

/** The articles as far as `fields` asks for them: content and html are read only where they are wanted. */
async function wanted(
  articles: Pick<Articles, 'getMany' | 'judgementsOf' | 'copyCountsOf'>,
  summaries: readonly ArticleSummary[],
  fields: Fields,
): Promise<readonly ArticleSummary[]> {
  const needsText = fields !== undefined && heavyAttributes.some((name) => fields.includes(name));
  const whole = needsText ? await articles.getMany(summaries.map(({ id }) => id)) : [];
  return judged(
    articles,
    summaries.map((summary, index) => whole[index] ?? summary),
    fields,
  );
}

/** With what is said of them, and how many copies there are, where it is wanted. */
async function judged<A extends ArticleSummary>(
  articles: Pick<Articles, 'judgementsOf' | 'copyCountsOf'>,
  shown: readonly A[],
  fields: Fields,
): Promise<readonly A[]> {
  const isWanted = (names: readonly string[]) => fields === undefined || names.some((name) => fields.includes(name));
  const ids = shown.map(({ id }) => id);
  const [judgements, counts] = await Promise.all([
    isWanted(judgedAttributeNames) ? ifAvailable(articles.judgementsOf(ids)) : [],
    isWanted(countedAttributeNames) ? ifAvailable(articles.copyCountsOf(ids)) : [],
  ]);
  return shown.map((article, index) => {
    const { categories = null, ...rest } = judgements[index] ?? {};
    return { ...article, duplicate_count: counts[index] ?? null, ...rest, categories: categories?.map(named) ?? null };
  });
}

/** A page that a cache gave while the database is away goes without. */
const ifAvailable = <T>(answers: Promise<readonly T[]>): Promise<readonly T[]> =>
  answers.catch((error: unknown) => {
    if (error instanceof Unavailable) return [];
    throw error;
  });

const named = ({ topic, ...rest }: NonNullable<Judgements['categories']>[number]) => ({
  topic,
  name: newsTopics[topic as NewsTopic]?.name ?? topic,
  ...rest,
});
