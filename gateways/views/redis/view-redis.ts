import type { Redis } from 'ioredis';
import { connectRedis } from '../../../streams/redis.ts';
import type { Runtime } from '../../../streams/runtime.ts';
import { done, type Message, type Stage, type StageDefinition } from '../../../streams/stage.ts';
import { articleRecord } from '../../article-record.ts';
import { measureFreshness } from '../freshness.ts';
import { newestByKey, ofTopic } from '../newest.ts';
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

function openView({ config, log, metrics }: Pick<Runtime, 'config' | 'log' | 'metrics'>): Stage<RedisViewTopic, never> {
  const redis = connectRedis(config.redisUrl, log);
  measureFreshness(metrics, viewRedis.name, () => newestArticle(redis));
  return {
    handler: {
      kind: 'batch',
      maxBatch: 100,
      async process(messages) {
        await writeToRedis(redis, messages);
        return messages.map(() => done);
      },
    },
    close() {
      redis.disconnect();
      return Promise.resolve();
    },
  };
}

/** @throws TransientError where Redis is away or full */
export async function writeToRedis(redis: Redis, messages: readonly Message<RedisViewTopic>[]): Promise<void> {
  const writes: ArticleWrite[] = [];
  const articles = ofTopic(messages, 'article-enriched');
  for (const [id, { value }] of newestByKey(articles, (article) => article.version)) {
    writes.push(
      value === undefined
        ? { part: 'article', id, version: tombstoneVersion(articles, id), value: null }
        : { part: 'article', id, version: value.version, value: articleRecord(value) },
    );
  }
  const duplicates = ofTopic(messages, 'article-duplicate');
  for (const [id, { value }] of newestByKey(duplicates, (duplicate) => duplicate.version)) {
    writes.push({
      part: 'duplicate',
      id,
      version: value?.version ?? tombstoneVersion(duplicates, id),
      value: value ?? null,
    });
  }
  await writeArticles(redis, writes);
  const published = articles.flatMap(({ value }) => value?.article.published_at ?? []);
  if (published.length > 0) await noteNewestArticle(redis, Math.max(...published));
}

/**
 * Versions are times in microseconds, and a tombstone carries none: it ends what was made before its record. What it
 * hides wrongly, a version fetched before and passed on after, readers still find in Postgres.
 */
function tombstoneVersion(messages: readonly Message<RedisViewTopic>[], key: string): number {
  const last = messages.findLast((message) => message.key === key && message.value === null);
  return (last?.timestampMs ?? 0) * 1000 + 999;
}
