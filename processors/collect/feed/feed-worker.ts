import { answerTasks } from '../../../streams/worker-pool.ts';
import type { FeedDocument, ParsedFeed } from '../connector.ts';
import { SourceProblem } from '../source-problem.ts';
import { parseFeed } from './parse-feed.ts';

export interface ParseTask {
  readonly document: FeedDocument;
  readonly nowMs: number;
}

/** An error's class does not survive the way between threads, so a problem comes as a value. */
export type ParseAnswer =
  { readonly feed: ParsedFeed } | { readonly problem: { readonly code: string; readonly message: string } };

answerTasks(async ({ document, nowMs }: ParseTask): Promise<ParseAnswer> => {
  try {
    return { feed: await parseFeed(document, nowMs) };
  } catch (error) {
    if (error instanceof SourceProblem) return { problem: { code: error.code, message: error.message } };
    throw error;
  }
});
