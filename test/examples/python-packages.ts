import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fillCache } from '../../infra/local/cache.ts';
import { streamProgress } from '../../infra/local/progress.ts';
import { run } from '../../infra/local/run.ts';
import { loadConfig } from '../../streams/config.ts';

const requirements = new URL('../../examples/python/requirements.txt', import.meta.url);

/**
 * The packages of the Python example, fetched once and kept in the cache: later runs need no network.
 *
 * @returns the folder, for PYTHONPATH
 */
export async function pythonPackages(signal: AbortSignal): Promise<string> {
  // Some of them are compiled for one version of Python.
  const version = await run('python3', ['--version'], { signal });
  const pip = ['-m', 'pip', '--disable-pip-version-check', '--quiet', '--timeout=20', '--retries=2', 'install'];
  return fillCache(
    loadConfig().cacheDir,
    {
      name: 'examples-python',
      pin: `${version.trim()}\n${readFileSync(requirements, 'utf8')}`,
      what: 'the packages of examples/python from PyPI',
      aboutBytes: 41_000_000,
    },
    { signal, progress: streamProgress(process.stderr) },
    async (into) => {
      const what = ['--only-binary=:all:', '--no-cache-dir', '--target', into, '-r', fileURLToPath(requirements)];
      await run('python3', [...pip, ...what], { signal });
    },
  );
}
