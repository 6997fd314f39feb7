import { readFileSync } from 'node:fs';
import type { Redis } from 'ioredis';
import { redisCall } from '../../streams/redis.ts';

/** The record that an article was embedded from last, and what was taken from it. */
export interface Remembered {
  readonly partition: number;
  readonly offset: bigint;
  /** Of the article, not of what was found in it. */
  readonly articleVersion: number;
  /** A hash of all that the vector's record is made from. */
  readonly facts: string;
}

/**
 * What the stage wrote last of each article, in Redis: some 150 bytes each. A cache: who is forgotten is embedded once
 * more. Every method throws TransientError where Redis is away.
 */
export interface EmbedMemory {
  /** In the order of the ids; null for those that are not known. */
  of(articleIds: readonly string[]): Promise<readonly (Remembered | null)[]>;
  forget(articleIds: readonly string[]): Promise<void>;
  /** Called once the output is on the broker. A later record of the same partition stays. */
  remember(articleId: string, remembered: Remembered): Promise<void>;
}

/** An article that is recomputed later than this is embedded anew. */
const memorySeconds = 30 * 86_400;

interface Script {
  embedRemember(key: string, ...parts: readonly (string | number)[]): Promise<unknown>;
}

export function openEmbedMemory(redis: Redis): EmbedMemory {
  const lua = readFileSync(new URL('./lua/remember.lua', import.meta.url), 'utf8');
  redis.defineCommand('embedRemember', { numberOfKeys: 1, lua });
  const script = redis as unknown as Script;
  return {
    async of(articleIds) {
      if (articleIds.length === 0) return [];
      return (await redisCall(() => redis.mget(articleIds.map(keyOf)))).map(parsed);
    },
    async forget(articleIds) {
      if (articleIds.length > 0) await redisCall(() => redis.del(articleIds.map(keyOf)));
    },
    async remember(articleId, { partition, offset, articleVersion, facts }) {
      const rest = `${articleVersion}:${facts}`;
      await redisCall(() => script.embedRemember(keyOf(articleId), partition, String(offset), rest, memorySeconds));
    },
  };
}

const keyOf = (articleId: string) => `embedded:${articleId}`;

function parsed(text: string | null): Remembered | null {
  const [partition, offset, articleVersion, facts] = text?.split(':') ?? [];
  if (partition === undefined || offset === undefined || articleVersion === undefined || facts === undefined) {
    return null;
  }
  return { partition: Number(partition), offset: BigInt(offset), articleVersion: Number(articleVersion), facts };
}
