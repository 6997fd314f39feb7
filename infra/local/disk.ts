import { existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { megabytes } from './progress.ts';
import { SetupError } from './setup-error.ts';

/** @throws SetupError where the folder's disk has less room than that */
export function assertDiskSpace(dir: string, neededBytes: number, setting: string): void {
  const free = freeBytes(dir);
  if (free >= neededBytes) return;
  throw new SetupError(
    `the disk is nearly full: ${megabytes(free)} free for ${dir}, ${megabytes(neededBytes)} needed; make room, or choose another folder by ${setting}`,
  );
}

/** Whether an error in filling the folder came of a full disk. Not every program says so when it is. */
export function isDiskFull(error: unknown, dir: string): boolean {
  if (freeBytes(dir) < 4_000_000) return true;
  if (!(error instanceof Error)) return false;
  return ('code' in error && error.code === 'ENOSPC') || /no space left on device|ENOSPC/iu.test(error.message);
}

/** @param dir may be missing: then of the folder that it would be made in */
function freeBytes(dir: string): number {
  let existing = dir;
  while (!existsSync(existing)) existing = dirname(existing);
  const { bavail, bsize } = statfsSync(existing);
  return bavail * bsize;
}
