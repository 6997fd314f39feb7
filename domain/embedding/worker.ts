/** A thread of the embedder: loads the model with the first task and keeps it. */
import { answerTasks } from '../../streams/worker-pool.ts';
import { loadSentenceModel, type SentenceModel } from './sentence-model.ts';

export interface EmbeddingTask {
  /** Paths of the model's files. */
  readonly weights: string;
  readonly tokenizer: string;
  readonly texts: readonly string[];
}

let model: Promise<SentenceModel> | undefined;

answerTasks(async ({ weights, tokenizer, texts }: EmbeddingTask) => {
  model ??= loadSentenceModel(weights, tokenizer);
  return (await model).embed(texts);
});
