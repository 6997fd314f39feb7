import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { tryLock } from '../../infra/local/lock.ts';
import { endOrphans } from '../../infra/local/orphans.ts';

/** Data folders of the engines that a whole run shares. */
export const testDataPrefix = 'mimir-test-';

/** Data folders of tests that start and kill engines of their own. */
export const ownDataPrefix = 'mimir-own-test-';

/**
 * Ends the engines and removes the data of test runs that were killed. Those of runs that live hold their lock; a test
 * that kills its own engines lets go of it for a while, so its folder must also be old.
 */
export async function removeAbandoned(parent: string): Promise<void> {
  for (const name of readdirSync(parent)) {
    const dataDir = join(parent, name);
    if (!isOldEnough(name, dataDir)) continue;
    using lock = lockIfAbandoned(dataDir);
    if (lock === undefined) continue;
    await endOrphans(dataDir);
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  }
}

function isOldEnough(name: string, dataDir: string): boolean {
  if (name.startsWith(testDataPrefix)) return true;
  if (!name.startsWith(ownDataPrefix)) return false;
  // Another run may be removing it at this moment.
  const changedMs = statSync(dataDir, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
  return Date.now() - changedMs > 900_000;
}

function lockIfAbandoned(dataDir: string): Disposable | undefined {
  const file = join(dataDir, 'run', 'lock');
  // A run that is just beginning has its folder and no lock yet.
  if (!existsSync(file)) return undefined;
  try {
    return tryLock(file);
  } catch {
    // Another user's: theirs to remove.
    return undefined;
  }
}
