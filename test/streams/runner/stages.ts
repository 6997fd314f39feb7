import type { ArticleDuplicate } from '../../../schemas/types.ts';
import type { Handler, Message, Outcome, StageContext, StageDefinition } from '../../../streams/stage.ts';

type In = 'article-duplicate';
type Out = 'article-duplicate' | 'article-unique';

/** A small value to send through stages; `method` carries what a test wants to recognise. */
export function link(id: string, method: string): ArticleDuplicate {
  return { article_id: id, original_id: null, reason: 'same_text', score: 1, version: 1, method };
}

type Process = (message: Message<In>, context: StageContext) => Promise<Outcome<Out>>;

export function stageOf(handler: Handler<In, Out>, name = 'stage'): StageDefinition<In, Out> {
  return {
    name,
    purpose: 'Shows what the runner does.',
    inputs: ['article-duplicate'],
    outputs: ['article-duplicate', 'article-unique'],
    open: async () => ({ handler }),
  };
}

export const each = (process: Process, concurrency = 10): StageDefinition<In, Out> =>
  stageOf({ kind: 'each', concurrency, process });

export const batches = (
  process: (messages: readonly Message<In>[], context: StageContext) => Promise<readonly Outcome<Out>[]>,
  maxBatch = 10,
): StageDefinition<In, Out> => stageOf({ kind: 'batch', maxBatch, process });
