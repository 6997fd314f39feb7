import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { ownDataPrefix } from '../engines/abandoned.ts';

/** A folder that lasts as long as the test that asks for it. */
export function temporaryFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), ownDataPrefix));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true, maxRetries: 5 }));
  return dir;
}
