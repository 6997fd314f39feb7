import { randomBytes } from 'node:crypto';
import { mkdir, open } from 'node:fs/promises';
import { type Config, secretKeysFile } from '../streams/config.ts';

/** A key in the form of MIMIR_SECRET_KEYS, named by the day. */
export function newSecretKey(): string {
  const day = new Date().toISOString().slice(0, 10).replaceAll('-', '');
  return `k${day}-${randomBytes(3).toString('hex')}:${randomBytes(32).toString('base64')}`;
}

/**
 * Makes a key for this data folder, readable by its owner alone, unless there is one or the environment gives some. Not
 * in production: who runs it there keeps the keys where backups of the database are not.
 */
export async function ensureSecretKeys(config: Pick<Config, 'dataDir' | 'secretKeys' | 'environment'>): Promise<void> {
  if (config.secretKeys.length > 0 || config.environment === 'production') return;
  await mkdir(config.dataDir, { recursive: true });
  try {
    await using handle = await open(secretKeysFile(config.dataDir), 'wx', 0o600);
    await handle.writeFile(`${newSecretKey()}\n`);
    await handle.sync();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}
