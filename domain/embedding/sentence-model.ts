import { readFile } from 'node:fs/promises';
import { Tokenizer } from '@huggingface/tokenizers';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { meanPool } from './pooling.ts';

export const dimensions = 384;

/**
 * Tokens of a text that are read. The model takes 256 and its tokenizer.json asks for 128. The cost of a text grows
 * with its length, and of a news story the headline and the lead carry most of what it is about, so 128 for now.
 */
const maxTokens = 128;

/** Tokenizing takes time by the character: what cannot reach the first 128 tokens is cut off before. */
const maxCharacters = 2_000;

/** all-MiniLM-L6-v2, in the thread that calls it. */
export interface SentenceModel {
  embed(texts: readonly string[]): Promise<Float32Array[]>;
}

/**
 * @param weights path of an ONNX file with inputs input_ids, attention_mask, token_type_ids, and the output
 *   last_hidden_state, or sentence_embedding where pooling and unit length are in the graph
 * @param tokenizer path of the tokenizer.json that belongs to it
 */
export async function loadSentenceModel(weights: string, tokenizer: string): Promise<SentenceModel> {
  const settings = JSON.parse(await readFile(tokenizer, 'utf8')) as object;
  const words = new Tokenizer(settings, {});
  const session = await InferenceSession.create(weights, {
    // One thread a worker: the pool scales by workers, and two threads on one text gain less than two texts at once.
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    logSeverityLevel: 3,
  });

  const run = async (ids: readonly number[]): Promise<Float32Array> => {
    const shape = [1, ids.length];
    const outputs = await session.run({
      input_ids: new Tensor('int64', BigInt64Array.from(ids, BigInt), shape),
      attention_mask: new Tensor('int64', new BigInt64Array(ids.length).fill(1n), shape),
      token_type_ids: new Tensor('int64', new BigInt64Array(ids.length), shape),
    });
    const { sentence_embedding: pooled, last_hidden_state: hidden } = outputs;
    const output = pooled ?? hidden;
    if (output === undefined || output.dims.at(-1) !== dimensions) {
      throw new Error(`${weights} has no output of ${dimensions} dimensions: sentence_embedding or last_hidden_state`);
    }
    const numbers = output.data as Float32Array;
    return pooled === undefined ? meanPool(numbers, dimensions) : numbers.slice();
  };

  return {
    async embed(texts) {
      const vectors: Float32Array[] = [];
      // Each alone: the scales of int8 are taken from all that is computed at once, so that a text's vector would
      // depend on its company (cosine down to 0.987). Texts of full length are no faster together.
      for (const text of texts) vectors.push(await run(truncate(words.encode(text.slice(0, maxCharacters)).ids)));
      return vectors;
    },
  };
}

/** Keeps the closing [SEP], which the model was trained to see. */
function truncate(ids: readonly number[]): readonly number[] {
  return ids.length <= maxTokens ? ids : [...ids.slice(0, maxTokens - 1), ...ids.slice(-1)];
}
