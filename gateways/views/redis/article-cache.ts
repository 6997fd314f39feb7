import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { ArticleDuplicate } from '../../../schemas/types.ts';
import { TransientError } from '../../../streams/errors.ts';
import { redisCall } from '../../../streams/redis.ts';
import type { ArticleRecord } from '../../article-record.ts';

/** Lifetime of `article:{id}` after each write. */
const lifetimeSeconds = 3600;

/**
 * Each of the two parts of an article's hash stands beside its version, and only a version that is not smaller replaces
 * it: neither the view nor a reader that fills a miss with what it read a moment ago can set an older one back.
 */
const parts = {
  article: { value: 'article', version: 'article_version' },
  duplicate: { value: 'duplicate', version: 'duplicate_version' },
} as const;

const setUnlessNewer = `
local stored = redis.call('HGET', KEYS[1], ARGV[2])
if stored and tonumber(stored) > tonumber(ARGV[4]) then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3], ARGV[2], ARGV[4])
redis.call('EXPIRE', KEYS[1], ARGV[5])
return 1`;

/** In place of a value: the article is gone, and what is older than the version beside it must not come back. */
const gone = '';

export interface CachedArticle {
  /** Undefined: not cached. */
  readonly article: ArticleRecord | undefined;
  /** Null: known to be no copy. Undefined: not cached. */
  readonly duplicate: ArticleDuplicate | null | undefined;
}

/** One change to the cache. A null duplicate says that there is none. */
export type ArticleWrite =
  | { readonly part: 'article'; readonly id: string; readonly version: number; readonly value: ArticleRecord | null }
  | {
      readonly part: 'duplicate';
      readonly id: string;
      readonly version: number;
      readonly value: ArticleDuplicate | null;
    };

export const articleKey = (id: string): string => `article:${id}`;

/**
 * Single articles for readers. While Redis is away everything is a miss and nothing is filled.
 */
export interface ArticleCache {
  /** One answer an id, in the order of the ids. */
  read(ids: readonly string[]): Promise<readonly CachedArticle[]>;
  /** Stores what was missing and has been read from Postgres. Never throws. */
  fill(
    found: readonly { readonly article: ArticleRecord; readonly duplicate: ArticleDuplicate | null }[],
  ): Promise<void>;
}

export function articleCache(redis: Redis, log: Logger): ArticleCache {
  return {
    async read(ids) {
      try {
        return await readArticles(redis, ids);
      } catch (error) {
        log.debug({ err: error }, 'cached articles cannot be read');
        return ids.map(() => ({ article: undefined, duplicate: undefined }));
      }
    },
    async fill(found) {
      const writes = found.flatMap(({ article, duplicate }): ArticleWrite[] => [
        { part: 'article', id: article.id, version: article.version, value: article },
        { part: 'duplicate', id: article.id, version: duplicate?.version ?? 0, value: duplicate },
      ]);
      await writeArticles(redis, writes).catch((error: unknown) =>
        log.debug({ err: error }, 'articles were not cached'),
      );
    },
  };
}

async function readArticles(redis: Redis, ids: readonly string[]): Promise<readonly CachedArticle[]> {
  if (ids.length === 0) return [];
  const pipeline = redis.pipeline();
  for (const id of ids) pipeline.hmget(articleKey(id), parts.article.value, parts.duplicate.value);
  const replies = await pipelined(() => pipeline.exec());
  return (replies as (readonly (string | null)[])[]).map(([article, duplicate]) => ({
    article: article === null || article === undefined || article === gone ? undefined : JSON.parse(article),
    duplicate: duplicate === null || duplicate === undefined ? undefined : JSON.parse(duplicate),
  }));
}

/**
 * Writes each part unless a greater version of it is there.
 *
 * @throws TransientError where Redis is away or full
 */
export async function writeArticles(redis: Redis, writes: readonly ArticleWrite[]): Promise<void> {
  if (writes.length === 0) return;
  const pipeline = redis.pipeline();
  for (const { part, id, version, value } of writes) {
    const text = part === 'article' && value === null ? gone : JSON.stringify(value);
    const fields = parts[part];
    pipeline.eval(setUnlessNewer, 1, articleKey(id), fields.value, fields.version, text, version, lifetimeSeconds);
  }
  await pipelined(() => pipeline.exec());
}

/** The replies of a pipeline; rejects where any command failed, since a pipeline itself resolves all the same. */
async function pipelined(
  exec: () => Promise<readonly [error: Error | null, result: unknown][] | null>,
): Promise<readonly unknown[]> {
  return redisCall(async () => {
    const replies = await exec();
    if (replies === null) throw new TransientError('redis ended the pipeline');
    return replies.map(([error, result]) => {
      if (error !== null) throw error;
      return result;
    });
  });
}
