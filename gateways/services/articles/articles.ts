import { type Kysely, sql } from 'kysely';
import { isVisibleTo, visibilitiesOf } from '../../../domain/visibility.ts';
import type { ArticleRecord } from '../../article-record.ts';
import type { ArticleDuplicate } from '../../../schemas/types.ts';
import type { Database } from '../../schema.ts';
import type { VectorHit, VectorIndex } from '../../vector-index/port.ts';
import type { ArticleCache } from '../../views/redis/article-cache.ts';
import type { ListCache } from '../../views/redis/list-cache.ts';
import { type ArticleListInput, articleListSchema, type SimilarInput, similarSchema } from './query.ts';
import { type ArticleCopies, copiesOfGroup, copyCountsOf } from './copies.ts';
import { articleTables, type JoinedRow, recordOfRow, selection } from './rows.ts';
import { type Article, articleOf, type ArticleSummary, duplicateLink, summaryOf } from './article.ts';
import { sharedWords } from './shared-words.ts';
import { listArticles } from './list.ts';
import { checked } from '../checked.ts';
import { NotFound } from '../faults.ts';
import { type Judgements, judgementsOf } from './judgements.ts';
import type { Page } from '../page.ts';
import { reading } from '../postgres-faults.ts';
import type { Queries } from '../query/queries.ts';
import { idSchema } from '../text-schema.ts';
import { askVectors } from '../vector-faults.ts';

export interface ArticlePorts {
  readonly db: Kysely<Database>;
  readonly articleCache: ArticleCache;
  readonly listCache: ListCache;
  readonly queries: Pick<Queries, 'read' | 'select'>;
  readonly vectors: Pick<VectorIndex, 'fetch' | 'query'>;
  /** Who reads: whose sources the filter `source` means, and what may be seen. */
  readonly organizationId: string;
}

/**
 * Reading articles. All methods throw Invalid for arguments that cannot be used and Unavailable while Postgres is away;
 * without Redis they answer all the same.
 */
export interface Articles {
  /** Summaries in the order asked for; articles that are equal by it, by id. */
  list(input: ArticleListInput): Promise<Page<ArticleSummary>>;
  /** @throws NotFound */
  get(id: string): Promise<Article>;
  /** One answer an id, in the order of the ids; null for unknown ones. At most a few hundred ids. */
  getMany(ids: readonly string[]): Promise<readonly (Article | null)[]>;
  /** What is said of each: one answer an id. */
  judgementsOf(ids: readonly string[]): Promise<readonly Judgements[]>;
  /** Ids of the known copies of each, one answer an id; at most 100 copies each, the earliest first. */
  copiesOf(ids: readonly string[]): Promise<readonly (readonly string[])[]>;
  /** How many articles `duplicates` has of each: one answer an id, in the order of the ids. */
  copyCountsOf(ids: readonly string[]): Promise<readonly number[]>;
  /**
   * The original that the article is a copy of, and all copies of the same.
   *
   * @throws NotFound
   */
  duplicates(id: string): Promise<ArticleCopies>;
  /**
   * The articles nearest in meaning, nearest first, without those that rules have dropped; none while the article has no
   * vector yet.
   *
   * @throws NotFound
   * @throws Unavailable also while the vector store is away
   */
  similar(id: string, input: SimilarInput): Promise<readonly SimilarArticle[]>;
}

export interface SimilarArticle {
  readonly article: ArticleSummary;
  /** Cosine similarity, up to 1. */
  readonly score: number;
  /** It is a copy of the article, its original, or a copy of the same original. */
  readonly isCopy: boolean;
  /** Names and keywords of both; see sharedWords. */
  readonly sharedWords: readonly string[];
}

const copiesPerArticle = 100;
/** Of what is similar, for those that the organisation's rules have dropped. */
const spareHits = 50;

