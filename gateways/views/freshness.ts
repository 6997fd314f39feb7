import type { Redis } from 'ioredis';
import type { Pool } from 'pg';
import type { VectorIndex } from '../vector-index/port.ts';
import { articleKey, readArticles } from './redis/article-cache.ts';

/** How much a view holds, and how fresh it is. */
export interface ViewFreshness {
  readonly view: string;
  readonly articles: number;
  /** When the newest article that it holds was published: milliseconds since 1970, null where it holds none. */
  readonly newestPublishedAt: number | null;
}

/** Asks the stores themselves, so that the answer does not depend on what a view's process believes. */
export async function viewFreshness(stores: {
  readonly pool: Pool;
  readonly vectors: VectorIndex;
  readonly redis: Redis;
}): Promise<readonly ViewFreshness[]> {
  return Promise.all([postgresFreshness(stores.pool), vectorFreshness(stores.vectors), redisFreshness(stores.redis)]);
}

async function postgresFreshness(pool: Pool): Promise<ViewFreshness> {
  const { rows } = await pool.query<{ articles: number; newest: Date | null }>(
    'select count(*) as articles, max(published_date) as newest from content.articles',
  );
  const [row] = rows;
  return {
    view: 'view-postgres',
    articles: row?.articles ?? 0,
    newestPublishedAt: row?.newest?.getTime() ?? null,
  };
}

async function vectorFreshness(vectors: VectorIndex): Promise<ViewFreshness> {
  const [articles, newestPublishedAt] = await Promise.all([vectors.count(), vectors.newestPublishedAt()]);
  return { view: 'view-vectors', articles, newestPublishedAt };
}

/** Redis holds the articles that changed or were read within the hour; they are few enough to look at each. */
async function redisFreshness(redis: Redis): Promise<ViewFreshness> {
  let articles = 0;
  let newestPublishedAt: number | null = null;
  let cursor = '0';
  do {
    const [next, keys] = await redis.scan(cursor, 'MATCH', articleKey('*'), 'COUNT', 1000);
    const ids = keys.map((key) => key.slice(articleKey('').length));
    for (const { article } of await readArticles(redis, ids)) {
      if (article === undefined) continue;
      articles += 1;
      newestPublishedAt = Math.max(newestPublishedAt ?? 0, Date.parse(article.published_date));
    }
    cursor = next;
  } while (cursor !== '0');
  return { view: 'view-redis', articles, newestPublishedAt };
}
