import { readFile } from 'node:fs/promises';
import { Tokenizer } from '@huggingface/tokenizers';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { meanPool } from './pooling.ts';
import { groupByLength } from './token-batches.ts';

export const dimensions = 384;

/**
 * Tokens of a text that are read. The model takes 256 and its tokenizer.json asks for 128. The cost of a text grows
 * with its length, and of a news story the headline and the lead carry most of what it is about, so 128 for now.
 */
const maxTokens = 128;

/** Tokenizing takes time by the character: what cannot reach the first 128 tokens is cut off before. */
const maxCharacters = 2_000;

/** Sequences × tokens of one run: what stays in the cache of a core. */
const maxTokensPerRun = 512;

const none = new Float32Array();

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

  const run = async (sequences: readonly (readonly number[])[]): Promise<Float32Array[]> => {
    const lengths = sequences.map((ids) => ids.length);
    const width = Math.max(...lengths);
    const size = sequences.length * width;
    const inputIds = new BigInt64Array(size);
    const mask = new BigInt64Array(size);
    for (const [row, ids] of sequences.entries()) {
      for (const [column, id] of ids.entries()) {
        inputIds[row * width + column] = BigInt(id);
        mask[row * width + column] = 1n;
      }
    }
    const shape = [sequences.length, width];
    const outputs = await session.run({
      input_ids: new Tensor('int64', inputIds, shape),
      attention_mask: new Tensor('int64', mask, shape),
      token_type_ids: new Tensor('int64', new BigInt64Array(size), shape),
    });
    const { sentence_embedding: pooled, last_hidden_state: hidden } = outputs;
    const output = pooled ?? hidden;
    if (output === undefined || output.dims.at(-1) !== dimensions) {
      throw new Error(`${weights} has no output of ${dimensions} dimensions: sentence_embedding or last_hidden_state`);
    }
    const numbers = output.data as Float32Array;
    if (pooled === undefined) return meanPool(numbers, lengths, width, dimensions);
    return lengths.map((_, row) => numbers.slice(row * dimensions, (row + 1) * dimensions));
  };

  return {
    async embed(texts) {
      const sequences = texts.map((text) => truncate(words.encode(text.slice(0, maxCharacters)).ids));
      const vectors: Float32Array[] = texts.map(() => none);
      const groups = groupByLength(
        sequences.map((ids) => ids.length),
        maxTokensPerRun,
      );
      for (const group of groups) {
        const results = await run(group.map((index) => sequences[index] ?? []));
        for (const [position, index] of group.entries()) vectors[index] = results[position] ?? none;
      }
      return vectors;
    },
  };
}

/** Keeps the closing [SEP], which the model was trained to see. */
function truncate(ids: readonly number[]): readonly number[] {
  return ids.length <= maxTokens ? ids : [...ids.slice(0, maxTokens - 1), ...ids.slice(-1)];
}
