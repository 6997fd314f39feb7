import { setTimeout } from 'node:timers/promises';
import { connectRedis } from '../../../streams/redis.ts';
import type { Message } from '../../../streams/stage.ts';
import { openVectorIndex } from '../../vector-index/open.ts';
import type { RebuildRuntime, RebuildTarget } from '../rebuild-target.ts';
import { beginChange, holdView } from '../redis/view-change.ts';
import { viewVectors, writeToVectors } from './view-vectors.ts';

/**
 * A new index beside the live one, under the store's own means of switching. The live view is held while the topic is
 * read to its end, so that the new index is never behind the old one.
 */
export async function openVectorsRebuild({
  config,
  log,
}: Pick<RebuildRuntime, 'config' | 'log'>): Promise<RebuildTarget> {
  const live = await openVectorIndex(config.vectors, { log });
  const redis = connectRedis(config.redisUrl, log);
  const close = async (): Promise<void> => {
    redis.disconnect();
    await live[Symbol.asyncDispose]();
  };
  try {
    const rebuild = await live.rebuild();
    return {
      write: (messages) =>
        writeToVectors(rebuild.index, messages as readonly Message<'article-embedded'>[], config.vectors.dimensions),
      async activate(catchUp, onWait) {
        const hold = await holdView(redis, viewVectors.name, async () => {
          onWait();
          await setTimeout(50);
        });
        try {
          await catchUp();
          const change = await beginChange(redis, 'view-vectors-rebuild', ['search:results']);
          await hold.confirm();
          await rebuild.activate();
          await change.end();
        } finally {
          await hold
            .release()
            .catch((error: unknown) => log.warn({ err: error }, 'the view is held for a minute more'));
        }
      },
      async [Symbol.asyncDispose]() {
        await rebuild.cleanUp().catch((error: unknown) => log.warn({ err: error }, 'an old index was not removed'));
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
