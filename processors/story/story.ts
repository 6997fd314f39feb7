import { TransientError } from '../../streams/errors.ts';
import { connectRedis } from '../../streams/redis.ts';
import type { StageDefinition } from '../../streams/stage.ts';
import { type In, type Out, StoryJudge } from './judge.ts';
import { openStoryMemory } from './memory.ts';
import { rebuild, topicsOf } from './rebuild.ts';

/** Raised when the output for the same input changes. Another judgement of stories changes `method` too. */
const revision = 1;

/** One step of Redis for so many: they are judged in some milliseconds. */
const maxBatch = 32;

const dayMs = 86_400_000;

export const story: StageDefinition<In, Out> = {
  name: 'story',
  revision,
  purpose: 'Gathers articles about one event in stories',
  inputs: ['story-override', 'article-embedded'],
  outputs: ['article-story', 'story-update'],
  async open(runtime) {
    const log = runtime.log.child({ stage: 'story' });
    const redis = connectRedis(runtime.config.redisUrl, log);
    const { windowDays, memoryDays, maxStories } = runtime.config.story;
    const memory = openStoryMemory(redis, { windowDays, memoryDays, maxStories });
    const prepare = (): Promise<void> => {
      const now = Date.now();
      const limits = { storiesSinceMs: now - 2 * windowDays * dayMs, articlesSinceMs: now - memoryDays * dayMs };
      return rebuild(memory, topicsOf({ ...runtime, log }), limits, log);
    };
    try {
      if (!(await memory.isReady())) await prepare();
    } catch (error) {
      if (!(error instanceof TransientError)) {
        redis.disconnect();
        throw error;
      }
      // The first message tries again, and waits for as long as it takes.
      log.warn({ err: error }, 'story cannot prepare its memory yet');
    }
    const judge = new StoryJudge({ memory, prepare, windowDays, memoryDays, revision });
    return {
      handler: { kind: 'batch', maxBatch, process: (messages) => judge.judge(messages) },
      close: () => Promise.resolve(redis.disconnect()),
    };
  },
};
