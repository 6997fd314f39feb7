import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A lock between processes on one machine. SQLite's lock on the file is the operating system's: it ends with the
 * process that holds it, however that ends, so that no stale lock can remain and none need be guessed at.
 */
export interface Lock extends Disposable {
  release(): void;
}

/**
 * @param file made where it is missing, and left there
 * @returns undefined where another process, or this one, holds it
 */
export function tryLock(file: string): Lock | undefined {
  mkdirSync(dirname(file), { recursive: true });
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === 5) return undefined;
    throw error;
  }
  writeFileSync(holderFile(file), String(process.pid));
  const release = (): void => {
    if (database.isOpen) database.close();
  };
  return { release, [Symbol.dispose]: release };
}

/** Waits until the lock is free. @throws the signal's reason */
export async function lock(file: string, signal: AbortSignal, onWait: () => void): Promise<Lock> {
  for (;;) {
    signal.throwIfAborted();
    const held = tryLock(file);
    if (held !== undefined) return held;
    onWait();
    await sleep(250, undefined, { signal });
  }
}

/** Process id of the one that took the lock last, for messages. */
export function holderOf(file: string): string {
  try {
    return readFileSync(holderFile(file), 'utf8');
  } catch {
    return 'unknown';
  }
}

function holderFile(file: string): string {
  return `${file}.pid`;
}
