import { TransientError } from '../../../streams/errors.ts';
import { passFailPoint } from '../../../streams/fail-points.ts';
import { connectRedis } from '../../../streams/redis.ts';
import type { Runtime } from '../../../streams/runtime.ts';
import { done, type Message, type Stage, type StageDefinition } from '../../../streams/stage.ts';
import type { ArticleEmbedded } from '../../../schemas/types.ts';
import { openVectorIndex } from '../../vector-index/open.ts';
import type { VectorIndex, VectorPoint } from '../../vector-index/port.ts';
import { measureFreshness } from '../freshness.ts';
import { newestByKey, newestValues } from '../newest.ts';
import { beginChange } from '../redis/view-change.ts';

/** What semantic search and similar articles are read from. */
export const viewVectors: StageDefinition<'article-embedded', never> = {
  name: 'view-vectors',
  purpose: 'Keeps the meaning of each article in the vector store',
  inputs: ['article-embedded'],
  outputs: [],
  store: 'Vectors',
  open: openView,
};

async function openView({ config, log, metrics }: Runtime): Promise<Stage<'article-embedded', never>> {
  const index = await openVectorIndex(config.vectors, { log });
  const redis = connectRedis(config.redisUrl, log);
  measureFreshness(metrics, viewVectors.name, () => index.newestPublishedAt());
  return {
    handler: {
      kind: 'batch',
      maxBatch: 100,
      async process(messages) {
        const change = await beginChange(redis, viewVectors.name, ['search:results']);
        try {
          await writeToVectors(index, messages, config.vectors.dimensions);
          passFailPoint('vectors-written', viewVectors.name);
        } catch (error) {
          // What was not answered may still take effect.
          if (!(error instanceof TransientError)) await change.end().catch(() => undefined);
          throw error;
        }
        await change.end();
        return messages.map(() => done);
      },
    },
    async close() {
      redis.disconnect();
      await index[Symbol.asyncDispose]();
    },
  };
}

/**
 * @param dimensions of every vector; the index takes its own from the first that it is given, so one of another length
 *   must not get that far
 * @throws Error for a vector of another length
 * @throws TransientError where the store is away
 */
export async function writeToVectors(
  index: VectorIndex,
  messages: readonly Message<'article-embedded'>[],
  dimensions: number,
): Promise<void> {
  for (const { value } of messages) {
    if (value === null || value.vector.length === dimensions) continue;
    throw new Error(
      `the vector has ${value.vector.length} numbers and not ${dimensions} (VECTOR_DIMENSIONS): it is of another model`,
    );
  }
  const changes = newestByKey(messages, (value) => value.version);
  // Each as of its own tombstone: one that comes again must not remove what came after it.
  for (const [upTo, among] of Map.groupBy(changes, ([, { deleted }]) => deleted)) {
    if (upTo === null) continue;
    await index.delete(
      among.map(([key]) => key),
      upTo,
    );
  }
  const points = newestValues(changes).map(pointOf);
  if (points.length > 0) await index.upsert(points);
}

function pointOf(embedded: ArticleEmbedded): VectorPoint {
  return {
    articleId: embedded.article_id,
    version: embedded.version,
    vector: embedded.vector,
    payload: {
      visibility: embedded.visibility,
      feedIds: embedded.feed_ids,
      language: embedded.language,
      publishedAt: embedded.published_at,
      model: embedded.model,
    },
  };
}
