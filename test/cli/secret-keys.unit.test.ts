import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureSecretKeys, newSecretKey } from '../../cli/secret-keys.ts';
import { loadConfig, secretKeysFile } from '../../streams/config.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'mimir-keys-'));
});
afterAll(() => rm(root, { recursive: true }));
const load = (folder: string, more: Record<string, string> = {}) =>
  loadConfig({ MIMIR_DATA_DIR: join(root, folder), ...more });

test('a data folder gets one key, its owner alone can read it, and every process finds it', async () => {
  await Promise.all([ensureSecretKeys(load('one')), ensureSecretKeys(load('one')), ensureSecretKeys(load('one'))]);
  const file = secretKeysFile(join(root, 'one'));
  const before = await readFile(file, 'utf8');
  await ensureSecretKeys(load('one'));
  expect(await readFile(file, 'utf8')).toBe(before);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(load('one').secretKeys).toHaveLength(1);
});

test('keys of the environment come first', () => {
  const given = newSecretKey();
  const { secretKeys } = load('one', { MIMIR_SECRET_KEYS: given });
  expect(secretKeys.map(({ id }) => id)).toEqual([given.split(':')[0]]);
});

test.each([
  ['in production', { MIMIR_ENV: 'production' }],
  ['where the environment gives some', { MIMIR_SECRET_KEYS: newSecretKey() }],
])('no key is made %s', async (folder, settings) => {
  await ensureSecretKeys(load(folder, settings));
  expect(await readdir(join(root, folder)).catch(() => [])).toEqual([]);
});
