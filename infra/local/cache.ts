import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isDiskFull } from './disk.ts';
import { lock } from './lock.ts';
import { megabytes, type Progress } from './progress.ts';
import { FetchError, SetupError } from './setup-error.ts';

/** A folder of the cache that is either complete and as pinned, or not there. */
export interface CacheEntry {
  /** Folder, below the cache folder. */
  readonly name: string;
  /** Changes with what belongs into the folder (versions, hashes): another pin is fetched anew. */
  readonly pin: string;
  /** For people: "Kafka 4.1.2 from Maven Central". */
  readonly what: string;
  /** For the progress line. */
  readonly aboutBytes: number;
}

export function isCached(cacheDir: string, { name, pin }: CacheEntry): boolean {
  try {
    return readFileSync(join(cacheDir, name, marker), 'utf8') === pin;
  } catch {
    return false;
  }
}

/**
 * Fills the entry unless it is there. It is filled in a folder beside it and renamed when complete, by one process at
 * a time, so that neither a crash nor a second start leaves or sees half of it.
 *
 * @param fill puts everything into the given folder and checks it
 * @returns the entry's folder
 * @throws SetupError that says what could not be fetched
 */
export async function fillCache(
  cacheDir: string,
  entry: CacheEntry,
  options: { readonly signal: AbortSignal; readonly progress: Progress },
  fill: (dir: string) => Promise<void>,
): Promise<string> {
  const { signal, progress } = options;
  const dir = join(cacheDir, entry.name);
  if (isCached(cacheDir, entry)) return dir;
  const step = progress.step(`fetch ${entry.what}`);
  using _held = await lock(join(cacheDir, 'locks', `${entry.name.replaceAll('/', '-')}.lock`), signal, () =>
    step.detail('another start is fetching it'),
  );
  if (isCached(cacheDir, entry)) {
    step.done('by another start');
    return dir;
  }

  const partial = `${dir}.partial`;
  const watch = setInterval(
    () => step.detail(`${megabytes(sizeOf(partial))} of about ${megabytes(entry.aboutBytes)}`),
    500,
  );
  step.detail('fetching');
  try {
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(partial, { recursive: true });
    await fill(partial);
    writeFileSync(join(partial, marker), entry.pin);
    rmSync(dir, { recursive: true, force: true });
    mkdirSync(dirname(dir), { recursive: true });
    renameSync(partial, dir);
    step.done(megabytes(sizeOf(dir)));
    return dir;
  } catch (error) {
    step.fail();
    signal.throwIfAborted();
    throw explain(entry.what, cacheDir, error);
  } finally {
    clearInterval(watch);
    rmSync(partial, { recursive: true, force: true });
  }
}

const marker = '.complete';

function explain(what: string, cacheDir: string, error: unknown): SetupError {
  if (isDiskFull(error, cacheDir)) return new SetupError(`the disk is full: no room in ${cacheDir} for ${what}`);
  const text = error instanceof Error ? error.message : String(error);
  const reason = isOffline(text) ? 'the network cannot be reached' : (text.split('\n').at(-1) ?? text);
  return new FetchError(what, reason.slice(0, 300), cacheDir, { cause: error });
}

/** As pip, Maven and apt put it. */
function isOffline(text: string): boolean {
  return /name resolution|failure resolving|unknown host|name or service not known|network is unreachable|no route to host|connection refused|timed out|NewConnectionError/iu.test(
    text,
  );
}

/** Files come and go while this looks. */
function sizeOf(dir: string): number {
  if (!existsSync(dir)) return 0;
  let bytes = 0;
  try {
    for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) bytes += statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0;
    }
  } catch {
    // Gone in between: the next look counts again.
  }
  return bytes;
}
