import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Embedder } from '../../domain/embedding/embedder.ts';
import { TransientError } from '../../streams/errors.ts';
import { redisCall } from '../../streams/redis.ts';

/** Renewed by each start that needs the text: what nobody's topic has any more goes. */
const memorySeconds = 30 * 86_400;

/**
 * An embedder that keeps its vectors in Redis, 1.6 KB a text: a stage that starts would have to embed the examples of all
 * organisations before its first article, some 10 ms each. A cache: what is forgotten, or is asked for while Redis is away,
 * is embedded once more.
 */
export function rememberExamples(
  redis: Redis,
  { model, embed }: Pick<Embedder, 'model' | 'embed'>,
): Pick<Embedder, 'embed'> {
  const keyOf = (text: string) =>
    `example:${createHash('sha256')
      .update(JSON.stringify([model, text]))
      .digest('base64url')}`;

  return {
    async embed(texts) {
      const keys = texts.map(keyOf);
      const held = await unlessAway(async () => {
        const pipeline = redis.pipeline();
        for (const key of keys) pipeline.getexBuffer(key, 'EX', memorySeconds);
        return resultsOf(await pipeline.exec());
      });
      const known = keys.map((_, at) => vectorOf(held[at]));
      const missing = [...keys.keys()].filter((at) => known[at] === null);
      if (missing.length === 0) return known.map((vector) => vector ?? new Float32Array());
      const made = await embed(missing.map((at) => texts[at] ?? ''));
      await unlessAway(async () => {
        const pipeline = redis.pipeline();
        for (const [n, at] of missing.entries()) {
          pipeline.set(keys[at] ?? '', bytesOf(made[n] ?? new Float32Array()), 'EX', memorySeconds);
        }
        return resultsOf(await pipeline.exec());
      });
      const madeAt = new Map(missing.map((at, n) => [at, made[n]]));
      return known.map((vector, at) => vector ?? madeAt.get(at) ?? new Float32Array());
    },
  };
}

/** Nothing where Redis is away. */
async function unlessAway(ask: () => Promise<readonly unknown[]>): Promise<readonly unknown[]> {
  try {
    return await redisCall(ask);
  } catch (error) {
    if (error instanceof TransientError) return [];
    throw error;
  }
}

function resultsOf(replies: readonly [Error | null, unknown][] | null): readonly unknown[] {
  return (replies ?? []).map(([error, value]) => {
    if (error !== null) throw error;
    return value;
  });
}

const bytesOf = (vector: Float32Array): Buffer => Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);

/** A copy: what Redis gives need not begin where a number may. */
function vectorOf(bytes: unknown): Float32Array | null {
  return Buffer.isBuffer(bytes) ? new Float32Array(Uint8Array.from(bytes).buffer) : null;
}
