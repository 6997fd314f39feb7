import type { Redis } from 'ioredis';
import type { Pool } from 'pg';
import { passFailPoint } from '../../../streams/fail-points.ts';
import { connectRedis } from '../../../streams/redis.ts';
import type { Runtime } from '../../../streams/runtime.ts';
import { done, type Message, type Stage, type StageDefinition } from '../../../streams/stage.ts';
import { articleRecord } from '../../article-record.ts';
import { openPostgres } from '../../postgres.ts';
import { measureFreshness } from '../freshness.ts';
import { newestByKey, ofTopic } from '../newest.ts';
import { untilStored } from '../postgres/until-stored.ts';
import { newestArticle, noteNewestArticle } from './newest-article.ts';
import { type ArticleWrite, writeArticles } from './article-cache.ts';

export type RedisViewTopic = 'article-enriched' | 'article-duplicate';

/** Single articles, for an hour after they changed. Readers fill what is missing from Postgres. */
export const viewRedis: StageDefinition<RedisViewTopic, never> = {
  name: 'view-redis',
  purpose: 'Keeps the latest articles in Redis, so that a change ends its cached copies',
  inputs: ['article-enriched', 'article-duplicate'],
  outputs: [],
  store: 'Redis',
  open: (runtime) => Promise.resolve(openView(runtime)),
};

function openView({ config, log, metrics, kafka }: Runtime): Stage<RedisViewTopic, never> {
  const redis = connectRedis(config.redisUrl, log);
  const pool: Pool = openPostgres(config.databaseUrl, { log, max: 1 });
  measureFreshness(metrics, viewRedis.name, () => newestArticle(redis));
  return {
    handler: {
      kind: 'batch',
      maxBatch: 100,
      async process(messages, context) {
        // Were Redis ahead, a reader could see the new article here and, once Redis is emptied, the old one again.
        await untilStored({ pool, kafka }, messages, (ms) => context.sleep(ms));
        await writeToRedis(redis, messages);
        passFailPoint('redis-written', viewRedis.name);
        return messages.map(() => done);
      },
    },
    async close() {
      redis.disconnect();
      await pool.end();
    },
  };
}

/** @throws TransientError where Redis is away or full */
export async function writeToRedis(redis: Redis, messages: readonly Message<RedisViewTopic>[]): Promise<void> {
  const writes: ArticleWrite[] = [];
  const articles = ofTopic(messages, 'article-enriched');
  // A deletion and what follows it are both written, as they are when they come in two batches. What the deletion hides
  // wrongly, a version fetched before and passed on after, readers still find in Postgres.
  for (const [id, { deleted, value }] of newestByKey(articles, (article) => article.version)) {
    if (deleted !== null) writes.push({ part: 'article', id, version: deleted, value: null });
    if (value !== undefined) writes.push({ part: 'article', id, version: value.version, value: articleRecord(value) });
  }
  const duplicates = ofTopic(messages, 'article-duplicate');
  for (const [id, { deleted, value }] of newestByKey(duplicates, (duplicate) => duplicate.version)) {
    if (deleted !== null) writes.push({ part: 'duplicate', id, version: deleted, value: null });
    if (value !== undefined) writes.push({ part: 'duplicate', id, version: value.version, value });
  }
  await writeArticles(redis, writes);
  const published = articles.flatMap(({ value }) => value?.article.published_at ?? []);
  if (published.length > 0) await noteNewestArticle(redis, Math.max(...published));
}
