import type { Redis } from 'ioredis';
import type { Pool } from 'pg';
import { Gauge, type Registry } from 'prom-client';
import type { VectorIndex } from '../vector-index/port.ts';
import { articleKey } from './redis/article-cache.ts';
import { newestArticle } from './redis/newest-article.ts';

/** How much a view holds, and how fresh it is. */
export interface ViewFreshness {
  readonly view: string;
  readonly articles: number;
  /** When the newest article was published: milliseconds since 1970, null where there is none. */
  readonly newestPublishedAt: number | null;
}

/** Asks the stores themselves, so that the answer does not depend on what a view's process believes. */
export async function viewFreshness(stores: {
  readonly pool: Pool;
  readonly vectors: VectorIndex;
  readonly redis: Redis;
}): Promise<readonly ViewFreshness[]> {
  const { pool, vectors, redis } = stores;
  const [inPostgres, inVectors, inRedis] = await Promise.all([
    Promise.all([postgresCount(pool), newestInPostgres(pool)]),
    Promise.all([vectors.count(), vectors.newestPublishedAt()]),
    Promise.all([redisCount(redis), newestArticle(redis)]),
  ]);
  const entries = { 'view-postgres': inPostgres, 'view-vectors': inVectors, 'view-redis': inRedis };
  return Object.entries(entries).map(([view, [articles, newestPublishedAt]]) => ({
    view,
    articles,
    newestPublishedAt,
  }));
}

/** @returns milliseconds since 1970; null where there is no article */
export async function newestInPostgres(pool: Pool): Promise<number | null> {
  const { rows } = await pool.query<{ newest: Date | null }>(
    'select max(published_date) as newest from content.articles',
  );
  return rows[0]?.newest?.getTime() ?? null;
}

async function postgresCount(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ articles: number }>('select count(*) as articles from content.articles');
  return rows[0]?.articles ?? 0;
}

/** Redis holds the articles that changed or were read within the hour: few enough to go through. */
async function redisCount(redis: Redis): Promise<number> {
  const found = new Set<string>();
  let cursor = '0';
  do {
    const [next, keys] = await redis.scan(cursor, 'MATCH', articleKey('*'), 'COUNT', 1000);
    // A scan may give a key twice.
    for (const key of keys) found.add(key);
    cursor = next;
  } while (cursor !== '0');
  return found.size;
}

/**
 * `mimir_view_newest_article_timestamp_seconds{view}`: when the newest article that the view holds was published. Asked
 * of the store at each scrape; while the store is away the last answer stands.
 *
 * @param newestPublishedAt milliseconds since 1970; null where there is none
 */
export function measureFreshness(
  metrics: Registry,
  view: string,
  newestPublishedAt: () => Promise<number | null>,
): void {
  const name = 'mimir_view_newest_article_timestamp_seconds';
  const asked = questions.get(metrics) ?? new Map<string, () => Promise<number | null>>();
  questions.set(metrics, asked);
  asked.set(view, newestPublishedAt);
  if (metrics.getSingleMetric(name) !== undefined) return;
  const gauge = new Gauge({
    name,
    help: 'When the newest article of the view was published',
    labelNames: ['view'],
    registers: [],
    async collect() {
      for (const [label, ask] of asked) {
        const newest = await ask().catch(() => null);
        if (newest !== null) this.set({ view: label }, newest / 1000);
      }
    },
  });
  metrics.registerMetric(gauge);
}

/** Views of one process share the metric. */
const questions = new WeakMap<Registry, Map<string, () => Promise<number | null>>>();
