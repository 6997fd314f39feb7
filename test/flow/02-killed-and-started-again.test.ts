import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Gazette, openGazette } from './gazette.ts';
import { createInstance, type Instance, waitFor } from './instance.ts';
import { allArticles, isSettled } from './reading.ts';

let gazette: Gazette;
let mimir: Instance;

beforeAll(async () => {
  gazette = await openGazette();
  // Slow enough that each kill finds something under way.
  mimir = await createInstance({ MIMIR_EGRESS_ALLOW: '127.0.0.0/8', COLLECT_HOST_DELAY_MS: '1500' });
});

afterAll(async () => {
  await mimir[Symbol.asyncDispose]();
  await gazette[Symbol.asyncDispose]();
});

describe('3. Killed and started again', () => {
  test('SIGKILL to every process in the midst of the flow loses nothing and doubles nothing', async () => {
    await mimir.start(['--no-starter', '--import', gazette.opmlUrl]);
    for (const afterMs of [500, 2500]) {
      await sleep(afterMs);
      await mimir.killAll();
      await mimir.start(['--no-starter']);
    }
    await waitFor('all views hold all articles', () => isSettled(mimir, gazette.articleUrls.length));
    const articles = await allArticles(mimir);
    expect(articles.map(({ attributes }) => attributes.url).toSorted()).toEqual(gazette.articleUrls.toSorted());
    const original = articles.find(({ attributes }) => attributes.url === gazette.syndicated.original);
    expect(articles.flatMap(({ attributes }) => attributes.duplicate ?? [])).toMatchObject([
      { original_id: original?.id },
    ]);
  });
});