export function openArticles(ports: ArticlePorts): Articles {
  const { db, articleCache, vectors, organizationId } = ports;

  const getMany = async (ids: readonly string[]): Promise<readonly (Article | null)[]> => {
    const cached = await articleCache.find(ids);
    const known = new Map<string, ArticleWithLink>();
    cached.articles.forEach(({ article, duplicate }) => {
      if (article !== undefined && duplicate !== undefined) known.set(article.id, { article, duplicate });
    });
    const missing = ids.filter((id) => !known.has(id));
    const found = await fromPostgres(db, missing);
    for (const each of found) known.set(each.article.id, each);
    // oxlint-disable-next-line unicorn/no-array-fill-with-reference-type -- this is no array
    await cached.fill(found);
    return ids.map((id) => {
      const each = known.get(id);
      if (each === undefined || !isVisibleTo(organizationId, each.article.visibility)) return null;
      return articleOf(each.article, duplicateLink(each.duplicate));
    });
  };

  const get = async (id: string): Promise<Article> => {
    const [article] = await getMany([checked(idSchema, id)]);
    if (article === undefined || article === null) throw new NotFound('article', id);
    return article;
  };

  return {
    list: (input) => reading(() => listArticles(ports, checked(articleListSchema, input))),
    get: (id) => reading(() => get(id)),
    getMany: (ids) => reading(() => getMany(ids)),
    judgementsOf: (ids) => reading(() => judgementsOf(db, organizationId, ids)),
    copiesOf: (ids) => reading(() => copiesOf(db, ids)),
    copyCountsOf: (ids) => reading(() => copyCountsOf(db, ids)),
    duplicates: (id) => reading(async () => copiesOfGroup(db, await get(id))),

    similar: (id, input) =>
      reading(async () => {
        const { limit, min_score } = checked(similarSchema, input);
        const article = await get(id);
        const hits = await askVectors(async () => {
          const [point] = await vectors.fetch([article.id]);
          if (point === undefined) return [];
          return vectors.query({
            vector: point.vector,
            limit: limit + spareHits,
            minScore: min_score,
            filter: {
              excludeArticleIds: [article.id],
              model: point.payload.model,
              visibilities: visibilitiesOf(organizationId),
            },
          });
        });
        const shown = (await withoutDroppedHits(ports, hits)).slice(0, limit);
        const found = await getMany(shown.map(({ articleId }) => articleId));
        return shown.flatMap(({ score }, index): SimilarArticle[] => {
          const other = found[index];
          // Its vector may be there before its row.
          if (other === undefined || other === null) return [];
          return [
            {
              article: summaryOf(other),
              score,
              isCopy: groupOf(other) === groupOf(article),
              sharedWords: sharedWords(article, other),
            },
          ];
        });
      }),
  };
}

/** The original that stands for the article. */
function groupOf(article: ArticleSummary): string {
  return article.duplicate?.original_id ?? article.id;
}

interface ArticleWithLink {
  readonly article: ArticleRecord;
  readonly duplicate: ArticleDuplicate | null;
}

async function fromPostgres(db: Kysely<Database>, ids: readonly string[]): Promise<readonly ArticleWithLink[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<JoinedRow>`
    select ${selection('whole')} from ${articleTables} where a.id = any(${ids}::uuid[])
  `.execute(db);
  return rows.map(recordOfRow);
}

async function withoutDroppedHits(
  { db, organizationId }: Pick<ArticlePorts, 'db' | 'organizationId'>,
  hits: readonly VectorHit[],
): Promise<readonly VectorHit[]> {
  if (hits.length === 0) return [];
  const { rows } = await sql<{ id: string }>`
    select article_id as id from article_marks where article_id = any(${hits.map(({ articleId }) => articleId)}::uuid[])
      and organization_id = ${organizationId} and dropped
  `.execute(db);
  const dropped = new Set(rows.map(({ id }) => id));
  return hits.filter(({ articleId }) => !dropped.has(articleId));
}

async function copiesOf(db: Kysely<Database>, ids: readonly string[]): Promise<readonly (readonly string[])[]> {
  const { rows } = await sql<{ original_id: string; copies: readonly string[] }>`
    select d.original_id, (array_agg(a.id order by a.published_date, a.id))[1:${sql.lit(copiesPerArticle)}] as copies
    from ${articleTables}
    where d.original_id = any(${ids}::uuid[])
    group by d.original_id
  `.execute(db);
  const copies = new Map(rows.map((row) => [row.original_id, row.copies]));
  return ids.map((id) => copies.get(id) ?? []);
}
