import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { FatalError } from '../../streams/errors.ts';

export interface ModelFiles {
  /** Name of the folder and the first 8 hex digits of the weights' SHA-256: vectors of different weights never mix. */
  readonly model: string;
  readonly weights: string;
  readonly tokenizer: string;
}

/**
 * Finds the files of a sentence model and names it.
 *
 * @param modelDir folder with model.onnx and tokenizer.json
 * @throws FatalError that says which files are missing, where, and how to get them
 */
export async function findModelFiles(modelDir: string): Promise<ModelFiles> {
  const weights = join(modelDir, 'model.onnx');
  const tokenizer = join(modelDir, 'tokenizer.json');
  const missing: string[] = [];
  for (const file of [weights, tokenizer]) {
    await access(file).catch(() => missing.push(basename(file)));
  }
  if (missing.length > 0) {
    throw new FatalError(
      `the embedding model is incomplete: ${missing.join(' and ')} not found in ${modelDir}. ` +
        '`npm start` fetches the model; EMBEDDING_MODEL_DIR names a folder that holds another one.',
    );
  }
  const hash = createHash('sha256');
  await pipeline(createReadStream(weights), hash);
  return { model: `${basename(modelDir)}@${hash.digest('hex').slice(0, 8)}`, weights, tokenizer };
}
