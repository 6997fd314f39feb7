/** A worker thread of the embedder: gets texts, answers with their vectors in one array. */
import { parentPort, workerData } from 'node:worker_threads';
import { loadSentenceModel } from './sentence-model.ts';
import type { WorkerReply, WorkerRequest } from './worker-pool.ts';

const port = parentPort;
if (port === null) throw new Error('this file is run as a worker thread');

const { weights, tokenizer } = workerData as { readonly weights: string; readonly tokenizer: string };
const model = await loadSentenceModel(weights, tokenizer);

port.on('message', (request: WorkerRequest<readonly string[]>) => {
  void answer(request).then((reply) => port.postMessage(reply));
});
port.postMessage('ready');

async function answer(request: WorkerRequest<readonly string[]>): Promise<WorkerReply<readonly Float32Array[]>> {
  try {
    return { result: await model.embed(request.input) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
