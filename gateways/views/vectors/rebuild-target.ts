import { connectRedis } from '../../../streams/redis.ts';
import type { Runtime } from '../../../streams/runtime.ts';
import type { Message } from '../../../streams/stage.ts';
import { openVectorIndex } from '../../vector-index/open.ts';
import type { RebuildTarget } from '../rebuild-target.ts';
import { endLists } from '../redis/list-cache.ts';
import { writeToVectors } from './view-vectors.ts';

/** A new index beside the live one, under the store's own means of switching. */
export async function openVectorsRebuild({ config, log }: Pick<Runtime, 'config' | 'log'>): Promise<RebuildTarget> {
  const live = await openVectorIndex(config.vectors, { log });
  const redis = connectRedis(config.redisUrl, log);
  const close = async (): Promise<void> => {
    redis.disconnect();
    await live[Symbol.asyncDispose]();
  };
  try {
    const rebuild = await live.rebuild();
    return {
      write: (messages) => writeToVectors(rebuild.index, messages as readonly Message<'article-embedded'>[]),
      activate: () => rebuild.activate(),
      finish: () => endLists(redis, ['search:results']),
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
