import { type Kysely, sql } from 'kysely';
import { visibilitiesOf } from '../../../domain/visibility.ts';
import type { Database } from '../../schema.ts';
import type { VectorFilter, VectorIndex } from '../../vector-index/port.ts';
import type { ArticleFilter } from '../articles/query.ts';
import { allOf, articleTables, conditionsOf } from '../articles/rows.ts';
import { publishedIn } from '../query/near.ts';
import type { Queries } from '../query/queries.ts';
import type { ReadQuery } from '../query/read-query.ts';
import { wantedWords } from '../query/wanted-words.ts';
import type { QueryEmbedder } from './query-embedder.ts';
import { askVectors } from '../vector-faults.ts';

export interface SemanticPorts {
  readonly db: Kysely<Database>;
  readonly vectors: Pick<VectorIndex, 'query'>;
  readonly embedder: Pick<QueryEmbedder, 'embed'>;
  readonly queries: Pick<Queries, 'select'>;
  readonly organizationId: string;
}

/** Cosine similarity below which the model says nothing: texts that have nothing in common come to about 0 to 0.1. */
const minScore = 0.15;

/**
 * The articles nearest in meaning to the query's words, nearest first; what else the query asks for must hold. The vector store narrows by what its payload holds, Postgres by the
 * rest, so that a hit is always an article that the view holds too.
 *
 * @throws Unavailable while the model or the vector store is away
 */
export async function semanticRanking(
  { db, vectors, embedder, queries, organizationId }: SemanticPorts,
  { read, ...filter }: ArticleFilter & { readonly read: ReadQuery },
  limit: number,
): Promise<readonly { readonly id: string; readonly score: number }[]> {
  const { meaning, besideMeaning } = wantedWords(read.plan);
  if (meaning === null) return [];
  const { model, vector } = await embedder.embed(meaning);
  const hits = await askVectors(() =>
    vectors.query({
      vector,
      limit,
      minScore,
      filter: {
        ...publishedIn(read.plan, Date.now()),
        ...vectorFilter(filter),
        visibilities: visibilitiesOf(organizationId),
        model,
      },
    }),
  );
  const conditions = [
    sql`a.id = any(${hits.map(({ articleId }) => articleId)}::uuid[])`,
    ...conditionsOf(filter, organizationId),
  ];
  for (const plan of besideMeaning) conditions.push(await queries.select(read, plan));
  const { rows } = await sql<{ id: string }>`select a.id from ${articleTables} where ${allOf(conditions)}`.execute(db);
  const matching = new Set(rows.map(({ id }) => id));
  return hits.filter(({ articleId }) => matching.has(articleId)).map(({ articleId: id, score }) => ({ id, score }));
}

function vectorFilter({ feed, language, published_from, published_to }: ArticleFilter): VectorFilter {
  return {
    ...(feed === undefined ? {} : { feedIds: feed }),
    ...(language === undefined ? {} : { languages: language }),
    ...(published_from === undefined ? {} : { publishedFrom: Date.parse(published_from) }),
    ...(published_to === undefined ? {} : { publishedTo: Date.parse(published_to) }),
  };
}
