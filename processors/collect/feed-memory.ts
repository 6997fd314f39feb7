import type { ChainableCommander, Redis } from 'ioredis';
import { z } from 'zod';
import type { EntryMark } from '../../domain/entry-mark.ts';
import { redisCall } from '../../streams/redis.ts';
import type { Validators } from './connector.ts';

/**
 * What was collected before: a cache. When it is lost, feeds are fetched whole and their entries collected again, which
 * is harmless. All calls throw TransientError while Redis is away.
 */
export interface FeedMemory {
  /** @returns null where nothing is known, or another address was known */
  validators(feedId: string, url: string): Promise<Validators | null>;
  /** @returns of these entries, those that were not collected yet, or have changed since */
  unseen(feedId: string, entries: readonly EntryMark[]): Promise<ReadonlySet<EntryMark>>;
  /** To be called once the requests for the entries' pages are acknowledged: an entry marked before could be lost. */
  remember(feedId: string, url: string, validators: Validators | null, entries: readonly EntryMark[]): Promise<void>;
  /**
   * To be called where the feed is as it was: what is known of it runs out no earlier than if it had been read again.
   * Once a day that is a call with a command an entry, else it asks for one time to live.
   */
  prolong(feedId: string): Promise<void>;
}

const daySeconds = 24 * 3600;
const ttlSeconds = 30 * daySeconds;

const stored = z.object({
  url: z.string(),
  etag: z.string().nullable(),
  last_modified: z.string().nullable(),
  /** Ids of the articles that were listed last. */
  listed: z.array(z.string()),
});

export function openFeedMemory(redis: Pick<Redis, 'get' | 'mget' | 'ttl' | 'pipeline'>): FeedMemory {
  const known = async (feedId: string): Promise<z.output<typeof stored> | null> => {
    const text = await redisCall(() => redis.get(feedKey(feedId)));
    return text === null ? null : (stored.safeParse(JSON.parse(text)).data ?? null);
  };
  return {
    async validators(feedId, url) {
      const feed = await known(feedId);
      return feed?.url === url ? { etag: feed.etag, last_modified: feed.last_modified } : null;
    },
    async unseen(feedId, entries) {
      if (entries.length === 0) return new Set();
      const keys = entries.map(({ articleId }) => entryKey(feedId, articleId));
      const hashes = await redisCall(() => redis.mget(keys));
      return new Set(entries.filter(({ hash }, index) => hashes[index] !== hash));
    },
    async remember(feedId, url, validators, entries) {
      const pipeline = redis.pipeline();
      for (const { articleId, hash } of entries) pipeline.set(entryKey(feedId, articleId), hash, 'EX', ttlSeconds);
      if (validators === null) pipeline.del(feedKey(feedId));
      else {
        const listed = entries.map(({ articleId }) => articleId);
        pipeline.set(feedKey(feedId), JSON.stringify({ url, ...validators, listed }), 'EX', ttlSeconds);
      }
      await redisCall(() => done(pipeline));
    },
    async prolong(feedId) {
      const leftSeconds = await redisCall(() => redis.ttl(feedKey(feedId)));
      if (leftSeconds > ttlSeconds - daySeconds) return;
      const feed = await known(feedId);
      if (feed === null) return;
      const pipeline = redis.pipeline();
      for (const articleId of feed.listed) pipeline.expire(entryKey(feedId, articleId), ttlSeconds);
      // Last, since it tells that the others were prolonged.
      pipeline.expire(feedKey(feedId), ttlSeconds);
      await redisCall(() => done(pipeline));
    },
  };
}

async function done(pipeline: ChainableCommander): Promise<void> {
  const replies = await pipeline.exec();
  const failed = replies?.find(([error]) => error !== null);
  if (failed?.[0]) throw failed[0];
}

function feedKey(feedId: string): string {
  return `collect:feed:${feedId}`;
}

function entryKey(feedId: string, articleId: string): string {
  return `collect:entry:${feedId}:${articleId}`;
}
