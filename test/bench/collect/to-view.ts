import { setTimeout as sleep } from 'node:timers/promises';
import type { Progress } from '../../../infra/local/progress.ts';
import { type Spread, spreadOf } from '../statistics.ts';
import { openMimir } from '../mimir.ts';
import { openWeb } from './web.ts';

export interface ToViewOptions {
  readonly feeds: number;
  readonly entries: number;
  readonly rounds: number;
}

export interface ToViewResult extends ToViewOptions {
  /** From the first feed that is asked for to the last article in Postgres. */
  readonly seconds: Spread;
}

/** So much text is whole: no page is fetched, as a feed reader has it too. */
const textCharacters = 2_800;
/** A reader has one feed of a site as a rule. */
const feedsPerHost = 4;

/** Feeds that are all due at once, until every article is in the Postgres view; without embeddings. */
export async function measureToView(progress: Progress, options: ToViewOptions): Promise<ToViewResult> {
  const { feeds, entries, rounds } = options;
  const seconds: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    await using web = await openWeb({ feeds, feedsPerHost, entries, textCharacters });
    await using mimir = await openMimir(progress, {});
    await mimir.follow(web.urls);
    const step = progress.step(`round ${round}: ${feeds} feeds to the view`);
    mimir.run('extract', 'dedup', 'enrich');
    mimir.run('view-postgres');
    // They join their groups before there is anything to do: starting is not what is measured.
    await sleep(10_000);
    mimir.run('collect', 'feed-health', 'outbox', 'scheduler');
    let firstMs: number | undefined;
    for (let stored = 0; stored < feeds * entries;) {
      await sleep(250);
      for (const [, atMs] of await web.arrivals()) firstMs = Math.min(firstMs ?? atMs, atMs);
      const { rows } = await mimir.pool.query<{ count: number }>('select count(*)::integer from content.articles');
      stored = rows[0]?.count ?? 0;
      step.detail(`${stored} of ${feeds * entries} articles`);
    }
    seconds.push((Date.now() - (firstMs ?? Date.now())) / 1_000);
    step.done(`${seconds.at(-1)?.toFixed(1)} s`);
  }
  return { ...options, seconds: spreadOf(seconds) };
}
