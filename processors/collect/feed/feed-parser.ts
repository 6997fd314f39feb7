import { openWorkerPool, TaskFailed, TaskTimeout } from '../../../streams/worker-pool.ts';
import type { FeedDocument, ParsedFeed } from '../connector.ts';
import { SourceProblem } from '../source-problem.ts';
import type { ParseAnswer, ParseTask } from './feed-worker.ts';

/** Parses feeds in threads of their own: a hostile one costs its source the time, and nobody else. */
export interface FeedParser {
  /** @throws SourceProblem not-a-feed, unreadable-feed */
  parse(document: FeedDocument, nowMs: number): Promise<ParsedFeed>;
  close(): Promise<void>;
}

const timeoutMs = 5_000;
const maxMemoryMb = 512;
/** Started when they are needed: while one thread is at a hostile feed, the others go on. */
const threads = 3;

export function openFeedParser(): FeedParser {
  const script = new URL('./feed-worker.ts', import.meta.url);
  const pool = openWorkerPool<ParseTask, ParseAnswer>({ script, size: threads, timeoutMs, maxMemoryMb });
  return {
    async parse(document, nowMs) {
      try {
        const answer = await pool.run({ document, nowMs });
        if ('feed' in answer) return answer.feed;
        throw new SourceProblem(answer.problem.code, answer.problem.message);
      } catch (error) {
        if (!(error instanceof TaskTimeout || error instanceof TaskFailed)) throw error;
        const { host } = new URL(document.url);
        throw new SourceProblem('unreadable-feed', `the feed of ${host} could not be parsed: ${error.message}`);
      }
    },
    close: () => pool.close(),
  };
}
