import { copyFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fillCache, isCached, type CacheEntry } from './cache.ts';
import type { Progress } from './progress.ts';
import { run } from './run.ts';
import { SetupError } from './setup-error.ts';

/**
 * Redis without installing it: Debian's `redis-tools` carries the server's binary under the name of its check tool
 * (the program acts by the name it is called by). Its libraries are unpacked beside it, so no root is needed.
 */
export const debianRedis: CacheEntry = {
  name: `redis-debian-${process.arch}`,
  pin: '1',
  what: "Redis from Debian's packages",
  aboutBytes: 9_000_000,
};

export async function canUnpackDebian(cacheDir: string, signal: AbortSignal): Promise<boolean> {
  if (isCached(cacheDir, debianRedis)) return true;
  try {
    await run('apt-get', ['--version'], { signal });
    await run('dpkg-deb', ['--version'], { signal });
    return true;
  } catch {
    signal.throwIfAborted();
    return false;
  }
}

/** @returns the command that runs the server */
export async function unpackDebianRedis(
  cacheDir: string,
  progress: Progress,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const dir = await fillCache(cacheDir, debianRedis, { progress, signal }, (into) => unpack(into, signal));
  return command(dir);
}

function command(dir: string): string[] {
  return ['env', `LD_LIBRARY_PATH=${join(dir, 'lib')}`, join(dir, 'redis-server')];
}

async function unpack(into: string, signal: AbortSignal): Promise<void> {
  const work = join(into, 'work');
  mkdirSync(join(into, 'lib'), { recursive: true });
  mkdirSync(work);
  await download(['redis-tools'], work, signal);
  const dependencies = await dependenciesOf(work, signal);
  copyFileSync(join(work, 'root', 'usr', 'bin', 'redis-check-rdb'), join(into, 'redis-server'));
  if ((await missingLibraries(into, signal)).length > 0) {
    const absent: string[] = [];
    for (const name of dependencies) if (!(await isInstalled(name, signal))) absent.push(name);
    await download(absent, work, signal);
    copyLibraries(join(work, 'root'), join(into, 'lib'));
  }
  const stillMissing = await missingLibraries(into, signal);
  if (stillMissing.length > 0) {
    throw new SetupError(`it lacks ${stillMissing.join(', ')}; install Redis instead (apt install redis-server)`);
  }
  rmSync(work, { recursive: true });
}

/** Downloads and unpacks into `<work>/root`. The lists of a fresh machine are empty, or older than the packages. */
async function download(packages: readonly string[], work: string, signal: AbortSignal): Promise<void> {
  if (packages.length === 0) return;
  try {
    await run('apt-get', ['download', ...packages], { signal, cwd: work });
  } catch (error) {
    signal.throwIfAborted();
    if (process.getuid?.() !== 0) {
      throw new SetupError(`${String(error)}\nEither run apt-get update, or install it (apt install redis-server).`);
    }
    await run('apt-get', ['update'], { signal });
    await run('apt-get', ['download', ...packages], { signal, cwd: work });
  }
  for (const file of readdirSync(work).filter((name) => name.endsWith('.deb'))) {
    await run('dpkg-deb', ['--extract', file, 'root'], { signal, cwd: work });
    if (!file.startsWith('redis-tools_')) rmSync(join(work, file));
  }
}

/** Names of the packages that redis-tools needs: "libc6 (>= 2.34), libjemalloc2 (>= 5.0), …". */
async function dependenciesOf(work: string, signal: AbortSignal): Promise<string[]> {
  const file = readdirSync(work).find((name) => name.startsWith('redis-tools_'));
  if (file === undefined) throw new SetupError('apt-get brought no redis-tools');
  const field = await run('dpkg-deb', ['--field', file, 'Depends'], { signal, cwd: work });
  return field.split(',').flatMap((part) => /^[a-z0-9.+-]+/u.exec(part.trim())?.[0] ?? []);
}

async function isInstalled(name: string, signal: AbortSignal): Promise<boolean> {
  try {
    return (await run('dpkg-query', ['--show', '--showformat=${Status}', name], { signal })).includes(' installed');
  } catch {
    signal.throwIfAborted();
    return false;
  }
}

async function missingLibraries(dir: string, signal: AbortSignal): Promise<string[]> {
  const [env = 'env', libraries = '', server = ''] = command(dir);
  const output = await run(env, [libraries, 'ldd', server], { signal });
  return [...output.matchAll(/^\s*(\S+) => not found$/gmu)].map((match) => match[1] ?? '');
}

function copyLibraries(root: string, lib: string): void {
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    // A link is followed: the copy carries the short name that the loader asks for.
    if (/\.so\.\d/u.test(entry.name) && !entry.isDirectory()) {
      copyFileSync(join(entry.parentPath, entry.name), join(lib, entry.name));
    }
  }
}
