import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Gazette, openGazette } from './gazette.ts';
import { createInstance, type Instance, waitFor } from './instance.ts';
import { allArticles, isSettled, statusOf } from './reading.ts';

let gazette: Gazette;
let mimir: Instance;

beforeAll(async () => {
  gazette = await openGazette();
  mimir = await createInstance({ MIMIR_EGRESS_ALLOW: '127.0.0.0/8', COLLECT_HOST_DELAY_MS: '50' });
  await mimir.start(['--no-starter', '--import', gazette.opmlUrl]);
  await waitFor('all views hold all articles', () => isSettled(mimir, gazette.articleUrls.length));
});

afterAll(async () => {
  await mimir[Symbol.asyncDispose]();
  await gazette[Symbol.asyncDispose]();
});

/** Runs a command that must succeed, and reads what it prints for programs. */
async function json<T>(...args: readonly string[]): Promise<T> {
  const { code, stdout, stderr } = await mimir.mimir(...args, '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as T;
}

describe('4. What an operator does', () => {
  test.each(['view-postgres', 'view-vectors', 'view-redis'])('%s is built anew while readers read on', async (view) => {
    const before = await allArticles(mimir);
    const seen: number[] = [];
    const rebuilt = new AbortController();
    const reading = (async () => {
      while (!rebuilt.signal.aborted) seen.push((await allArticles(mimir)).length);
    })();
    const report = await json<{ read: number; skipped: number }>('view', 'rebuild', view);
    rebuilt.abort();
    await reading;
    expect(report).toMatchObject({ skipped: 0 });
    expect(new Set(seen)).toEqual(new Set([before.length]));
    expect(await allArticles(mimir)).toEqual(before);
    expect((await statusOf(mimir)).views.map(({ articles }) => articles)).toEqual([
      before.length,
      before.length,
      before.length,
    ]);
  });

  test('a dry run tells what would be read again and moves nothing', async () => {
    const plan = await json<{ dryRun: boolean; records: number }>(
      'replay',
      'extract',
      '--from',
      'earliest',
      '--dry-run',
    );
    expect(plan).toMatchObject({ dryRun: true, records: gazette.articleUrls.length });
    expect((await statusOf(mimir)).stages.every(({ lag }) => lag === 0)).toBe(true);
  });

  test('a replay of the whole history while everything runs leaves the same articles', async () => {
    const before = await allArticles(mimir);
    await json('replay', 'extract', '--from', 'earliest');
    await waitFor('the history is read again', async () => {
      const { healthy, stages } = await statusOf(mimir);
      return healthy && stages.every(({ lag }) => lag === 0);
    });
    expect(await allArticles(mimir)).toEqual(before);
  });

  test('a source is tested without storing anything, and added under a name', async () => {
    const url = gazette.opmlUrl.replace('/_opml', '/feed');
    const trial = await json<{ ok: boolean; entries: readonly unknown[] }>('source', 'test', url);
    expect(trial.ok).toBe(true);
    expect(trial.entries).toHaveLength(2);
    const added = await json<{ name: string }>('source', 'add', url, '--name', 'Once more');
    expect(added.name).toBe('Once more');
    const names = (await json<readonly { name: string }[]>('source', 'list')).map(({ name }) => name);
    expect(names).toContain('Once more');
  });

  test('nothing that went well is among the dead letters', async () => {
    expect(await json('dlq', 'list')).toEqual([]);
  });

  test.each([
    [['source', 'add', 'no address'], 2, 'url'],
    [['source', 'import', '/no/such/file'], 2, '/no/such/file'],
    [['replay', 'extract', '--from', 'yesterday'], 2, 'yesterday'],
    [['replay', 'nothing', '--from', 'earliest'], 2, 'collect, extract'],
    [['view', 'rebuild', 'nothing'], 2, 'view-postgres'],
    [['dlq', 'show', '99-99'], 2, '99-99'],
    [['dlq', 'replay'], 2, '--all-open'],
  ])('%j is refused with what would do', async (args, code, words) => {
    const result = await mimir.mimir(...args);
    expect(result.code).toBe(code);
    expect(result.stderr).toContain(words);
  });

  test('a second instance on the same data folder is refused and disturbs nothing', async () => {
    const { code, stderr } = await mimir.mimir('up', '--no-starter');
    expect(code).toBe(1);
    expect(stderr).toContain('Mimir runs already');
    expect((await statusOf(mimir)).problems).toEqual([]);
  });

  test('an engine that is killed is started again, with all that it held', async () => {
    const redis = (await statusOf(mimir)).engines.find(({ name }) => name === 'redis');
    process.kill(redis?.pid ?? Number.NaN, 'SIGKILL');
    await waitFor('Redis runs again and all are well', async () => {
      const { healthy, engines } = await statusOf(mimir);
      return healthy && engines.some(({ name, pid, restarts }) => name === 'redis' && pid !== null && restarts === 1);
    });
    expect(mimir.output()).toContain('Redis was ended by SIGKILL. It is started again.');
    // What was under way meanwhile is taken again.
    await waitFor('all views hold all articles', () => isSettled(mimir, gazette.articleUrls.length));
  });

  test('an address that others could reach is refused before anything starts', async () => {
    const open = await createInstance({ MIMIR_BIND: '0.0.0.0' });
    const { code, stderr } = await open.mimir('up', '--no-starter');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^mimir: MIMIR_BIND=0\.0\.0\.0 would serve other machines/);
    await open[Symbol.asyncDispose]();
  });

  test('commands say that nothing runs where nothing runs', async () => {
    await mimir.stop();
    const { code, stderr } = await mimir.mimir('source', 'list');
    expect(code).toBe(3);
    expect(stderr).toContain('npm start');
  });
});
