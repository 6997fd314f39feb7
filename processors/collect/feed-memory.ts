import type { Redis } from 'ioredis';
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
}

const ttlSeconds = 30 * 24 * 3600;

const stored = z.object({ url: z.string(), etag: z.string().nullable(), last_modified: z.string().nullable() });

export function openFeedMemory(redis: Pick<Redis, 'get' | 'mget' | 'pipeline'>): FeedMemory {
  return {
    async validators(feedId, url) {
      const text = await redisCall(() => redis.get(feedKey(feedId)));
      if (text === null) return null;
      const parsed = stored.safeParse(JSON.parse(text));
      return parsed.success && parsed.data.url === url ? parsed.data : null;
    },
    async unseen(feedId, entries) {
      if (entries.length === 0) return new Set();
      const keys = entries.map(({ articleId }) => entryKey(feedId, articleId));
      const known = await redisCall(() => redis.mget(keys));
      return new Set(entries.filter(({ hash }, index) => known[index] !== hash));
    },
    async remember(feedId, url, validators, entries) {
      const pipeline = redis.pipeline();
      for (const { articleId, hash } of entries) pipeline.set(entryKey(feedId, articleId), hash, 'EX', ttlSeconds);
      if (validators === null) pipeline.del(feedKey(feedId));
      else pipeline.set(feedKey(feedId), JSON.stringify({ url, ...validators }), 'EX', ttlSeconds);
      await redisCall(async () => {
        const replies = await pipeline.exec();
        const failed = replies?.find(([error]) => error !== null);
        if (failed?.[0]) throw failed[0];
      });
    },
  };
}

function feedKey(feedId: string): string {
  return `collect:feed:${feedId}`;
}

function entryKey(feedId: string, articleId: string): string {
  return `collect:entry:${feedId}:${articleId}`;
}
