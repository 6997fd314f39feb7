import { existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { megabytes } from './progress.ts';
import { SetupError } from './setup-error.ts';

/** @throws SetupError where the folder's disk has less room than that */
export function assertDiskSpace(dir: string, neededBytes: number, setting: string): void {
  let existing = dir;
  while (!existsSync(existing)) existing = dirname(existing);
  const { bavail, bsize } = statfsSync(existing);
  const freeBytes = bavail * bsize;
  if (freeBytes >= neededBytes) return;
  throw new SetupError(
    `the disk is nearly full: ${megabytes(freeBytes)} free for ${dir}, ${megabytes(neededBytes)} needed; make room, or choose another folder by ${setting}`,
  );
}

/** Errors of the system and of other programs' output that come down to a full disk. */
export function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('code' in error && error.code === 'ENOSPC') || /no space left on device|ENOSPC/iu.test(error.message);
}
