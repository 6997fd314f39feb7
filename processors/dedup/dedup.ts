import type { Article } from '../../schemas/types.ts';
import { TransientError } from '../../streams/errors.ts';
import { passFailPoint } from '../../streams/fail-points.ts';
import { connectRedis } from '../../streams/redis.ts';
import { drop, emit, type Handler, type Output, type StageDefinition } from '../../streams/stage.ts';
import { factsOf } from './facts.ts';
import { nearMethod } from './near/nearness.ts';
import { ownOutputs, rebuild } from './rebuild.ts';
import { judge } from './seen.ts';
import { type DedupState, type Link, memoryMs, openDedupState, type Passed } from './state.ts';

/** Raised when the output for the same input changes. */
const revision = 1;

/** What judges that two articles are the same, with its version. */
const exactMethod = 'exact-1';

type Out = 'article-unique' | 'article-duplicate';

/** Most of the time of a message is waiting for Redis and the broker. */
const concurrency = 32;

export const dedup: StageDefinition<'article', Out> = {
  name: 'dedup',
  revision,
  purpose: 'Passes on each version of each article once, and links copies to their originals',
  inputs: ['article'],
  outputs: ['article-unique', 'article-duplicate'],
  async open(runtime) {
    const log = runtime.log.child({ stage: 'dedup' });
    const redis = connectRedis(runtime.config.redisUrl, log);
    const { windowDays } = runtime.config.dedup;
    const state = openDedupState(redis, { windowDays });
    const prepare = (): Promise<void> =>
      rebuild(state, ownOutputs({ ...runtime, log }), Date.now() - memoryMs(windowDays), log);
    try {
      if (!(await state.isReady())) await prepare();
    } catch (error) {
      if (!(error instanceof TransientError)) {
        redis.disconnect();
        throw error;
      }
      // The first message tries again, and waits for as long as it takes.
      log.warn({ err: error }, 'dedup cannot prepare its state yet');
    }
    return { handler: dedupHandler(state, prepare), close: () => Promise.resolve(redis.disconnect()) };
  },
};

/**
 * @param prepare rebuilds the state; called when its marker is missing, and never twice at once
 */
export function dedupHandler(state: DedupState, prepare: () => Promise<void>): Handler<'article', Out> {
  let preparing: Promise<void> | undefined;
  const prepared = (): Promise<void> => {
    preparing ??= prepare().finally(() => {
      preparing = undefined;
    });
    return preparing;
  };

  return {
    kind: 'each',
    concurrency,
    async process({ key, value }) {
      for (;;) {
        const verdict = value === null ? null : judge(await state.seen(key), value, value.version + revision);
        if (verdict?.kind === 'drop') return drop(verdict.reason);

        const passed = value === null || verdict === null ? null : passOn(value, verdict.seen);
        const decision = await state.decide(key, passed?.facts ?? null);
        if (decision === null) {
          await prepared();
          continue;
        }
        passFailPoint('dedup-decided');
        const output: Output<Out> = { topic: 'article-unique', key, value: passed?.article ?? null };
        // Seen only now: a crash before must repeat the article, not lose it.
        return emit([output, ...decision.links.map(linkOutput)], async () => {
          while (!(await state.acknowledge(key, passed, decision))) await prepared();
        });
      }
    },
  };
}

function passOn(article: Article, seen: Passed['seen']): Passed & { readonly article: Article } {
  const passed = { ...article, version: seen.version, feed_ids: seen.feedIds };
  return { article: passed, facts: factsOf(passed), seen };
}

function linkOutput({ articleId, originalId, reason, score, version }: Link): Output<Out> {
  const method = reason === 'near_text' ? nearMethod : exactMethod;
  const value =
    originalId === undefined
      ? null
      : { article_id: articleId, original_id: originalId, reason, score, version, method };
  return { topic: 'article-duplicate', key: articleId, value };
}
