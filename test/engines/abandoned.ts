import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { tryLock } from '../../infra/local/lock.ts';
import { endOrphans } from '../../infra/local/orphans.ts';

export const testDataPrefix = 'mimir-test-';

/** Ends the engines and removes the data of test runs that were killed. Those of runs that live hold their lock. */
export async function removeAbandoned(parent: string): Promise<void> {
  for (const name of readdirSync(parent).filter((each) => each.startsWith(testDataPrefix))) {
    const dataDir = join(parent, name);
    using lock = lockIfAbandoned(dataDir);
    if (lock === undefined) continue;
    await endOrphans(dataDir);
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  }
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
