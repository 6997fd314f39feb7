import { z } from 'zod';
import { articleListSchema, searchModes, searchSchema, similarSchema } from '../services/article-query.ts';
import type { ArticleSummary } from '../services/article.ts';
import type { Articles } from '../services/articles.ts';
import { idSchema } from '../services/text-schema.ts';
import {
  type Fields,
  fieldsSchema,
  foundArticle,
  foundResource,
  heavyAttributes,
  listedArticle,
  listedResource,
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
  async handle({ params: { id }, query: { fields } }, { articles }) {
    const article = await articles.get(id);
    const [copies = []] = await articles.copiesOf([id]);
    return { kind: 'resource', resource: wholeResource(article, copies, fields) };
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

export const articleRoutes = [list, read, similar, search];

/** The articles as far as `fields` asks for them: content and html are read only where they are wanted. */
async function wanted(
  articles: Pick<Articles, 'getMany'>,
  summaries: readonly ArticleSummary[],
  fields: Fields,
): Promise<readonly ArticleSummary[]> {
  if (fields === undefined || !heavyAttributes.some((name) => fields.includes(name))) return summaries;
  const whole = await articles.getMany(summaries.map(({ id }) => id));
  return summaries.map((summary, index) => whole[index] ?? summary);
}
