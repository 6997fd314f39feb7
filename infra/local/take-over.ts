import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { engineNames } from './engine.ts';
import { kafkaFolders } from './kafka-storage.ts';
import { holderOf, tryLock, type Lock } from './lock.ts';
import { endOrphans } from './orphans.ts';
import type { Progress } from './progress.ts';
import { SetupError } from './setup-error.ts';

/** What engines and services keep in the data folder. Whatever else lies there is somebody else's. */
const dataNames = [...engineNames, 'logs', 'instance.json', 'vectors.db', 'vectors.db-wal', 'vectors.db-shm'];

/**
 * Makes the data folder ours: one instance at a time, and nothing left running of an earlier one that was killed.
 *
 * @param fresh forgets all data
 * @throws SetupError where another instance holds it or it cannot be written
 */
export async function takeOver(dataDir: string, fresh: boolean, progress: Progress): Promise<Lock> {
  const lockFile = join(dataDir, 'run', 'lock');
  const lock = await openLock(dataDir, lockFile);
  if (lock === undefined) {
    throw new SetupError(
      `Mimir runs already on the data folder ${dataDir} (process ${holderOf(lockFile)}); stop it first, or give this one a folder of its own by MIMIR_DATA_DIR`,
    );
  }
  const orphans = await endOrphans(dataDir);
  if (orphans.length > 0) progress.step('end what a killed run left').done(orphans.join(', '));
  const ours = [...dataNames, ...kafkaFolders(dataDir)];
  if (fresh) for (const name of ours) rmSync(join(dataDir, name), { recursive: true, force: true });
  return lock;
}

/** Waits a little: an instance that was just told to end may need a moment. */
async function openLock(dataDir: string, lockFile: string): Promise<Lock | undefined> {
  try {
    mkdirSync(dataDir, { recursive: true });
    for (let attempt = 0; attempt < 10; attempt += 1) {
      const lock = tryLock(lockFile);
      if (lock !== undefined) return lock;
      await sleep(100);
    }
    return undefined;
  } catch (error) {
    throw new SetupError(`the data folder ${dataDir} cannot be written: ${String(error)}; MIMIR_DATA_DIR moves it`);
  }
}
