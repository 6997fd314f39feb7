import { randomUUID } from 'node:crypto';
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

const set = `
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3], ARGV[2], ARGV[4])
redis.call('EXPIRE', KEYS[1], ARGV[5])
return 1`;
const setUnlessNewer = `
local stored = redis.call('HGET', KEYS[1], ARGV[2])
if stored and tonumber(stored) > tonumber(ARGV[4]) then return 0 end${set}`;
/** A value of the same version is not outdated. */
const markIfOlder = `
local stored = redis.call('HGET', KEYS[1], ARGV[2])
if stored and tonumber(stored) >= tonumber(ARGV[4]) then return 0 end${set}`;
/** Only where Redis still knows all that it knew when the reader began: else a mark may be lost. */
const fillUnlessNewer = `
if redis.call('GET', KEYS[2]) ~= ARGV[6] then return 0 end${setUnlessNewer}`;
/** Keeps the versions, so that what is outdated cannot come back. */
const blank = `
for i = 1, #ARGV, 2 do
  if redis.call('HEXISTS', KEYS[1], ARGV[i]) == 1 then redis.call('HSET', KEYS[1], ARGV[i], '') end
end`;

/** Given anew to a Redis that was emptied. */
const incarnationKey = 'article-cache:incarnation';

/** In place of a value: unknown here, and what is older than the version beside it must not be stored. */
const outdated = '';

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

/** A part of an article as it is stored. */
export interface CachedPart {
  readonly key: string;
  readonly part: string;
  readonly version: number;
  readonly value: string;
}

export const articleKey = (id: string): string => `article:${id}`;

/**
 * Single articles for readers. While Redis is away everything is a miss and nothing is filled.
 */
export interface ArticleCache {
  find(ids: readonly string[]): Promise<FoundArticles>;
}

export interface FoundArticles {
  /** One answer an id, in the order of the ids. */
  readonly articles: readonly CachedArticle[];
  /** Stores what was missing and has been read from Postgres since. Never throws. */
  fill(
    found: readonly { readonly article: ArticleRecord; readonly duplicate: ArticleDuplicate | null }[],
  ): Promise<void>;
}

export function articleCache(redis: Redis, log: Logger): ArticleCache {
  return {
    async find(ids) {
      try {
        const { incarnation, articles } = await readArticles(redis, ids);
        return {
          articles,
          async fill(found) {
            if (incarnation === null) return;
            const writes = found.flatMap(({ article, duplicate }): ArticleWrite[] => [
              { part: 'article', id: article.id, version: article.version, value: article },
              { part: 'duplicate', id: article.id, version: duplicate?.version ?? 0, value: duplicate },
            ]);
            await runAll(redis, fillUnlessNewer, writes, incarnation).catch((error: unknown) =>
              log.debug({ err: error }, 'articles were not cached'),
            );
          },
        };
      } catch (error) {
        log.debug({ err: error }, 'cached articles cannot be read');
        return {
          articles: ids.map(() => ({ article: undefined, duplicate: undefined })),
          fill: () => Promise.resolve(),
        };
      }
    },
  };
}

/** The incarnation is null where this reader is the first of it: its fill could not be told from an earlier one's. */
async function readArticles(
  redis: Redis,
  ids: readonly string[],
): Promise<{ readonly incarnation: string | null; readonly articles: readonly CachedArticle[] }> {
  if (ids.length === 0) return { incarnation: null, articles: [] };
  const pipeline = redis.pipeline().get(incarnationKey);
  for (const id of ids) pipeline.hmget(articleKey(id), parts.article.value, parts.duplicate.value);
  const [incarnation, ...replies] = await pipelined(() => pipeline.exec());
  if (incarnation === null) await redisCall(() => redis.set(incarnationKey, randomUUID(), 'NX'));
  const articles = (replies as (readonly (string | null)[])[]).map(([article, duplicate]) => ({
    article: parsed(article) as ArticleRecord | undefined,
    duplicate: parsed(duplicate) as ArticleDuplicate | null | undefined,
  }));
  return { incarnation: incarnation as string | null, articles };
}

function parsed(text: string | null | undefined): unknown {
  return text === null || text === undefined || text === outdated ? undefined : JSON.parse(text);
}

/**
 * Writes each part unless a greater version of it is there.
 *
 * @throws TransientError where Redis is away or full
 */
export async function writeArticles(redis: Redis, writes: readonly ArticleWrite[]): Promise<void> {
  await runAll(redis, setUnlessNewer, writes);
}

/**
 * Readers miss each part from now on, and nothing older than the version is stored, unless the part has that version.
 *
 * @throws TransientError where Redis is away or full
 */
export async function markArticles(redis: Redis, writes: readonly Omit<ArticleWrite, 'value'>[]): Promise<void> {
  await runAll(
    redis,
    markIfOlder,
    writes.map(({ part, id, version }): ArticleWrite => ({ part, id, version, value: null })),
    undefined,
    outdated,
  );
}

/** Readers miss these articles until they are written again. */
export async function blankArticles(redis: Redis, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  const fields = Object.values(parts).flatMap(({ value, version }) => [value, version]);
  const pipeline = redis.pipeline();
  for (const key of keys) pipeline.eval(blank, 1, key, ...fields);
  await pipelined(() => pipeline.exec());
}

/**
 * Goes through all that is cached, a part at a time, each once; what is outdated is left out.
 *
 * @throws TransientError where Redis is away
 */
export async function* readCachedParts(redis: Redis): AsyncGenerator<CachedPart> {
  // A scan may give a key twice.
  const seen = new Set<string>();
  let cursor = '0';
  do {
    const [next, found] = await redisCall(() => redis.scan(cursor, 'MATCH', articleKey('*'), 'COUNT', 1000));
    const keys = found.filter((key) => !seen.has(key));
    const pipeline = redis.pipeline();
    for (const key of keys) pipeline.hgetall(key);
    const hashes = keys.length === 0 ? [] : ((await pipelined(() => pipeline.exec())) as Record<string, string>[]);
    for (const [place, key] of keys.entries()) {
      seen.add(key);
      for (const [part, fields] of Object.entries(parts)) {
        const value = hashes[place]?.[fields.value];
        if (value === undefined || value === outdated) continue;
        yield { key, part, version: Number(hashes[place]?.[fields.version]), value };
      }
    }
    cursor = next;
  } while (cursor !== '0');
}

async function runAll(
  redis: Redis,
  script: string,
  writes: readonly ArticleWrite[],
  incarnation = '',
  instead?: string,
): Promise<void> {
  if (writes.length === 0) return;
  const pipeline = redis.pipeline();
  for (const { part, id, version, value } of writes) {
    const text = instead ?? (part === 'article' && value === null ? outdated : JSON.stringify(value));
    const fields = parts[part];
    const given = [fields.value, fields.version, text, version, lifetimeSeconds, incarnation];
    pipeline.eval(script, 2, articleKey(id), incarnationKey, ...given);
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
